"""The pages' own data without language: what programs read and what deltas carry."""

from collections.abc import Iterable
from typing import Any

from sportsbrain.channel.exports.tables import medal_table
from sportsbrain.channel.updates import FanMedal, FanState, FanUnit

LINES_IN_DELTA = 12


def unit_data(unit: FanUnit) -> dict[str, Any]:
    """Return a unit whole."""
    return {
        "unit": unit.code,
        "version": unit.version,
        "event": unit.event,
        "name": unit.name,
        "phase": unit.phase,
        "medal": unit.medal,
        "schedule_status": unit.schedule_status,
        "result_status": unit.result_status,
        "late_minutes": unit.late_minutes,
        "venue": unit.venue,
        "location": unit.location,
        "starts_at": unit.starts_at.isoformat() if unit.starts_at else None,
        "ends_before": unit.ends_before.isoformat() if unit.ends_before else None,
        "results": [
            {
                "competitor": r.competitor, "start_order": r.start_order, "rank": r.rank,
                "value": r.value, "win_loss": r.win_loss, "irregularity": r.irregularity,
                "qualified": r.qualified,
            }
            for r in unit.results
        ],
    }  # fmt: skip


def unit_delta(state: FanState, unit: FanUnit) -> dict[str, Any]:
    """Return what changed of a unit in few bytes; ``f``: the rest is on its page."""
    lines = [
        [r.competitor, state.competitors[r.competitor].organisation, r.rank, r.value, r.win_loss,
         r.irregularity, r.qualified]
        for r in unit.results[:LINES_IN_DELTA]
    ]  # fmt: skip
    delta = {"u": unit.code, "v": unit.version, "st": unit.schedule_status,
             "rs": unit.result_status, "late": unit.late_minutes, "r": lines}  # fmt: skip
    return delta | ({"f": 1} if len(unit.results) > LINES_IN_DELTA else {})


def medal_data(medals: Iterable[FanMedal]) -> list[dict[str, str]]:
    """Return the medals of an event."""
    return [
        {"kind": m.kind, "organisation": m.organisation, "competitor": m.competitor}
        for m in medals
    ]  # fmt: skip


def table_data(state: FanState) -> dict[str, Any]:
    """Return the medal table and the medallists it is made of."""
    won = [medal for medals in state.medals.values() for medal in medals]
    return {
        "table": [
            {"rank": line.rank, "organisation": line.organisation, "gold": line.gold,
             "silver": line.silver, "bronze": line.bronze, "total": line.total}
            for line in medal_table(won)
        ],
        "events": {code: medal_data(medals) for code, medals in sorted(state.medals.items())},
    }  # fmt: skip


def search_data(state: FanState) -> list[list[str]]:
    """Return what is found by name: kind, code, name, a word beside it."""
    found = [["organisation", code, name, ""] for code, name in state.organisations.items()]
    found += [["discipline", code, name, ""] for code, name in state.disciplines.items()]
    found += [
        ["event", row.code, row.name, state.disciplines.get(row.discipline, "")]
        for row in state.events.values()
    ]
    found += [["venue", code, name, ""] for code, name in state.venues.items()]
    found += [["athlete", row.code, row.name, row.organisation]
              for row in state.competitors.values()]  # fmt: skip
    return found
