"""Build, solve and check demand and buses; the only door of the slice into the brain."""

from functools import partial

from sportsbrain.plans import queries

from . import demand, fleet
from .demand import build_demand, plan_demand
from .fleet import build_fleet, plan_fleet

PLANNERS = {"demand": plan_demand, "fleet": plan_fleet}
CHECKS: dict[str, queries.Check] = {
    "demand": (build_demand, demand.score_of),
    "fleet": (build_fleet, fleet.score_of),
}
score_of_version = partial(queries.score_of_version, checks=CHECKS)
hash_of_problem = partial(queries.hash_of_problem, checks=CHECKS)

__all__ = [
    "PLANNERS",
    "build_demand",
    "build_fleet",
    "hash_of_problem",
    "plan_demand",
    "plan_fleet",
    "score_of_version",
]
