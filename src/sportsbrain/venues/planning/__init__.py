"""Build, solve and check lanes; correct forecasts by counts: the slice's door into the brain."""

from functools import partial

from sportsbrain.plans import queries

from . import lanes
from .build import build_lanes
from .lanes import plan_lanes
from .live import Expectation, expect

PLANNERS = {"lanes": plan_lanes}
CHECKS: dict[str, queries.Check] = {"lanes": (build_lanes, lanes.score_of)}
score_of_version = partial(queries.score_of_version, checks=CHECKS)
hash_of_problem = partial(queries.hash_of_problem, checks=CHECKS)

__all__ = [
    "PLANNERS",
    "Expectation",
    "build_lanes",
    "expect",
    "hash_of_problem",
    "plan_lanes",
    "score_of_version",
]
