"""Invented villages: buildings around a dining hall and a transport mall, floors, apartments, rooms."""

from typing import Any

from sportsbrain.reference.dice import Dice
from sportsbrain.reference.names import word

SPARE = 1.16  # rooms there are for each room that is needed, as measured at large games
FLOORS = 6
ROOMS_A_FLOOR = (13, 15, 17, 19)
APARTMENTS = (2, 2, 3, 3, 3, 4)  # rooms of an apartment
QUIET_SHARE = 3  # every third floor is a quiet one

Tables = dict[str, list[dict[str, Any]]]


def generate_village(*, residents: int, seed: int, village: str = "") -> Tables:
    """
    Return the tables ``buildings`` and ``rooms`` of a village for so many residents.

    Two beds a room, every tenth room accessible on the ground floor, one long bed in four rooms.
    """
    dice = Dice(seed * 6151 + residents)
    name = village or f"{word(dice, 2)} village"
    wanted = round(residents / 2 * SPARE)
    tables: Tables = {"buildings": [], "rooms": []}
    while len(tables["rooms"]) < wanted:
        number = len(tables["buildings"]) + 1
        code = f"B{number:02}"
        floors = FLOORS - 2 + dice.below(4)
        tables["buildings"].append(
            {
                "code": code,
                "name": f"{word(dice, 2)} House",
                "village": name,
                "walk_minutes": 6 + dice.below(31),
                "quiet_floors": " ".join(str(f) for f in range(floors) if f % QUIET_SHARE == 2),
            }
        )
        for floor in range(floors):
            _floor(tables["rooms"], dice, code, floor)
    return tables


def _floor(rooms: list[dict[str, Any]], dice: Dice, building: str, floor: int) -> None:
    left, number = dice.pick(ROOMS_A_FLOOR), 0
    while left >= 2:
        number += 1
        size = min(left, dice.pick(APARTMENTS))
        if left - size == 1:
            size += 1
        left -= size
        apartment = f"{building}-{floor}{number:02}"
        rooms.extend(
            {
                "code": f"{apartment}{'abcdef'[place]}",
                "building": building,
                "floor": floor,
                "apartment": apartment,
                "beds": 2,
                "long_beds": 1 if dice.below(4) == 0 else 0,
                "is_accessible": floor == 0 and place == 0,
            }
            for place in range(size)
        )
