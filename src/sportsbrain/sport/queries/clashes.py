"""Broken rules of a timetable, by rule and discipline."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import version_faults, versions_of
from sportsbrain.sport.queries.schedule import PLANNER

ROWS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashesPage:
    """
    The broken rules that a reader asked for.

    Parameters
    ----------
    number
        The timetable they are of; None when none was checked yet.
    rules, disciplines
        How many there are of each, whatever is filtered.
    faults
        The filtered ones, at most ``ROWS_MAX``; ``count`` is how many there are.

    """

    number: int | None
    title: str
    rules: dict[str, int]
    disciplines: dict[str, int]
    rule: str
    discipline: str
    faults: list[dict[str, Any]]
    count: int


def clashes_page(
    *, games: GamesRow, version: int | None, rule: str, discipline: str
) -> ClashesPage:
    """Return the broken rules of a version; without one, of the schedule as imported."""
    rows = versions_of(games_id=games.id, planner=PLANNER)
    shown = next((v for v in rows if v.number == version), None) or next(
        (v for v in reversed(rows) if v.solver == "people"), rows[0] if rows else None
    )
    faults = (
        version_faults(games_id=games.id, planner=PLANNER, number=shown.number) if shown else []
    )
    kept = [
        fault
        for fault in faults
        if (not rule or fault["rule"] == rule)
        and (not discipline or _discipline(fault) == discipline)
    ]
    return ClashesPage(
        number=shown.number if shown else None,
        title=shown.title if shown else "",
        rules=dict(Counter(fault["rule"] for fault in faults).most_common()),
        disciplines=dict(sorted(Counter(map(_discipline, faults)).items())),
        rule=rule,
        discipline=discipline,
        faults=kept[:ROWS_MAX],
        count=len(kept),
    )


def _discipline(fault: dict[str, Any]) -> str:
    """Return the discipline of the first unit concerned: the first letters of its code."""
    units = fault.get("units") or []
    return str(units[0])[:3] if units else "—"
