"""Timetables beside each other, and who a change concerns."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.sport.models import SignOff
from sportsbrain.sport.queries.schedule import PLANNER, Filters, UnitRow, unit_rows
from sportsbrain.vocabulary.people import Standing
from sportsbrain.world.queries import entry_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffRow:
    """A delegate's word."""

    discipline_code: str
    is_agreed: bool
    remark: str
    signed_by: str
    signed_at: dt.datetime


def timetable_rows(*, games: GamesRow, name: str) -> list[UnitRow]:
    """Return every unit of ``held`` or of a version number, in order of time."""
    version = None if name == "held" else int(name)
    return unit_rows(games=games, filters=Filters(version=version))


def compare_timetables(*, games: GamesRow, one: str, other: str) -> dict[str, Any]:
    """
    Return two timetables unit by unit and term by term.

    ``held`` is compared by times only when no version was made of it.
    """
    first = {r.line.code: r for r in timetable_rows(games=games, name=one)}
    second = {r.line.code: r for r in timetable_rows(games=games, name=other)}
    moved = [
        {
            "code": code,
            "name": row.line.name,
            "event": row.line.event,
            "discipline": row.line.discipline,
            "venue": row.line.venue,
            "one": row.starts_at,
            "other": second[code].starts_at,
            "minutes": int((second[code].starts_at - row.starts_at).total_seconds() // 60),
        }
        for code, row in first.items()
        if code in second and second[code].starts_at != row.starts_at
    ]
    moved.sort(key=lambda m: (-abs(int(str(m["minutes"]))), str(m["code"])))
    return {
        "soft": _terms(games, one, other),
        "moved": moved,
        "same": len(first) - len(moved),
        "only_one": sorted(set(first) - set(second)),
        "only_other": sorted(set(second) - set(first)),
    }


def _terms(games: GamesRow, one: str, other: str) -> dict[str, dict[str, float]]:
    values = [
        {t["key"]: t for t in version_row(games_id=games.id, planner=PLANNER, number=int(n)).terms}
        if n != "held"
        else {}
        for n in (one, other)
    ]
    return {
        key: {
            "one": values[0][key]["value"],
            "other": values[1][key]["value"],
            "difference": values[1][key]["value"] - values[0][key]["value"],
            "weight": values[0][key]["weight"],
        }
        for key in values[0]
        if key in values[1]
    }


def sign_offs(*, games: GamesRow, version_id: int) -> list[SignOffRow]:
    """Return the delegates' words on a version."""
    rows = SignOff.objects.filter(games_id=games.id, version_id=version_id)
    return [
        SignOffRow(
            discipline_code=r.discipline_code,
            is_agreed=r.is_agreed,
            remark=r.remark,
            signed_by=r.signed_by,
            signed_at=r.signed_at,
        )
        for r in rows.order_by("discipline_code")
    ]


def affected(*, games: GamesRow, number: int, before: int | None) -> list[dict[str, Any]]:
    """Return who a version concerns: organisations with units at another time than before."""
    new = version_items(games_id=games.id, planner=PLANNER, number=number)
    old = version_items(games_id=games.id, planner=PLANNER, number=before) if before else {}
    moved = {code for code, item in new.items() if old.get(code, [None])[0] != item[0]}
    events: dict[str, int] = defaultdict(int)
    for row in unit_rows(games=games, filters=Filters(version=number)):
        if row.line.code in moved:
            events[row.line.event_code] += 1
    found: dict[str, dict[str, Any]] = {}
    for entry in entry_lines(games_id=games.id, standing=Standing.ENTERED.value):
        if entry.event_code in events:
            line = found.setdefault(
                entry.organisation,
                {"organisation": entry.organisation, "events": set(), "people": 0},
            )
            line["events"].add(entry.event_code)
            line["people"] += 1
    return [
        {**line, "events": len(line["events"])}
        for line in sorted(found.values(), key=lambda r: (-len(r["events"]), r["organisation"]))
    ]
