"""Runs of the rooms, meals planners; the watch that sums up and deletes on schedule."""

import datetime as dt
import threading
from collections.abc import Iterator
from functools import partial

from django.db import close_old_connections

from sportsbrain.plans.jobs import plan_now, run_planner
from sportsbrain.village.actions import forget, keep_partitions, roll_up
from sportsbrain.village.planning import PLANNERS

run_waiting = partial(run_planner, planners=PLANNERS)
run_order = partial(plan_now, planners=PLANNERS)
EVERY_SECONDS = 60.0
BACK = dt.timedelta(minutes=30)  # late messages of a gateway that was offline are summed up too
DAY = dt.timedelta(days=1)


def keep(*, games_id: int, stop: threading.Event, is_once: bool = False) -> Iterator[str]:
    """Yield what was summed up and deleted, each minute until stopped; deleting is once a day."""
    day: dt.date | None = None
    while not stop.is_set():
        now = dt.datetime.now(dt.UTC)
        if now.date() != day:
            keep_partitions(first=now.date() - 14 * DAY, last=now.date() + DAY)
            since = now - 14 * DAY if day is None else now - BACK
            gone = forget(games_id=games_id, now=now)
            told = ", ".join(f"{n} {what}" for what, n in gone.items() if n)
            yield f"{roll_up(since=since, until=now)} sums; deleted: {told or 'nothing'}"
            day = now.date()
        else:
            yield f"{roll_up(since=now - BACK, until=now)} sums"
        if is_once:
            return
        close_old_connections()
        stop.wait(EVERY_SECONDS)
