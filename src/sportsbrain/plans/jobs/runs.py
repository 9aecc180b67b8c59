"""Runs in a child process: started here, carried out here, marked when they are lost."""

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from sportsbrain.committee.queries import GamesRow, get_games_by_id
from sportsbrain.plans.actions import begin_run, end_run, report_run, start_run
from sportsbrain.plans.queries import any_run, going_runs
from sportsbrain.vocabulary.planning import Order, Progress, order_of
from sportsbrain.vocabulary.statuses import RunState
from sportsbrain.wall.cause import passed_on

REPORT_SECONDS = 1.0


class Finished(Protocol):
    """What a run ends with."""

    @property
    def version(self) -> int:
        """Return the number of the drafted version."""

    @property
    def objective(self) -> float:
        """Return the cost."""

    @property
    def bound(self) -> float:
        """Return the bound."""


Steps = Generator[Progress, bool, Any]


class Planner(Protocol):
    """A slice's `plan_…`: build, solve, check, draft."""

    def __call__(
        self,
        *,
        games: GamesRow,
        order: Order,
        actor: str,
        clock: Callable[[], float],
        now: Callable[[], dt.datetime],
        run_id: int | None = None,
    ) -> Steps:
        """Yield progress; take True to be content; return the outcome."""


def now() -> dt.datetime:
    """Return the moment: jobs and faces have the clock, nothing below."""
    return dt.datetime.now(dt.UTC)


def launch(
    *,
    games_id: int,
    planner: str,
    order: dict[str, Any],
    actor: str,
    words: tuple[str, ...] = (),
) -> int:
    """
    Start a run of a planner in a child process and return the run's id.

    ``words`` is the command that carries it out, `plan PLANNER` when left out.
    """
    run_id = start_run(games_id=games_id, planner=planner, order=order, actor=actor)
    command = words or ("plan", planner)
    subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
        [sys.executable, "-m", "sportsbrain", *command, "--run", str(run_id)],
        env={**os.environ, **passed_on()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        start_new_session=False,
    )
    return run_id


def run_planner(
    *,
    run_id: int,
    planners: Mapping[str, Planner],
    on_progress: Callable[[Progress], None] | None = None,
) -> Any:
    """Carry one waiting run of a slice out in this process; None when it was taken already."""
    run = any_run(run_id=run_id)
    return carry_out(
        run_id=run_id,
        steps=lambda games, actor: planners[run.planner](
            games=games,
            order=order_of(run.order),
            actor=actor,
            clock=time.monotonic,
            now=now,
            run_id=run_id,
        ),
        on_progress=on_progress,
    )


def plan_now(
    *,
    games: GamesRow,
    planner: str,
    order: Order,
    planners: Mapping[str, Planner],
    actor: str,
    on_progress: Callable[[Progress], None] | None = None,
) -> Any:
    """Start a run and carry it out in this process."""
    run_id = start_run(games_id=games.id, planner=planner, order=order.row(), actor=actor)
    return run_planner(run_id=run_id, planners=planners, on_progress=on_progress)


def carry_out(
    *,
    run_id: int,
    steps: Callable[[GamesRow, str], Steps],
    on_progress: Callable[[Progress], None] | None = None,
    final: Callable[[Any], dict[str, Any]] | None = None,
) -> Any:
    """
    Carry one waiting run out in this process; None when it was taken already.

    ``final`` says what of the outcome is kept with the run and told to nobody; when it is left out
    the run is a planner's, and the figures of its plan are told.
    """
    if not begin_run(run_id=run_id, process_id=os.getpid(), now=now()):
        return None
    run = any_run(run_id=run_id)
    games = get_games_by_id(games_id=run.games_id)
    progress: Progress | None = None
    reported = 0.0
    is_cancelled = False
    try:
        going = steps(games, run.started_by)
        progress = next(going)
        while True:
            if on_progress:
                on_progress(progress)
            if time.monotonic() - reported >= REPORT_SECONDS:
                reported = time.monotonic()
                is_cancelled = report_run(run_id=run_id, progress=plain(progress), now=now())
            progress = going.send(is_cancelled)
    except StopIteration as stop:
        outcome: Finished = stop.value
    except KeyboardInterrupt:
        end_run(run_id=run_id, run_state=RunState.CANCELLED, now=now(), trouble="interrupted")
        raise
    except Exception as error:
        ended = RunState.CANCELLED if is_cancelled else RunState.FAILED
        end_run(run_id=run_id, run_state=ended, now=now(), trouble=f"{error}")
        raise
    last = {} if progress is None else plain(progress)
    if final:
        report_run(run_id=run_id, progress=last, kept=final(outcome), now=now())
    else:
        report_run(run_id=run_id, progress={**last, **_final(outcome)}, now=now())
    # a planner that was stopped hands over its best; whatever else ends with an outcome is done
    state = RunState.CANCELLED if is_cancelled and not final else RunState.DONE
    end_run(run_id=run_id, run_state=state, now=now())
    return outcome


def _final(outcome: Finished) -> dict[str, Any]:
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
