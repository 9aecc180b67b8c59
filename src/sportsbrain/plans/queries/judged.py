"""A version before the independent check of its slice."""

from collections.abc import Callable, Mapping
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries.sources import Sources, version_of
from sportsbrain.plans.queries.versions import version_items
from sportsbrain.vocabulary.planning import Order, Score

Check = tuple[Callable[..., Any], Callable[..., Score]]


def score_of_version(
    *, games: GamesRow, planner: str, number: int, checks: Mapping[str, Check]
) -> tuple[Score, tuple[str, ...]]:
    """
    Return what the independent check says of a version (0: the newest), and the assumptions.

    ``checks`` gives each planner's way to build its problem and to score items against it.

    Raises
    ------
    NothingToPlanError, UnknownVersionError
        When there is no version at all, or not that one.

    """
    found = number or version_of(games_id=games.id, planner=planner, sources=Sources())
    if found is None:
        message = f"no {planner} are planned yet: sportsbrain plan {planner} --games {games.code}"
        raise NothingToPlanError(message)
    items = version_items(games_id=games.id, planner=planner, number=found)
    build, score_of = checks[planner]
    built = build(games=games, order=Order())
    return score_of(built=built, items=items), built.assumptions
