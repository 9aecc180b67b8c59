"""What the deployment names is there: commands, their options, settings."""

import pathlib
import re
import tomllib
from typing import Any

import click
import pytest
import typer
import yaml

from sportsbrain.config import cli

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
    texts = [path.read_text() for path in (ROOT / "deploy").iterdir()]
    named = {word for text in texts for word in re.findall(r"\bSPORTSBRAIN_[A-Z_]+", text)}
    assert named
    assert {name for name in named if name not in SOURCE} == set()


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
