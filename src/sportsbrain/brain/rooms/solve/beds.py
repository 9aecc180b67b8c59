"""Which pair of people gets which room of its delegation's apartments, and who which bed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.rooms.problem import Problem, Room
from sportsbrain.brain.rooms.solve.needs import Chain, Need

NEVER = 1e6
DEAR = 1e3
Beds = list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A room with where it is."""

    room: Room
    building: int
    floor: int
    is_quiet: bool


def spots_of(problem: Problem, apartments: list[int]) -> list[Spot]:
    """Return the rooms of some apartments."""
    found = []
    for number in apartments:
        apartment = problem.apartments[number]
        quiet = apartment.floor in problem.buildings[apartment.building].quiet_floors
        found += [
            Spot(room=room, building=apartment.building, floor=apartment.floor, is_quiet=quiet)
            for room in apartment.rooms
        ]
    return found


def beds_of(
    problem: Problem, need: Need, spots: list[Spot], *, in_order: bool = False
) -> tuple[Beds, list[tuple[str, str]]]:
    """
    Return the beds of one delegation and who is left without one.

    Pairs to rooms is a least-cost assignment (exact): accessible rooms for those who need them,
    minors where officials are, long beds, quiet floors; empty rooms are best behind one door.
    ``in_order`` takes rooms as they come, accessible needs first: the yardstick.
    """
    from scipy.optimize import linear_sum_assignment

    pairs = need.pairs
    if in_order:
        chosen = _in_order(pairs, spots)
    else:
        costs = _costs(problem, need, spots)
        rows, columns = linear_sum_assignment(costs)
        chosen = {int(r): int(c) for r, c in zip(rows, columns, strict=True)}
    beds: Beds = []
    left: list[tuple[str, str]] = []
    for number, pair in enumerate(pairs):
        spot = spots[chosen[number]] if number in chosen else None
        needs_it = any(chain.is_accessible for chain in pair)
        if spot is None or (needs_it and not spot.room.is_accessible):
            reason = "no accessible room is left" if needs_it else "no room is left"
            left += [(person.code, reason) for chain in pair for person in chain.people]
            continue
        beds += _in_room(pair, spot.room)
    return beds, left


def _in_room(pair: list[Chain], room: Room) -> Beds:
    """Give beds of a room: the taller chain the long bed."""
    ordered = sorted(pair, key=lambda chain: -chain.tall)
    return [
        (person.code, room.code, number)
        for number, chain in enumerate(ordered, start=1)
        for person in chain.people
    ]


def _in_order(pairs: list[list[Chain]], spots: list[Spot]) -> dict[int, int]:
    free = list(range(len(spots)))
    chosen = {}
    for number, pair in enumerate(pairs):
        if any(chain.is_accessible for chain in pair):
            spot = next((s for s in free if spots[s].room.is_accessible), None)
            if spot is not None:
                chosen[number] = spot
                free.remove(spot)
    for number in range(len(pairs)):
        if number not in chosen and free:
            chosen[number] = free.pop(0)
    return chosen


def _costs(problem: Problem, need: Need, spots: list[Spot]) -> Any:
    """Return the price of each pair in each room, shape (pairs, rooms)."""
    long_beds, noise = problem.weight("long_beds"), problem.weight("noise")
    accessible = np.asarray([spot.room.is_accessible for spot in spots], dtype=float)
    long = np.asarray([spot.room.long_beds for spot in spots], dtype=float)
    loud = np.asarray([not spot.is_quiet for spot in spots], dtype=float)
    costs = np.zeros((len(need.pairs), len(spots)))
    main = _main_building(spots)
    away = np.asarray([spot.building != main for spot in spots], dtype=float)
    guards_left = sum(any(c.has_guard for c in pair) for pair in need.pairs)
    has_minor = any(c.has_minor for pair in need.pairs for c in pair)
    is_first_guard = True
    for number, pair in enumerate(need.pairs):
        talls = sorted((chain.tall for chain in pair), reverse=True)
        for place, tall in enumerate(talls):
            costs[number] += long_beds * tall * (long <= place)
        costs[number] += noise * sum(chain.races for chain in pair) * loud
        if any(chain.is_accessible for chain in pair):
            costs[number] += NEVER * (1 - accessible)
        else:
            costs[number] += 0.01 * accessible
        if any(chain.has_minor for chain in pair):
            costs[number] += DEAR * away
        if has_minor and guards_left and is_first_guard and any(c.has_guard for c in pair):
            costs[number] += DEAR * away
            is_first_guard = False
    return costs


def _main_building(spots: list[Spot]) -> int:
    """Return the building with most rooms: minors and an official of theirs sleep there."""
    counts: dict[int, int] = {}
    for spot in spots:
        counts[spot.building] = counts.get(spot.building, 0) + 1
    return max(counts, key=lambda b: (counts[b], -b)) if counts else -1
