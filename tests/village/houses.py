"""Two apartments of two delegations: what the tests of stays begin with."""

import datetime as dt
import itertools
from typing import Any

from sportsbrain.committee.actions import save_games
from sportsbrain.village.actions import (
    By,
    RoomValues,
    Settled,
    StayValues,
    save_rooms,
    settle_stays,
)

NOW = dt.datetime(2030, 7, 10, 10, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2030, 7, 17), dt.date(2030, 8, 5)
OFFICE = By(name="desk", now=NOW)
CHEF = By(name="chef", now=NOW, delegation="AAA")
ROOMS = (("A1", "A-1", 2), ("A2", "A-1", 1), ("B1", "A-2", 2), ("C1", "A-3", 2))
PEOPLE = (("ann", "A1", 0, "W", "AAA"), ("amy", "A1", 1, "W", "AAA"), ("abe", "A2", 0, "M", "AAA"),
          ("ben", "B1", 0, "M", "BBB"))  # fmt: skip
_keys = itertools.count(1)


def day(number: int) -> dt.date:
    """Return a day of July 2030."""
    return dt.date(2030, 7, number)


def key() -> str:
    """Return a key that nobody used."""
    return f"k{next(_keys)}"


def a_wish(person: str, room: str, bed: int, **more: Any) -> StayValues:
    """Return a wish for a bed from the first to the last night."""
    usual: dict[str, Any] = {"first": FIRST, "after": LAST, "delegation": "AAA", "gender": "W"}
    return StayValues(**{**usual, "person": person, "room": room, "bed": bed, **more})


def wishes() -> list[StayValues]:
    """Return the wishes of four people of two delegations."""
    return [
        a_wish(person, room, bed, gender=gender, delegation=delegation)
        for person, room, bed, gender, delegation in PEOPLE
    ]


def houses(code: str = "VIL30") -> int:
    """Return the key of a Games with four rooms behind three doors."""
    games, _ = save_games(
        code=code, actor="test",
        values={"name": "Village Games", "city": "Lumar", "time_zone": "Europe/Lisbon",
                "starts_on": dt.date(2030, 7, 19), "ends_on": dt.date(2030, 8, 4)},
    )  # fmt: skip
    rooms = [RoomValues(code=c, building="A", floor=1, door=d, beds=n) for c, d, n in ROOMS]
    save_rooms(games_id=games.id, rooms=rooms)
    return games.id


def settled(games: int, some: list[StayValues] | None = None, **more: Any) -> Settled:
    """Let stays be as wished, by the office."""
    given: dict[str, Any] = {"is_whole": True, "by": OFFICE, **more}
    return settle_stays(games_id=games, wishes=wishes() if some is None else some, **given)
