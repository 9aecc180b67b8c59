"""Build, solve and check beds and meals; the only door of the slice into the brain."""

from functools import partial

from sportsbrain.plans import queries

from . import meals, rooms
from .meals import build_meals, plan_meals
from .rooms import build_rooms, plan_rooms
from .stays import begin_stays, newest_plan

PLANNERS = {"rooms": plan_rooms, "meals": plan_meals}
CHECKS: dict[str, queries.Check] = {
    "rooms": (build_rooms, rooms.score_of),
    "meals": (build_meals, meals.score_of),
}
score_of_version = partial(queries.score_of_version, checks=CHECKS)
hash_of_problem = partial(queries.hash_of_problem, checks=CHECKS)

__all__ = [
    "PLANNERS",
    "begin_stays",
    "build_meals",
    "build_rooms",
    "hash_of_problem",
    "newest_plan",
    "plan_meals",
    "plan_rooms",
    "score_of_version",
]
