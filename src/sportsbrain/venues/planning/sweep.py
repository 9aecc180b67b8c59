"""Many days that could be at one venue, with the lanes that are planned."""

import datetime as dt

from sportsbrain.brain.crowd.parameters import GREEN_GUIDE
from sportsbrain.brain.crowd.sweep import Answered, Scenario, Task, answered, scenarios
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import Sources, version_items, version_of
from sportsbrain.venues.planning.build import build_lanes
from sportsbrain.venues.planning.lanes import PLANNER, opened_by, plan_of
from sportsbrain.vocabulary.planning import Order

__all__ = ["Answered", "Scenario", "answered", "scenarios", "sweep_tasks"]


def sweep_tasks(
    *, games: GamesRow, venue: str, date: dt.date, wanted: tuple[Scenario, ...], days: int,
    seed: int,
) -> tuple[Task, ...]:  # fmt: skip
    """
    Return the work of each scenario of a venue on a day, with the lanes of the newest plan.

    Raises
    ------
    NothingToPlanError
        When no lanes are planned, or nobody comes to the venue that day.

    """
    number = version_of(games_id=games.id, planner=PLANNER, sources=Sources())
    if number is None:
        message = "no lanes are planned yet: sportsbrain plan lanes"
        raise NothingToPlanError(message)
    plan = plan_of(version_items(games_id=games.id, planner=PLANNER, number=number))
    built = build_lanes(games=games, order=Order(seconds=0.0))
    code = f"{venue}/{date.isoformat()}"
    planned = {bank.site for bank in plan.banks}
    site = next((one for one in built.problem.sites if one.code == code), None)
    if site is None or code not in planned:
        there = ", ".join(one.code for one in built.problem.sites[:5])
        message = f"nobody comes to {venue} on {date.isoformat()}; planned are {there} …"
        raise NothingToPlanError(message)
    ingress = opened_by(site, plan)
    return tuple(
        Task(ingress=ingress, scenario=one, walk=GREEN_GUIDE, days=days, seed=seed)
        for one in wanted
    )
