"""Read other people's tables as ours, by a mapping kept in TOML."""

import hashlib
import pathlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from sportsbrain.feeds.tables.sources import RawTable, SourceError

RawRow = tuple[int, dict[str, str], dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way from a source file into one table."""

    file: str
    table: str
    columns: dict[str, Any]
    is_derived: bool = False
    skip_when_empty: str = ""
    skip_when_known: bool = False
    skip_when_unknown: str = ""
    repeated_codes: str = ""
    report_repeated_rows: bool = False
    venue_column: str = ""
    group_by: str = ""
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A whole mapping."""

    title: str
    games: dict[str, str]
    rules: tuple[Rule, ...]
    venue_time_zones: dict[str, str]
    lookups: dict[str, Any]
    capacity_from_schedule: dict[str, Any] | None = None


def load_mapping(name: str) -> Mapping:
    """
    Return a shipped mapping by its name, or one from a TOML file.

    Raises
    ------
    SourceError
        When there is no such mapping, or a line of it is not understood.

    """
    path = pathlib.Path(name)
    shipped = resources.files("sportsbrain.feeds.tables") / "mappings" / f"{name}.toml"
    if path.suffix == ".toml" and path.is_file():
        text = path.read_text()
    elif shipped.is_file():
        text = shipped.read_text()
    else:
        known = sorted(
            p.name.removesuffix(".toml")
            for p in (resources.files("sportsbrain.feeds.tables") / "mappings").iterdir()
        )
        message = f"no mapping {name!r}; shipped are {', '.join(known)}, or give a .toml file"
        raise SourceError(message)
    try:
        raw = tomllib.loads(text)
        rules = tuple(Rule(**rule) for rule in raw.get("rule", []))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        message = f"mapping {name}: {error}"
        raise SourceError(message) from error
    return Mapping(
        title=raw.get("title", name),
        games=raw.get("games", {}),
        rules=rules,
        venue_time_zones=raw.get("venue_time_zones", {}),
        lookups={k: v for k, v in raw.items() if k.startswith("phase_order")},
        capacity_from_schedule=raw.get("capacity_from_schedule"),
    )


def mapped_rows(
    *,
    rule: Rule,
    source: RawTable,
    lookups: dict[str, Any],
    member_organisations: dict[str, str],
) -> Iterator[RawRow]:
    """Yield (line, our texts, source texts) for one rule."""
    if rule.group_by:
        yield from _grouped(rule, source, member_organisations)
        return
    for line, raw in source.rows():
        if rule.skip_when_empty and not raw.get(rule.skip_when_empty, "").strip():
            continue
        yield line, _values(rule, raw, lookups), raw


def _values(rule: Rule, raw: dict[str, str], lookups: dict[str, Any]) -> dict[str, str]:
    values: dict[str, str] = {}
    late: dict[str, dict[str, Any]] = {}
    for name, how in rule.columns.items():
        if isinstance(how, str):
            values[name] = raw.get(how, "")
        elif "template" in how:
            late[name] = how
        else:
            values[name] = _value(how, raw, lookups)
    for name, how in late.items():
        text = str(how["template"]).format(**{**raw, **values})
        longest = int(how.get("shorten", 80))
        if len(text) > longest:
            digest = hashlib.sha256(text.encode()).hexdigest()[:12]
            text = f"{text[: longest - 13]}~{digest}"
        values[name] = text
    return values


def _value(how: dict[str, Any], raw: dict[str, str], lookups: dict[str, Any]) -> str:
    if "value" in how:
        return str(how["value"])
    text = raw.get(how["column"], "")
    whole = text
    if "slice" in how:
        start, stop = how["slice"]
        text = text[start:stop]
    if "strip" in how:
        text = text.rstrip(how["strip"])
    if "words" in how:
        text = str(how["words"].get(text, text))
    if "lookup" in how:
        text = str(phase_order(whole, text, lookups))
    return text


def phase_order(rsc: str, phase: str, lookups: dict[str, Any]) -> int:
    """Return the order of a phase: the event's own line, then the discipline's, then the common."""
    event = rsc[:22].rstrip("-")
    for table in (
        lookups.get("phase_order_of_event", {}).get(event, {}),
        lookups.get("phase_order_of", {}).get(rsc[:3], {}),
        lookups.get("phase_order", {}),
    ):
        if phase in table:
            return int(table[phase])
    for prefix, order in lookups.get("phase_order_prefix", {}).items():
        if phase.startswith(prefix):
            return int(order)
    return 50


def _grouped(
    rule: Rule, source: RawTable, member_organisations: dict[str, str]
) -> Iterator[RawRow]:
    groups: dict[str, tuple[int, dict[str, list[str]], dict[str, str]]] = {}
    collected = {n: h["collect"] for n, h in rule.columns.items() if "collect" in h}
    for line, raw in source.rows():
        key = raw.get(rule.group_by, "")
        place = groups.setdefault(key, (line, {n: [] for n in collected}, raw))
        for name, column in collected.items():
            place[1][name].append(raw.get(column, ""))
    for line, lists, raw in groups.values():
        values = {name: " ".join(items) for name, items in lists.items()}
        for name, how in rule.columns.items():
            if isinstance(how, str):
                values[name] = raw.get(how, "")
            elif "member_organisation" in how:
                values[name] = _organisation(raw, lists, how, member_organisations)
        yield line, values, raw


def _organisation(
    raw: dict[str, str],
    lists: dict[str, list[str]],
    how: dict[str, Any],
    member_organisations: dict[str, str],
) -> str:
    """Return the organisation of the first known member, else the one written in the code."""
    for members in lists.values():
        for member in members:
            if member in member_organisations:
                return member_organisations[member]
    start, stop = how.get("else_slice", [0, 0])
    code = next(iter(raw.values()), "")
    return code[start:stop]
