"""Build, solve and check beds and meals; the only door of the slice into the brain."""

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, version_items, version_of
from sportsbrain.vocabulary.planning import Order, Score

from . import meals, rooms
from .meals import build_meals, plan_meals
from .rooms import build_rooms, greedy_of, plan_rooms

PLANNERS = {"rooms": plan_rooms, "meals": plan_meals}


def score_of_version(
    *, games: GamesRow, planner: str, number: int
) -> tuple[Score, tuple[str, ...]]:
    """
    Return what the independent check says of a version (0: the newest), and the assumptions.

    Raises
    ------
    UnknownVersionError
        When there is no such version.

    """
    found = number or version_of(games_id=games.id, planner=planner, sources=Sources()) or 0
    items = version_items(games_id=games.id, planner=planner, number=found)
    order = Order()
    if planner == "rooms":
        built = build_rooms(games=games, order=order)
        return rooms.score_of(built=built, items=items), built.assumptions
    other = build_meals(games=games, order=order)
    return meals.score_of(built=other, items=items), other.assumptions


__all__ = [
    "PLANNERS",
    "build_meals",
    "build_rooms",
    "greedy_of",
    "meals",
    "plan_meals",
    "plan_rooms",
    "rooms",
    "score_of_version",
]
