"""The stays that a plan of the beds means: rooms as they are built, people with their nights."""

import datetime as dt

from django.db import transaction

from sportsbrain.committee.queries import GamesRow, games_today
from sportsbrain.plans.actions import publish_version
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import (
    WHAT_IF,
    number_in_force,
    version_items,
    version_row,
    versions_of,
)
from sportsbrain.village.actions import (
    By,
    RoomValues,
    Settled,
    StayValues,
    save_rooms,
    settle_stays,
)
from sportsbrain.village.planning.rooms import PLANNER, build_rooms
from sportsbrain.vocabulary.planning import Order


@transaction.atomic
def begin_stays(*, games: GamesRow, by: By, number: int | None = None) -> tuple[int, Settled]:
    """
    Let a plan of the beds become stays and put it in force; None: the newest.

    Returns its number and what changed.

    Raises
    ------
    NothingToPlanError
        When there is no plan of the beds.
    UnknownVersionError
        When there is no such version.
    VillageError
        When people who have come are in the way: nothing is changed then.

    """
    number = number or newest_plan(games_id=games.id)
    if number is None:
        message = "no beds are planned yet: `sportsbrain plan rooms`"
        raise NothingToPlanError(message)
    built = build_rooms(games=games, order=Order())
    buildings = built.problem.buildings
    rooms = [
        RoomValues(
            code=room.code, building=buildings[apartment.building].code, floor=apartment.floor,
            door=f"{buildings[apartment.building].code}-{apartment.code}", beds=room.beds,
            is_accessible=room.is_accessible,
        )
        for apartment in built.problem.apartments
        for room in apartment.rooms
    ]  # fmt: skip
    genders = {person.code: person.gender for person in built.problem.people}
    row = version_row(games_id=games.id, planner=PLANNER, number=number)
    opens = dt.date.fromisoformat(row.statistics["first_night"])
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    wishes = [
        StayValues(
            person=person, room=str(item[0]), bed=int(item[1]) - 1,
            first=opens + dt.timedelta(days=int(item[2])),
            after=opens + dt.timedelta(days=int(item[3])),
            delegation=str(item[4]), gender=genders.get(person, "X"), role=str(item[6]),
        )
        for person, item in items.items()
    ]  # fmt: skip
    save_rooms(games_id=games.id, rooms=rooms)
    found = settle_stays(games_id=games.id, wishes=wishes, by=by, is_whole=True, version=number,
                         on=games_today(games=games, now=by.now))  # fmt: skip
    publish_version(games_id=games.id, planner=PLANNER, number=number, actor=by.name, now=by.now)
    return number, found


def newest_plan(*, games_id: int) -> int | None:
    """Return the newest plan of the beds that may be taken: no answer to an open what-if."""
    in_force = number_in_force(games_id=games_id, planner=PLANNER)
    rows = versions_of(games_id=games_id, planner=PLANNER)
    known = [row.number for row in rows if WHAT_IF not in row.statistics or row.number == in_force]
    return max(known, default=None)
