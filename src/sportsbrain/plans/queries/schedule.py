"""The competition schedule as everybody reads it: the plan in force over the facts."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries.sources import TIMETABLE, Sources, version_of
from sportsbrain.plans.queries.versions import version_items
from sportsbrain.vocabulary.sessions import SessionBlock, TimedUnit, sessions_of
from sportsbrain.world.queries import schedule_facts, schedule_stamp

NOMINAL_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """
    Units and sessions in seconds from midnight UTC of the first day.

    ``version`` is the timetable they are of, None for the schedule as imported.
    """

    version: int | None
    epoch: dt.datetime
    units: tuple[TimedUnit, ...]
    sessions: tuple[SessionBlock, ...]


def schedule_now(*, games: GamesRow, sources: Sources) -> Schedule:
    """Return the schedule of a Games; cancelled units are not in it."""
    number = version_of(games_id=games.id, planner=TIMETABLE, sources=sources)
    stamp = schedule_stamp(games_id=games.id)
    return _schedule(games_id=games.id, starts_on=games.starts_on, number=number, stamp=stamp)


@lru_cache(maxsize=8)
def _schedule(
    *, games_id: int, starts_on: dt.date, number: int | None, stamp: tuple[int, int]
) -> Schedule:
    """Return a schedule: versions never change, and facts not without another stamp."""
    del stamp
    epoch = dt.datetime.combine(starts_on, dt.time(), tzinfo=dt.UTC)
    items = {}
    if number is not None:
        items = version_items(games_id=games_id, planner=TIMETABLE, number=number)
    units = []
    for fact in schedule_facts(games_id=games_id):
        item = items.get(fact.code)
        if item is not None:
            starts, ends = int(item[0]), int(item[1])
        elif number is None and fact.starts_at is not None:
            starts = int((fact.starts_at - epoch).total_seconds())
            ends = starts
            if fact.ends_before is not None:
                ends = int((fact.ends_before - epoch).total_seconds())
        else:
            continue
        units.append(
            TimedUnit(
                code=fact.code,
                event=fact.event,
                discipline=fact.event[:3],
                venue=fact.venue,
                starts_at=starts,
                ends_before=ends if ends > starts else starts + NOMINAL_SECONDS,
                medal=fact.medal,
                phase_order=fact.phase_order,
            )
        )
    return Schedule(version=number, epoch=epoch, units=tuple(units), sessions=sessions_of(units))
