"""Ask the brain about people: who may be registered twice, what a day of arrivals needs."""

from functools import partial

from sportsbrain.access.planning.arrivals import (
    PLANNER,
    build_arrivals,
    plan_arrivals,
    score_of,
)
from sportsbrain.access.planning.duplicates import build_rows, propose_duplicates
from sportsbrain.plans import queries

PLANNERS = {PLANNER: plan_arrivals}
CHECKS: dict[str, queries.Check] = {PLANNER: (build_arrivals, score_of)}
score_of_version = partial(queries.score_of_version, checks=CHECKS)
hash_of_problem = partial(queries.hash_of_problem, checks=CHECKS)

__all__ = [
    "PLANNERS",
    "build_arrivals",
    "build_rows",
    "hash_of_problem",
    "plan_arrivals",
    "propose_duplicates",
    "score_of_version",
]
