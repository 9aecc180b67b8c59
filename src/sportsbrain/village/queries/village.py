"""The village of a version on one night, and where a delegation sleeps."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, version_items, version_of, version_row

PLANNER = "rooms"
SHADES = 9
DOOR = 7  # of an item: the apartment; older versions hold it in the room's code


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """An apartment on a night: beds taken, and by whom."""

    code: str
    beds: int
    taken: int
    delegation: str
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingRow:
    """A building, its floors from the top."""

    code: str
    beds: int
    taken: int
    floors: tuple[tuple[int, tuple[Door, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationRow:
    """A delegation with the people it has that night and in all."""

    code: str
    people: int
    here: int
    buildings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VillagePage:
    """The whole village on one night."""

    version: int
    night: dt.date
    nights: tuple[dt.date, ...]
    buildings: tuple[BuildingRow, ...]
    delegations: tuple[DelegationRow, ...]
    residents: int
    here: int
    beds: int
    without_bed: int
    splits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Somebody with a bed."""

    code: str
    role: str
    building: str
    room: str
    arrives: dt.date
    leaves: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationPage:
    """Where a delegation sleeps, and why it is split if it is."""

    code: str
    residents: tuple[Resident, ...]
    buildings: tuple[tuple[str, int], ...]
    reasons: tuple[str, ...]


def _newest(games: GamesRow) -> int | None:
    return version_of(games_id=games.id, planner=PLANNER, sources=Sources())


def village_page(*, games: GamesRow, night: dt.date | None = None) -> VillagePage | None:
    """Return the village on a night, the fullest unless told; None before a plan."""
    number = _newest(games)
    if number is None:
        return None
    row = version_row(games_id=games.id, planner=PLANNER, number=number)
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    first = dt.date.fromisoformat(row.statistics["first_night"])
    nights = tuple(first + dt.timedelta(days=n) for n in range(int(row.statistics["nights"])))
    load = Counter(n for i in items.values() for n in range(int(i[2]), int(i[3])))
    fullest = max(load, key=lambda n: (load[n], -n)) if load else 0
    at = nights.index(night) if night in nights else fullest
    here = {code: item for code, item in items.items() if int(item[2]) <= at < int(item[3])}
    beds = sum(int(villages["beds"]) for villages in row.statistics["villages"])
    return VillagePage(
        version=number,
        night=nights[at],
        nights=nights,
        buildings=_buildings(row.statistics.get("apartments", []), here),
        delegations=_delegations(items, here),
        residents=len(items),
        here=len(here),
        beds=beds,
        without_bed=int(row.statistics.get("without_bed", 0)),
        splits=len(row.statistics.get("splits", [])),
    )


def _buildings(apartments: list[Any], here: dict[str, Any]) -> tuple[BuildingRow, ...]:
    taken: Counter[str] = Counter()
    owner: dict[str, str] = {}
    for item in here.values():
        apartment = str(item[DOOR] if len(item) > DOOR else item[0][:-1])
        taken[apartment] += 1
        owner[apartment] = str(item[4])
    floors: dict[str, dict[int, list[Door]]] = defaultdict(lambda: defaultdict(list))
    for code, building, floor, beds in apartments:
        floors[building][int(floor)].append(
            Door(
                code=code,
                beds=int(beds),
                taken=taken[code],
                delegation=owner.get(code, ""),
                shade=round(SHADES * taken[code] / max(1, int(beds))),
            )
        )
    return tuple(
        BuildingRow(
            code=code,
            beds=sum(door.beds for some in own.values() for door in some),
            taken=sum(door.taken for some in own.values() for door in some),
            floors=tuple((floor, tuple(own[floor])) for floor in sorted(own, reverse=True)),
        )
        for code, own in sorted(floors.items())
    )


def _delegations(items: dict[str, Any], here: dict[str, Any]) -> tuple[DelegationRow, ...]:
    people = Counter(str(item[4]) for item in items.values())
    now = Counter(str(item[4]) for item in here.values())
    houses: dict[str, set[str]] = defaultdict(set)
    for item in items.values():
        houses[str(item[4])].add(str(item[5]))
    return tuple(
        DelegationRow(
            code=code, people=count, here=now[code], buildings=tuple(sorted(houses[code]))
        )
        for code, count in sorted(people.items(), key=lambda row: (-row[1], row[0]))
    )


def delegation_page(*, games: GamesRow, code: str) -> DelegationPage | None:
    """Return where a delegation sleeps; None before a plan, or when it has nobody there."""
    number = _newest(games)
    if number is None:
        return None
    row = version_row(games_id=games.id, planner=PLANNER, number=number)
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    first = dt.date.fromisoformat(row.statistics["first_night"])
    own = {person: item for person, item in items.items() if item[4] == code}
    if not own:
        return None
    return DelegationPage(
        code=code,
        residents=tuple(
            Resident(
                code=person,
                role=str(item[6]),
                building=str(item[5]),
                room=str(item[0]),
                arrives=first + dt.timedelta(days=int(item[2])),
                leaves=first + dt.timedelta(days=int(item[3])),
            )
            for person, item in sorted(own.items(), key=lambda r: (r[1][5], r[1][0], r[0]))
        ),
        buildings=tuple(sorted(Counter(str(item[5]) for item in own.values()).items())),
        reasons=tuple(
            split["text"]
            for split in row.statistics.get("splits", [])
            if split["delegation"] == code
        ),
    )
