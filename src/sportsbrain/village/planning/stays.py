"""The stays that a plan of the beds means: rooms as they are built, people with their nights."""

import datetime as dt

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import number_in_force, version_items, version_row
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


def begin_stays(*, games: GamesRow, by: By) -> tuple[int, Settled]:
    """
    Let the plan of the beds in force become stays; return its number and what changed.

    Raises
    ------
    NothingToPlanError
        When no plan of the beds is in force.
    VillageError
        When people who have come are in the way: nothing is changed then.

    """
    number = number_in_force(games_id=games.id, planner=PLANNER)
    if number is None:
        message = "no plan of the beds is in force: plan the rooms, then publish the plan"
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
    return number, settle_stays(
        games_id=games.id, wishes=wishes, by=by, is_whole=True, version=number
    )
