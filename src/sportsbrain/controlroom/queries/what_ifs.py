"""Read what-ifs, and the plans they begin from."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.errors import UnknownWhatIfError
from sportsbrain.controlroom.models import WhatIf
from sportsbrain.plans.errors import UnknownRunError
from sportsbrain.plans.queries import (
    RunRow,
    Sources,
    load_slice_rules,
    run_row,
    version_of,
    version_row,
)
from sportsbrain.vocabulary.changes import Change, change_of
from sportsbrain.vocabulary.statuses import WhatIfState
from sportsbrain.world.queries import delegation_names, event_names, site_facts

SESSION_GROUPS = ("spectators", "media", "technical officials", "workforce")
CHAIN = ("timetable", "rooms", "demand", "lanes", "fleet", "meals", "roster", "retail",
         "tickets")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfRow:
    """One what-if; ``parts`` are in the order of the chain as far as they are answered."""

    number: int
    title: str
    changes: tuple[Change, ...]
    base: dict[str, int | None]
    parts: tuple[dict[str, Any], ...]
    what_if_state: str
    asked_by: str
    asked_at: dt.datetime
    answered_at: dt.datetime | None
    decided_by: str
    decided_at: dt.datetime | None
    run: RunRow | None

    @property
    def is_going(self) -> bool:
        """Tell whether parts are still to come."""
        is_working = self.what_if_state == WhatIfState.WORKING
        return is_working and self.run is not None and self.run.is_going

    @property
    def may_decide(self) -> bool:
        """Tell whether it can be approved now."""
        return self.what_if_state == WhatIfState.ANSWERED

    @property
    def waiting(self) -> tuple[str, ...]:
        """Return the plans of the chain that have no answer yet."""
        done = {part["planner"] for part in self.parts}
        return tuple(planner for planner in CHAIN if planner not in done)

    @property
    def changed(self) -> tuple[dict[str, Any], ...]:
        """Return the parts with a new version."""
        return tuple(part for part in self.parts if part["state"] == "changed")

    def part(self, planner: str) -> dict[str, Any] | None:
        """Return the part of one plan."""
        return next((part for part in self.parts if part["planner"] == planner), None)


def what_if(*, games: GamesRow, number: int) -> WhatIfRow:
    """
    Return one what-if.

    Raises
    ------
    UnknownWhatIfError
        When the Games has none of that number.

    """
    row = WhatIf.objects.filter(games_id=games.id, number=number).first()
    if row is None:
        message = f"there is no what-if {number}"
        raise UnknownWhatIfError(message)
    return _row(row)


def what_ifs(*, games: GamesRow, rows_max: int = 50) -> tuple[WhatIfRow, ...]:
    """Return the newest what-ifs first."""
    rows = WhatIf.objects.filter(games_id=games.id).order_by("-number")[:rows_max]
    return tuple(_row(row) for row in rows)


def base_of(*, games: GamesRow) -> dict[str, int | None]:
    """Return the version of each plan that a what-if begins from: in force, else the newest."""
    return {
        planner: version_of(games_id=games.id, planner=planner, sources=Sources())
        for planner in CHAIN
    }


def _row(row: WhatIf) -> WhatIfRow:
    return WhatIfRow(
        number=row.number,
        title=row.title,
        changes=tuple(change_of(change) for change in row.changes),
        base=row.base,
        parts=tuple(row.parts),
        what_if_state=row.what_if_state,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        run=_run(row),
    )


def _run(row: WhatIf) -> RunRow | None:
    if row.run_id is None or row.what_if_state != WhatIfState.WORKING:
        return None
    try:
        return run_row(games_id=row.games_id, run_id=row.run_id)
    except UnknownRunError:
        return None


def choices_of(*, games: GamesRow) -> dict[str, list[tuple[str, str]]]:
    """Return what a change may name: (code, name) by field."""
    transport = load_slice_rules("transport", games.rules_name)
    village = load_slice_rules("village", games.rules_name)
    sites = site_facts(games_id=games.id)
    found = {
        "venue": sorted(((s.code, s.name) for s in sites), key=lambda row: row[1]),
        "event": event_names(games_id=games.id),
        "delegation": delegation_names(games_id=games.id),
        "depot": [(row["name"], row["name"]) for row in transport["depots"]],
        "hall": [(row["code"], row["code"]) for row in village["meals"]["halls"]],
        "client_group": [(group, group) for group in SESSION_GROUPS],
    }
    number = version_of(games_id=games.id, planner="rooms", sources=Sources())
    if number is not None:
        row = version_row(games_id=games.id, planner="rooms", number=number)
        codes = sorted({building for _, building, *_ in row.statistics.get("apartments", [])})
        found["building"] = [(code, code) for code in codes]
    return found
