"""A version before the independent check of its slice."""

from collections.abc import Callable, Mapping
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries.sources import Sources, version_of
from sportsbrain.plans.queries.versions import version_items, version_row
from sportsbrain.vocabulary.planning import Order, Score, order_of
from sportsbrain.vocabulary.statuses import VersionState

Check = tuple[Callable[..., Any], Callable[..., Score]]


def score_of_version(
    *, games: GamesRow, planner: str, number: int, checks: Mapping[str, Check]
) -> tuple[Score, tuple[str, ...]]:
    """
    Return what the independent check says of a version (0: the newest), and the assumptions.

    A draft is judged by the changes and sources it was made with.

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
    built = build(games=games, order=_order_of(games, planner, found))
    return score_of(built=built, items=items), built.assumptions


def hash_of_problem(
    *, games: GamesRow, planner: str, order: Order, checks: Mapping[str, Check]
) -> str:
    """Return the fingerprint of the problem that an order would solve."""
    build, _ = checks[planner]
    found: str = build(games=games, order=order).problem_hash
    return found


def _order_of(games: GamesRow, planner: str, number: int) -> Order:
    """Return the changes and sources a draft was made with; what was in force: those of now."""
    row = version_row(games_id=games.id, planner=planner, number=number)
    made = row.statistics.get("order")
    if made is None or row.version_state != VersionState.DRAFT:
        return Order()
    order = order_of(made)
    return Order(changes=order.changes, sources=order.sources)
