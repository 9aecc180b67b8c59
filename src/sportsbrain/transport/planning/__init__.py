"""Build, solve and check demand and buses; the only door of the slice into the brain."""

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, version_items, version_of
from sportsbrain.vocabulary.planning import Order, Score

from . import demand, fleet
from .demand import build_demand, plan_demand
from .fleet import build_fleet, plan_fleet

PLANNERS = {"demand": plan_demand, "fleet": plan_fleet}


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
    if planner == "demand":
        built = build_demand(games=games, order=order)
        return demand.score_of(built=built, items=items), built.assumptions
    other = build_fleet(games=games, order=order)
    return fleet.score_of(built=other, items=items), other.assumptions


__all__ = [
    "PLANNERS",
    "build_demand",
    "build_fleet",
    "demand",
    "fleet",
    "plan_demand",
    "plan_fleet",
    "score_of_version",
]
