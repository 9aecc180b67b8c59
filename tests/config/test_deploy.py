"""What the deployment names is there: commands, their options, settings."""

import pathlib
import re
import shutil
import subprocess
import tomllib
from typing import Any

import click
import kubernetes_validate
import pytest
import typer
import yaml

from sportsbrain.config import cli
from sportsbrain.config.processes import PROCESSES, Place

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if one.get("image") == "sportsbrain"}
SOURCE = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))


@pytest.fixture(scope="module")
def root() -> Any:
    if not cli.root.registered_groups:
        cli._mount()
    return typer.main.get_command(cli.root)


def parsed(command: Any, words: list[str]) -> None:
    """Find the command of some words and read its options, as the process would."""
    context = click.Context(command)
    name, rest = words[0], words[1:]
    found = command.get_command(context, name)
    assert found is not None, words
    if hasattr(found, "get_command"):
        parsed(found, rest)
    else:
        found.make_context(name, [re.sub(r"\$\{(\w+).*\}", r"\1", word) for word in rest])


@pytest.mark.parametrize("service", sorted(OURS))
def test_a_process_of_the_compose_file_is_a_command_with_these_options(
    service: str, root: Any
) -> None:
    parsed(root, OURS[service]["command"])


def test_an_option_that_is_not_there_is_noticed(root: Any) -> None:
    with pytest.raises(Exception, match="nonsense"):
        parsed(root, ["serve", "--nonsense"])


def test_every_setting_that_is_named_is_read_somewhere() -> None:
    texts = [path.read_text() for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    named = {word for text in texts for word in re.findall(r"\bSPORTSBRAIN_[A-Z_]+", text)}
    assert named
    assert {name for name in named if name.removesuffix("_FILE") not in SOURCE} == set()


def test_an_installed_package_has_every_file_that_is_read() -> None:
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    kinds = {word.removeprefix("*") for word in packed["package-data"]["*"]} | {".py"}
    files = [
        path for path in (ROOT / "src" / "sportsbrain").rglob("*.*")
        if path.is_file() and "__pycache__" not in path.parts
    ]  # fmt: skip
    assert {path.suffix for path in files} <= kinds | {".po"}  # translations are compiled


def test_our_containers_own_nothing_they_need_not() -> None:
    for name, one in OURS.items():
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name
    words = (ROOT / "deploy" / "Containerfile").read_text()
    assert re.search(r"^USER 10001$", words, re.M)
    assert "--require-hashes" in words


HELM = ROOT / "deploy" / "helm"
VALUES = yaml.safe_load((HELM / "values.yaml").read_text())
EVERYTHING = Place(
    games="$(GAMES)", host="0.0.0.0", port=8000, processes=2,  # noqa: S104  # of a container
    broker=pathlib.Path("broker"),
    folder=pathlib.Path("/var/sportsbrain"), mosquitto="mosquitto", nats="", test_payments=False,
    is_embedded=False,
)  # fmt: skip
KUBERNETES = "1.34"  # the version whose words are asked for
LOCAL = {"database", "broker", "nats", "ingest"}  # of one machine, or a section of its own


@pytest.mark.parametrize("name", sorted(VALUES["processes"]))
def test_a_process_of_the_chart_is_the_one_that_run_starts(name: str, root: Any) -> None:
    known = {one.name: one for one in PROCESSES}
    parsed(root, VALUES["processes"][name]["command"])
    assert VALUES["processes"][name]["command"] == known[name].words_at(EVERYTHING)
    assert bool(VALUES["processes"][name].get("scale")) == bool(known[name].scales_on)


def test_every_process_is_in_the_chart_and_in_the_compose_file() -> None:
    names = {one.name for one in PROCESSES} - LOCAL
    assert set(VALUES["processes"]) == names
    assert set(OURS) == names
    parsed_words = VALUES["devices"]["command"]
    assert parsed_words[:2] == ["devices", "ingest"]


def test_templates_of_the_chart_ask_for_values_that_are_there() -> None:
    for path in (HELM / "templates").iterdir():
        text = path.read_text()
        assert text.count("{{") == text.count("}}"), path
        opened = re.findall(r"{{-? *(if|range|with|define)\b", text)
        assert len(opened) == len(re.findall(r"{{-? *end *-?}}", text)), path
        for dotted in re.findall(r"\.Values\.([\w.]+)", text):
            found: Any = VALUES
            for part in dotted.split("."):
                assert part in found, (path, dotted)
                found = found[part]


def test_containers_of_the_chart_may_do_nothing_they_need_not() -> None:
    text = (HELM / "templates" / "processes.yaml").read_text()
    for word in ("runAsNonRoot: true", "readOnlyRootFilesystem: true", "drop: [ALL]",
                 "allowPrivilegeEscalation: false", "maxUnavailable: 0"):  # fmt: skip
        assert word in text


@pytest.fixture(scope="module")
def rendered() -> list[dict[str, Any]]:
    """Return the chart as Helm renders it, with everything that can be switched on."""
    helm = shutil.which("helm")
    if helm is None:
        pytest.skip("no helm here: the chart is not rendered")
    figure = next(one.scales_on for one in PROCESSES if one.name == "fans")
    words = [helm, "template", "games", str(HELM), "--set", "devices.enabled=true", "--set",
             f"processes.fans.scale.figure={figure},processes.fans.scale.each=8000"]  # fmt: skip
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def test_kubernetes_would_take_what_helm_renders(rendered: list[dict[str, Any]]) -> None:
    for one in rendered:
        kubernetes_validate.validate(one, KUBERNETES, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_noticed(rendered: list[dict[str, Any]]) -> None:
    broken = {**rendered[0], "nonsense": 1}
    with pytest.raises(kubernetes_validate.ValidationError, match="nonsense"):
        kubernetes_validate.validate(broken, KUBERNETES, strict=True)


def test_helm_starts_each_process_by_the_words_that_run_has(
    rendered: list[dict[str, Any]],
) -> None:
    words = {
        one["metadata"]["labels"]["process"]: one["spec"]["template"]["spec"]["containers"][0]
        for one in rendered
        if one["kind"] == "Deployment"
    }
    known = {one.name: one for one in PROCESSES}
    assert words.keys() == {*VALUES["processes"], "ingest"}
    for name in VALUES["processes"]:
        assert words[name]["args"] == known[name].words_at(EVERYTHING), name
    fans = next(one for one in rendered if one["metadata"]["name"] == "games-fans"
                and one["kind"] == "HorizontalPodAutoscaler")  # fmt: skip
    assert fans["spec"]["metrics"][1]["pods"]["metric"]["name"] == known["fans"].scales_on
    scaled = {one["metadata"]["name"] for one in rendered
              if one["kind"] == "HorizontalPodAutoscaler"}  # fmt: skip
    assert scaled == {f"games-{name}" for name, one in known.items()
                      if one.scales_on and name not in LOCAL}  # fmt: skip


@pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform here")
def test_terraform_reads_the_example() -> None:
    place = ROOT / "deploy" / "terraform"
    done = subprocess.run(["terraform", "fmt", "-check", str(place)], check=False,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stdout
