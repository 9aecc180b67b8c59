"""Which room of its delegation's apartments two people get, and who sleeps in which bed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.rooms.problem import Problem, Room
from sportsbrain.brain.rooms.solve.needs import Chain, Need, part_tall, swap_races

NEVER = 1e6
DEAR = 1e3
Beds = list[tuple[str, str, int]]
Left = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A room with where it is."""

    room: Room
    apartment: int
    building: int
    walk_minutes: float
    is_quiet: bool


Rooms = list[tuple[list[Chain], Spot]]


def spots_of(problem: Problem, apartments: list[int]) -> list[Spot]:
    """Return the rooms of some apartments."""
    found = []
    for number in apartments:
        apartment = problem.apartments[number]
        building = problem.buildings[apartment.building]
        found += [
            Spot(
                room=room,
                apartment=number,
                building=apartment.building,
                walk_minutes=building.walk_minutes,
                is_quiet=apartment.floor in building.quiet_floors,
            )
            for room in apartment.rooms
        ]
    return found


def beds_of(problem: Problem, need: Need, spots: list[Spot]) -> tuple[Beds, Left]:
    """
    Return the beds of one delegation and who is left without one.

    People to rooms is a least-cost assignment (exact): accessible rooms for those who need them,
    minors where officials are, long beds, quiet floors, short ways. Then those who compete change
    beds with those who do not, and empty rooms behind the same doors become single rooms.
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(_costs(problem, need, spots))
    rooms = [
        (need.pairs[r], spots[c]) for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
    ]
    without = set(range(need.rooms)) - set(rows.tolist())
    left: Left = [
        (person.code, "no room is left")
        for number in sorted(without)
        for chain in need.pairs[number]
        for person in chain.people
    ]
    for pair, spot in rooms:
        if not spot.room.is_accessible:
            left += [
                (person.code, "no accessible room is left")
                for chain in pair
                for person in chain.people
                if person.needs_accessible
            ]
            for chain in pair:
                chain.people = [p for p in chain.people if not p.needs_accessible]
    _swap_beds(problem, rooms)
    taken = set(columns.tolist())
    empty = [spot for number, spot in enumerate(spots) if number not in taken]
    rooms += _single_rooms(problem, rooms, empty)
    beds: Beds = []
    for pair, spot in rooms:
        some, more = _in_room(pair, spot.room)
        beds += some
        left += more
    return beds, left


def beds_in_order(need: Need, spots: list[Spot]) -> Beds:
    """Return beds in rooms as they come, accessible needs first: the yardstick."""
    free = list(spots)
    beds: Beds = []
    for pair in sorted(need.pairs, key=lambda pair: not any(c.is_accessible for c in pair)):
        is_needed = any(chain.is_accessible for chain in pair)
        spot = next((s for s in free if s.room.is_accessible or not is_needed), None)
        if spot is not None:
            free.remove(spot)
            beds += _in_room(pair, spot.room)[0]
    return beds


def _swap_beds(problem: Problem, rooms: Rooms) -> None:
    """Let the tall go where a long bed is, and those who compete where it is quiet."""
    if problem.weight("long_beds"):
        for pair, spot in rooms:
            for other, there in rooms:
                too_many = sum(chain.tall > 0 for chain in pair) > spot.room.long_beds
                has_more = sum(chain.tall > 0 for chain in other) < there.room.long_beds
                if too_many and has_more:
                    part_tall(pair, other)
    if problem.weight("noise"):
        for quiet in (pair for pair, spot in rooms if spot.is_quiet):
            for loud in (pair for pair, spot in rooms if not spot.is_quiet):
                swap_races(quiet, loud)


def _single_rooms(problem: Problem, rooms: Rooms, empty: list[Spot]) -> Rooms:
    """Move one of two into an empty room of the building, officials first, where that pays."""
    found = []
    for spot in sorted(empty, key=lambda s: (s.walk_minutes, s.room.code)):
        price = problem.weight("walk") * spot.walk_minutes - problem.weight("spare_rooms")
        choices = []
        for number, (pair, other) in enumerate(rooms):
            if other.building != spot.building or len(pair) < 2:
                continue
            for place, chain in enumerate(pair):
                if chain.is_accessible or chain.has_minor:
                    continue
                noise = problem.weight("noise") * chain.races
                more = noise * (other.is_quiet - spot.is_quiet)
                more += problem.weight("long_beds") * bool(chain.tall) * (not spot.room.long_beds)
                is_official = all(person.is_official for person in chain.people)
                near = other.apartment == spot.apartment
                choices.append((price + more, not is_official, not near, number, place))
        if choices and min(choices)[0] < 0:
            *_, number, place = min(choices)
            found.append(([rooms[number][0].pop(place)], spot))
    return found


def _in_room(pair: list[Chain], room: Room) -> tuple[Beds, Left]:
    """Return the beds of a room, the taller in the long one, and who finds none."""
    ordered = sorted(pair, key=lambda chain: -chain.tall)
    beds = [
        (person.code, room.code, number)
        for number, chain in enumerate(ordered[: room.beds], start=1)
        for person in chain.people
    ]
    more = ordered[room.beds :]
    return beds, [(p.code, "the room has fewer beds") for chain in more for p in chain.people]


def _costs(problem: Problem, need: Need, spots: list[Spot]) -> Any:
    """Return the price of each pair in each room, shape (pairs, rooms)."""
    long_beds, noise = problem.weight("long_beds"), problem.weight("noise")
    accessible = np.asarray([spot.room.is_accessible for spot in spots], dtype=float)
    long = np.asarray([spot.room.long_beds for spot in spots], dtype=float)
    loud = np.asarray([not spot.is_quiet for spot in spots], dtype=float)
    beds = np.asarray([spot.room.beds for spot in spots], dtype=float)
    walk = np.asarray([spot.walk_minutes for spot in spots], dtype=float)
    main = _main_building(spots)
    away = np.asarray([spot.building != main for spot in spots], dtype=float)
    costs = np.zeros((len(need.pairs), len(spots))) + problem.weight("walk") * walk
    has_minor = any(c.has_minor for pair in need.pairs for c in pair)
    is_first_guard = True
    for number, pair in enumerate(need.pairs):
        talls = sorted((chain.tall for chain in pair), reverse=True)
        for place, tall in enumerate(talls):
            costs[number] += long_beds * tall * (long <= place)
        costs[number] += noise * sum(chain.races for chain in pair) * loud
        costs[number] += DEAR * np.maximum(0, len(pair) - beds)
        if any(chain.is_accessible for chain in pair):
            costs[number] += NEVER * (1 - accessible)
        else:
            costs[number] += 0.01 * accessible
        if any(chain.has_minor for chain in pair):
            costs[number] += DEAR * away
        if has_minor and is_first_guard and any(c.has_guard for c in pair):
            costs[number] += DEAR * away
            is_first_guard = False
    return costs


def _main_building(spots: list[Spot]) -> int:
    """Return the building with most rooms: minors and an official of theirs sleep there."""
    counts: dict[int, int] = {}
    for spot in spots:
        counts[spot.building] = counts.get(spot.building, 0) + 1
    return max(counts, key=lambda b: (counts[b], -b)) if counts else -1
