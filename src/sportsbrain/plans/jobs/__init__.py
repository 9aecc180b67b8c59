"""Runs of planners in child processes; much work at once, here or on a cluster."""

from .runs import (
    Finished,
    Planner,
    Steps,
    carry_out,
    launch,
    mark_lost_runs,
    now,
    plain,
    plan_now,
    run_planner,
)
from .spread import HERE, LOCAL, Crew, SpreadError, spread

__all__ = [
    "HERE",
    "LOCAL",
    "Crew",
    "Finished",
    "Planner",
    "SpreadError",
    "Steps",
    "carry_out",
    "launch",
    "mark_lost_runs",
    "now",
    "plain",
    "plan_now",
    "run_planner",
    "spread",
]
