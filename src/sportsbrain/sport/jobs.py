"""Runs of the timetable planner."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sportsbrain.plans.jobs import carry_out, launch, mark_lost_runs, now, plain
from sportsbrain.plans.queries import any_run
from sportsbrain.sport.planning import PLANNER, Order, Outcome, plan_timetable
from sportsbrain.vocabulary.planning import Progress

__all__ = ["launch_run", "mark_lost_runs", "now", "plain", "run_now"]


def launch_run(*, games_id: int, order: Order, actor: str) -> int:
    """Start a run of the timetable planner in a child process and return the run's id."""
    return launch(games_id=games_id, planner=PLANNER, order=asdict(order), actor=actor)


def run_now(
    *, run_id: int, on_progress: Callable[[Progress], None] | None = None
) -> Outcome | None:
    """Carry one waiting run out in this process; None when it was taken already."""
    order = Order(**any_run(run_id=run_id).order)

    def steps(games: Any, actor: str) -> Any:
        return plan_timetable(
            games=games,
            order=order,
            actor=actor,
            clock=time.monotonic,
            now=now,
            run_id=run_id,
        )

    found: Outcome | None = carry_out(run_id=run_id, steps=steps, on_progress=on_progress)
    return found
