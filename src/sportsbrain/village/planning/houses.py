"""The houses of the villages: as imported, else an invented village in the middle of the venues."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import Any

from sportsbrain.brain.rooms.problem import Apartment, Building, Room
from sportsbrain.committee.queries import GamesRow
from sportsbrain.reference.village import generate_village
from sportsbrain.world.queries import BuildingFact, RoomFact, site_facts, village_facts

SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Houses:
    """
    Buildings, their apartments, where each village is, and what had to be assumed.

    Parameters
    ----------
    at
        (village, latitude, longitude), the largest first.

    """

    buildings: tuple[Building, ...]
    apartments: tuple[Apartment, ...]
    at: tuple[tuple[str, float, float], ...]
    assumptions: tuple[str, ...]


def houses_of(*, games: GamesRow, residents: int) -> Houses:
    """Return the houses of a Games; without any, those of a village for so many residents."""
    buildings, rooms = village_facts(games_id=games.id)
    said: tuple[str, ...] = ()
    if not rooms:
        buildings, rooms = _invented(residents)
        said = (
            f"no village is known: one with {len(buildings)} buildings and {len(rooms)} rooms was"
            " invented in the middle of the venues",
        )
    beds = defaultdict[str, int](int)
    for room in rooms:
        beds[room.building] += room.beds
    used = tuple(building for building in buildings if beds[building.code])
    number = {building.code: n for n, building in enumerate(used)}
    doors: dict[tuple[str, int, str], list[Room]] = defaultdict(list)
    for room in rooms:
        doors[room.building, room.floor, room.apartment].append(
            Room(
                code=room.code,
                beds=room.beds,
                long_beds=room.long_beds,
                is_accessible=room.is_accessible,
            )
        )
    at, more = _where(games, used, beds)
    return Houses(
        buildings=tuple(
            Building(
                code=building.code,
                village=building.village,
                walk_minutes=building.walk_minutes,
                quiet_floors=building.quiet_floors,
            )
            for building in used
        ),
        apartments=tuple(
            Apartment(code=code, building=number[building], floor=floor, rooms=tuple(some))
            for (building, floor, code), some in doors.items()
        ),
        at=at,
        assumptions=(*said, *more),
    )


def _invented(residents: int) -> tuple[tuple[BuildingFact, ...], tuple[RoomFact, ...]]:
    tables = generate_village(residents=residents, seed=SEED)
    return (
        tuple(
            BuildingFact(
                code=row["code"],
                village=row["village"],
                latitude=None,
                longitude=None,
                walk_minutes=float(row["walk_minutes"]),
                quiet_floors=tuple(int(floor) for floor in row["quiet_floors"].split()),
            )
            for row in tables["buildings"]
        ),
        tuple(RoomFact(**row) for row in tables["rooms"]),
    )


def _where(
    games: GamesRow, buildings: tuple[BuildingFact, ...], beds: dict[str, int]
) -> tuple[tuple[tuple[str, float, float], ...], tuple[str, ...]]:
    """Return where the villages are: in the middle of their houses, else of the venues."""
    sites = [s for s in site_facts(games_id=games.id) if s.latitude is not None]
    middle = (
        median(s.latitude or 0.0 for s in sites) if sites else 0.0,
        median(s.longitude or 0.0 for s in sites) if sites else 0.0,
    )
    houses: dict[str, list[BuildingFact]] = defaultdict(list)
    for building in buildings:
        houses[building.village].append(building)
    found: list[tuple[str, float, float]] = []
    unplaced: list[str] = []
    size: dict[str, int] = {}
    for village, some in houses.items():
        size[village] = sum(beds[building.code] for building in some)
        placed = [b for b in some if b.latitude is not None and b.longitude is not None]
        if not placed:
            unplaced.append(village)
        found.append(
            (
                village,
                median(b.latitude or 0.0 for b in placed) if placed else middle[0],
                median(b.longitude or 0.0 for b in placed) if placed else middle[1],
            )
        )
    said = [f"{village} stands in the middle of the venues" for village in unplaced]
    found.sort(key=lambda row: (-size[row[0]], row[0]))
    if len(found) > 1:
        said.append(f"buses and cars start from the largest village, {found[0][0]}")
    return tuple(found), tuple(said)


def villages_of(
    houses: Houses, beds: dict[str, Any], building_of: dict[str, str]
) -> list[dict[str, Any]]:
    """Return each village with its place, its beds, and how many of its beds are taken."""
    village = {building.code: building.village for building in houses.buildings}
    there: dict[str, int] = defaultdict(int)
    for room in beds.values():
        there[village[building_of[room]]] += 1
    size: dict[str, int] = defaultdict(int)
    for apartment in houses.apartments:
        name = houses.buildings[apartment.building].village
        size[name] += sum(room.beds for room in apartment.rooms)
    return [
        {
            "name": name,
            "latitude": latitude,
            "longitude": longitude,
            "residents": there[name],
            "beds": size[name],
        }
        for name, latitude, longitude in houses.at
    ]
