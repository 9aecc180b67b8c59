"""Build, solve and check rosters; the only door of the slice into the brain."""

from functools import partial

from sportsbrain.plans import queries

from .roster import build_roster, plan_roster, score_of
from .swaps import take_shift

PLANNERS = {"roster": plan_roster}
CHECKS: dict[str, queries.Check] = {"roster": (build_roster, score_of)}
score_of_version = partial(queries.score_of_version, checks=CHECKS)
hash_of_problem = partial(queries.hash_of_problem, checks=CHECKS)

__all__ = [
    "PLANNERS",
    "build_roster",
    "hash_of_problem",
    "plan_roster",
    "score_of_version",
    "take_shift",
]
