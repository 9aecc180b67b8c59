"""Read a rules file: rests, hours, windows, prime zones, weights; with their sources in it."""

import pathlib
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from sportsbrain.plans.queries import kept_rules
from sportsbrain.sport.errors import RulesError

MINUTES = ("change", "stage", "rest", "cross", "good")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One rules file, read and merged with what it extends."""

    name: str
    raw: dict[str, Any]

    def of_discipline(self, code: str) -> dict[str, Any]:
        """Return the rules of one discipline: its own line over the common ones."""
        return {**self.raw["default"], **self.raw.get("discipline", {}).get(code, {})}

    def of_venue(self, code: str) -> dict[str, Any]:
        """Return what the file says about one venue."""
        found: dict[str, Any] = self.raw.get("venue", {}).get(code, {})
        return found


def load_rules(name: str) -> Rules:
    """
    Return the rules of a shipped file by name, or of a TOML file by path.

    Raises
    ------
    RulesError
        When there is no such file or it is not understood.

    """
    folder = resources.files("sportsbrain.sport") / "rules"
    path = pathlib.Path(name)
    if path.suffix != ".toml" and not (folder / f"{name}.toml").is_file():
        kept = kept_rules("sport", name)
        if kept:
            return Rules(name=name, raw=kept)
    try:
        if path.suffix == ".toml":
            raw = tomllib.loads(path.read_text())
        else:
            raw = tomllib.loads((folder / f"{name}.toml").read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        message = f"rules {name!r}: {error}"
        raise RulesError(message) from error
    if "extends" in raw:
        base = load_rules(raw["extends"]).raw
        disciplines = {**base.get("discipline", {}), **raw.get("discipline", {})}
        raw = {**base, **raw, "discipline": disciplines}
    return Rules(name=name, raw=raw)
