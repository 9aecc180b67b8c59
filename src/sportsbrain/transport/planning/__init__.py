"""Build, solve and check demand, buses and cars; the only door of the slice into the brain."""

from functools import partial

from sportsbrain.plans import queries

from . import demand, dispatch, fleet
from .demand import build_demand, plan_demand
from .dispatch import build_dispatch, plan_dispatch
from .fleet import build_fleet, plan_fleet
from .redispatch import CarReport, Redispatched, redispatch_day

PLANNERS = {"demand": plan_demand, "fleet": plan_fleet, "dispatch": plan_dispatch}
CHECKS: dict[str, queries.Check] = {
    "demand": (build_demand, demand.score_of),
    "fleet": (build_fleet, fleet.score_of),
    "dispatch": (build_dispatch, dispatch.score_of),
}
score_of_version = partial(queries.score_of_version, checks=CHECKS)
hash_of_problem = partial(queries.hash_of_problem, checks=CHECKS)

__all__ = [
    "PLANNERS",
    "CarReport",
    "Redispatched",
    "build_demand",
    "build_dispatch",
    "build_fleet",
    "hash_of_problem",
    "plan_demand",
    "plan_dispatch",
    "plan_fleet",
    "redispatch_day",
    "score_of_version",
]
