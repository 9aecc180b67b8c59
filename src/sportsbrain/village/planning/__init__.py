"""Build, solve and check beds, meals, allotments; the only door of the slice into the brain."""

from functools import partial

from sportsbrain.plans import queries

from . import meals, rooms
from .allotments import build_allotment, share_out, solved
from .covers import meals_now
from .differences import rooms_difference
from .energy import EnergyPage, energy_page
from .halls import HallRow, hall_rows
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
    "EnergyPage",
    "HallRow",
    "begin_stays",
    "build_allotment",
    "build_meals",
    "build_rooms",
    "energy_page",
    "hall_rows",
    "hash_of_problem",
    "meals_now",
    "newest_plan",
    "plan_meals",
    "plan_rooms",
    "rooms_difference",
    "score_of_version",
    "share_out",
    "solved",
]
