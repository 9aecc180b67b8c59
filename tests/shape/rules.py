"""The shape of the code, as tests: what import-linter cannot see."""

import ast
import pathlib
from typing import Any

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600
SPINE = (
    "live",
    "committee",
    "inbox",
    "world",
    "plans|ledger|credentials",
    "sport|venues|transport|village|workforce|access|shop|channel",
    "feeds",
    "controlroom",
)


def sources(root: pathlib.Path) -> list[pathlib.Path]:
    """Return every source file below the root, migrations aside."""
    return [path for path in sorted(root.rglob("*.py")) if "migrations" not in path.parts]


def long_files(root: pathlib.Path) -> list[str]:
    """Return every file longer than the limit."""
    return [str(path) for path in sources(root) if path.read_text().count("\n") > FILE_LINES_MAX]


def long_functions(root: pathlib.Path) -> list[str]:
    """Return every function longer than the limit, with its place."""
    found = []
    for path in sources(root):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    found.append(f"{path}:{node.lineno} {node.name} {lines}")
    return found


def foreign_models(root: pathlib.Path) -> list[str]:
    """Return every import of another app's models: rows have one writer, their own app."""
    found = []
    for path in sources(root):
        own = path.relative_to(root).parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.startswith("sportsbrain.")
            ):
                parts = node.module.split(".")
                names = parts[2:] + [alias.name for alias in node.names]
                is_models = path.name == "models.py" or path.parent.name == "models"
                if "models" in names and parts[1] != own and not is_models:
                    found.append(f"{path}:{node.lineno} {node.module}")
    return found


def rank(label: str) -> int | None:
    """Return how high in the spine an app stands, or None when it is not ours."""
    return next((i for i, tier in enumerate(SPINE) if label in tier.split("|")), None)


def upward_relations(models: list[Any]) -> list[str]:
    """Return every foreign key that points up or across the spine (no linter sees strings)."""
    found = []
    for model in models:
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not field.is_relation or field.auto_created or not isinstance(target, type):
                continue
            own, other = model._meta.app_label, vars(target)["_meta"].app_label
            here, there = rank(own), rank(other)
            if here is not None and there is not None and own != other and there >= here:
                found.append(f"{own}.{field.name} -> {other}")
    return found
