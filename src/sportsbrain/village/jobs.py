"""Runs of the rooms, meals planners; the watch that sums up and deletes on schedule."""

import datetime as dt
import threading
from collections.abc import Iterator
from functools import partial

from django.db import close_old_connections

from sportsbrain.committee.queries import games_clock
from sportsbrain.plans.jobs import plan_now, run_planner
from sportsbrain.village.actions import forget, keep_partitions, roll_up
from sportsbrain.village.planning import PLANNERS

run_waiting = partial(run_planner, planners=PLANNERS)
run_order = partial(plan_now, planners=PLANNERS)
EVERY_SECONDS = 60.0
BACK = dt.timedelta(minutes=30)  # late messages of a gateway that was offline are summed up too
DAY = dt.timedelta(days=1)


def keep(
    *, games_id: int, stop: threading.Event, is_once: bool = False, every: float = EVERY_SECONDS
) -> Iterator[str]:
    """
    Yield what was summed up and deleted, again and again until stopped; deleting is once a day.

    Sums follow the clock of the Games, which a rehearsal has turned; deleting the real one.
    """
    day: dt.date | None = None
    last: dt.datetime | None = None
    while not stop.is_set():
        now = dt.datetime.now(dt.UTC)
        shown = games_clock(games_id=games_id, now=now)
        if last is None or not last <= shown <= last + DAY:
            last = shown - 14 * DAY
        told = ""
        if now.date() != day:
            keep_partitions(first=now.date() - 14 * DAY, last=now.date() + DAY)
            gone = forget(games_id=games_id, now=now)
            told = "; deleted: " + (
                ", ".join(f"{n} {what}" for what, n in gone.items() if n) or "nothing"
            )
            day = now.date()
        sums = roll_up(since=last - BACK, until=shown)
        last = shown
        yield f"{sums} sums{told}"
        if is_once:
            return
        close_old_connections()
        stop.wait(every)
