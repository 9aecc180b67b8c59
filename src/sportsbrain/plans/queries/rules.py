"""The rules file of a slice: numbers with their sources, by name of the Games' rules."""

import tomllib
from importlib import resources
from typing import Any

from sportsbrain.plans.errors import SliceRulesError
from sportsbrain.plans.models import KeptRules


def load_slice_rules(slice_name: str, rules_name: str) -> dict[str, Any]:
    """
    Return ``<slice>/rules/<name>.toml`` laid over ``default.toml``; the default when it is absent.

    Rules of that name that were brought from another Games are laid over both.

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
        found = _laid_over(found, raw)
    return _laid_over(found, kept_rules(slice_name, rules_name))


def _laid_over(found: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    """Return rules with others over them: tables are joined, everything else is replaced."""
    joined = dict(found)
    for key, value in raw.items():
        is_table = isinstance(value, dict) and isinstance(found.get(key), dict)
        joined[key] = {**found[key], **value} if is_table else value
    return joined


def kept_rules(slice_name: str, rules_name: str) -> dict[str, Any]:
    """Return the rules of a slice that were brought from another Games under this name."""
    if rules_name == "default":  # what is shipped needs no look into the database
        return {}
    row = KeptRules.objects.filter(name=rules_name, slice_name=slice_name).first()
    return dict(row.values) if row else {}
