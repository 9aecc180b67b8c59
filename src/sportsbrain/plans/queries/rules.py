"""The rules file of a slice: numbers with their sources, by name of the Games' rules."""

import tomllib
from importlib import resources
from typing import Any

from sportsbrain.plans.errors import SliceRulesError


def load_slice_rules(slice_name: str, rules_name: str) -> dict[str, Any]:
    """
    Return ``<slice>/rules/<name>.toml`` laid over ``default.toml``; the default when it is absent.

    Raises
    ------
    SliceRulesError
        When a file is not understood.

    """
    folder = resources.files(f"sportsbrain.{slice_name}") / "rules"
    found: dict[str, Any] = {}
    for name in ("default", rules_name):
        path = folder / f"{name}.toml"
        if not path.is_file():
            continue
        try:
            raw = tomllib.loads(path.read_text())
        except tomllib.TOMLDecodeError as error:
            message = f"rules {slice_name}/{name}: {error}"
            raise SliceRulesError(message) from error
        for key, value in raw.items():
            is_table = isinstance(value, dict) and isinstance(found.get(key), dict)
            found[key] = {**found[key], **value} if is_table else value
    return found
