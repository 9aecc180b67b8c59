"""Write the times of an adopted plan into the facts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sportsbrain.world.actions.derive import derive_sessions
from sportsbrain.world.actions.facts import FactWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTime:
    """When one unit runs."""

    code: str
    starts_at: dt.datetime
    ends_before: dt.datetime


def adopt_times(
    *, games_id: int, time_zone: str, times: Sequence[UnitTime], fact_source: str
) -> int:
    """Make planned times facts, derive the sessions again, and return how many units changed."""
    writer = FactWriter(games_id=games_id, fact_source=fact_source)
    changed = 0
    batch = [
        {
            "code": t.code,
            "starts_at": t.starts_at,
            "ends_before": t.ends_before,
            "schedule_status": "SCHEDULED",
        }
        for t in times
    ]
    for first in range(0, len(batch), 2000):
        changed += writer.save(table="units", batch=batch[first : first + 2000]).changed
    derive_sessions(games_id=games_id, time_zone=time_zone, fact_source=fact_source)
    return changed
