"""The house as tests: what neither ruff nor import-linter sees."""

import ast
import pathlib
import re

import pytest

from tests.shape import rules

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "sportsbrain"
EVERYWHERE = (SOURCE, ROOT / "tests")

NAMED = re.compile(r"\]\((?!http)([^)#]+)[^)]*\)|`((?:tests|src|deploy|docs)/[\w./-]+)`")


def test_every_file_that_a_page_names_is_there() -> None:
    for page in sorted((ROOT / "docs").rglob("*.md")):
        named = [(one[1], page.parent) if one[1] else (one[2], ROOT)
                 for one in NAMED.finditer(page.read_text())]  # fmt: skip
        assert [name for name, base in named if not (base / name).exists()] == [], page.name


@pytest.mark.parametrize("root", EVERYWHERE)
def test_no_file_is_longer_than_the_limit(root: pathlib.Path) -> None:
    assert rules.long_files(root) == []


@pytest.mark.parametrize("root", EVERYWHERE)
def test_no_function_is_longer_than_the_limit(root: pathlib.Path) -> None:
    assert rules.long_functions(root) == []


def test_models_are_private_to_their_app() -> None:
    assert rules.foreign_models(SOURCE) == []


def test_no_foreign_key_points_up_the_spine() -> None:
    from django.apps import apps

    assert rules.upward_relations(apps.get_models()) == []


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    from django.core.management import call_command

    # exits non-zero, which fails the test, when a model has no migration
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_suppression_names_its_rule_and_there_are_few() -> None:
    lines = suppressions = ignores = 0
    bare: list[str] = []
    for path in rules.sources(SOURCE):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            lines += 1
            if "type: ignore" in line or "# noqa" in line:
                suppressions += 1
                ignores += "type: ignore" in line
                if not re.search(r"type: ignore\[[\w-]+\]|# noqa: [A-Z]+\d+", line):
                    bare.append(f"{path}:{number}")
    assert bare == []
    assert ignores <= 2 * lines / 1000
    assert suppressions <= 4 * lines / 1000


def test_brain_has_no_clock_and_no_global_randomness() -> None:
    banned = {"time", "datetime", "random"}
    found = []
    for path in rules.sources(SOURCE / "brain"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found += [f"{path}: {a.name}" for a in node.names if a.name in banned]
            if isinstance(node, ast.ImportFrom) and node.module in banned:
                found.append(f"{path}: {node.module}")
    assert found == []


def test_no_lock_file_holds_an_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        for sign in ("://", "--index", "--extra-index", "--find-links", "--trusted-host", " @ "):
            assert sign not in text, (path, sign)


def test_every_model_has_an_entry_in_the_glossary() -> None:
    from django.apps import apps

    text = (ROOT / "docs" / "glossary.md").read_text()
    names = [m.__name__ for m in apps.get_models() if m.__module__.startswith("sportsbrain.")]
    assert [n for n in names if f"`{n}`" not in text] == []


def test_every_table_column_is_documented() -> None:
    from sportsbrain.feeds.tables.messages import TABLES

    text = (ROOT / "docs" / "tables.md").read_text()
    missing = [
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if f"| {table.name} | `{column.name}` |" not in text
    ]
    assert missing == []
