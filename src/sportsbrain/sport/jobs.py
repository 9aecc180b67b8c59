"""Runs in a child process: started here, watched here, marked when they are lost."""

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sportsbrain.committee.queries import get_games_by_id
from sportsbrain.plans.actions import begin_run, end_run, report_run, start_run
from sportsbrain.plans.queries import any_run, going_runs
from sportsbrain.sport.planning import PLANNER, Order, Outcome, plan_timetable
from sportsbrain.vocabulary.planning import Progress
from sportsbrain.vocabulary.statuses import RunState

REPORT_SECONDS = 1.0


def now() -> dt.datetime:
    """Return the moment: jobs and faces have the clock, nothing below."""
    return dt.datetime.now(dt.UTC)


def launch_run(*, games_id: int, order: Order, actor: str) -> int:
    """Start a run of the timetable planner in a child process and return the run's id."""
    run_id = start_run(games_id=games_id, planner=PLANNER, order=asdict(order), actor=actor)
    subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
        [sys.executable, "-m", "sportsbrain", "plan", "timetable", "--run", str(run_id)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        start_new_session=False,
    )
    return run_id


def run_now(
    *, run_id: int, on_progress: Callable[[Progress], None] | None = None
) -> Outcome | None:
    """Carry one waiting run out in this process; None when it was taken already."""
    if not begin_run(run_id=run_id, process_id=os.getpid(), now=now()):
        return None
    run = any_run(run_id=run_id)
    games = get_games_by_id(games_id=run.games_id)
    steps = plan_timetable(
        games=games,
        order=Order(**run.order),
        actor=run.started_by,
        clock=time.monotonic,
        now=now,
        run_id=run_id,
    )
    reported = 0.0
    is_cancelled = False
    try:
        progress = next(steps)
        while True:
            if on_progress:
                on_progress(progress)
            if time.monotonic() - reported >= REPORT_SECONDS:
                reported = time.monotonic()
                is_cancelled = report_run(run_id=run_id, progress=plain(progress), now=now())
            progress = steps.send(is_cancelled)
    except StopIteration as stop:
        outcome: Outcome = stop.value
    except KeyboardInterrupt:
        end_run(run_id=run_id, run_state=RunState.CANCELLED, now=now(), trouble="interrupted")
        raise
    except Exception as error:
        end_run(run_id=run_id, run_state=RunState.FAILED, now=now(), trouble=f"{error}")
        raise
    report_run(run_id=run_id, progress={**plain(progress), **_final(outcome)}, now=now())
    state = RunState.CANCELLED if is_cancelled else RunState.DONE
    end_run(run_id=run_id, run_state=state, now=now())
    return outcome


def _final(outcome: Outcome) -> dict[str, Any]:
    return {"objective": outcome.objective, "bound": outcome.bound, "version": outcome.version}


def plain(progress: Progress) -> dict[str, Any]:
    """Return progress as JSON can hold it."""
    return {**asdict(progress), "terms": [asdict(t) for t in progress.terms], "gap": progress.gap}


def mark_lost_runs() -> int:
    """Mark runs whose process is gone, and return how many there were."""
    lost = 0
    for run in going_runs():
        if run.process_id is not None and not _is_alive(run.process_id):
            end_run(
                run_id=run.id,
                run_state=RunState.LOST,
                now=now(),
                trouble="its process ended; versions are kept",
            )
            lost += 1
    return lost


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
