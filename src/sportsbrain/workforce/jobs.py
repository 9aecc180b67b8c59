"""Runs of the roster planner."""

from collections.abc import Callable
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.jobs import plan_now, run_planner
from sportsbrain.vocabulary.planning import Order, Progress
from sportsbrain.workforce.planning import PLANNERS


def run_waiting(*, run_id: int) -> Any:
    """Carry one waiting run out in this process."""
    return run_planner(run_id=run_id, planners=PLANNERS)


def run_order(
    *,
    games: GamesRow,
    planner: str,
    order: Order,
    actor: str,
    on_progress: Callable[[Progress], None] | None = None,
) -> Any:
    """Carry an order out in this process and return its outcome."""
    return plan_now(
        games=games,
        planner=planner,
        order=order,
        planners=PLANNERS,
        actor=actor,
        on_progress=on_progress,
    )
