"""The soft terms as the solver sees them."""

import itertools
from collections import defaultdict

from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.beds import Beds


def terms_of(problem: Problem, beds: Beds) -> dict[str, float]:
    """Return the value of each term."""
    place = {
        room.code: (apartment, room) for apartment in problem.apartments for room in apartment.rooms
    }
    people = {person.code: person for person in problem.people}
    houses: dict[int, set[int]] = defaultdict(set)
    floors: dict[int, set[tuple[int, int]]] = defaultdict(set)
    rooms: set[str] = set()
    guests: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    short = noisy = 0
    for code, name, number in beds:
        person = people[code]
        apartment, room = place[name]
        houses[person.delegation].add(apartment.building)
        floors[person.delegation].add((apartment.building, apartment.floor))
        rooms.add(name)
        guests[apartment.code].append((person.first_night, person.leaves_on, person.delegation))
        short += person.is_tall and number > room.long_beds
        if apartment.floor not in problem.buildings[apartment.building].quiet_floors:
            noisy += len(person.race_nights)
    held = {place[name][0].code: len(place[name][0].rooms) for name in rooms}
    walks = sorted(problem.buildings[place[name][0].building].walk_minutes for name in rooms)
    before = {code: (name, number) for code, name, number in problem.in_force}
    return {
        "building_splits": float(sum(len(some) - 1 for some in houses.values())),
        "floor_splits": float(sum(len(some) - 1 for some in floors.values())),
        "spare_rooms": float(sum(held.values()) - len(rooms)),
        "open_buildings": float(len({b for some in houses.values() for b in some})),
        "walk": float(sum(walks)),
        "long_beds": float(short),
        "noise": float(noisy),
        "handovers": float(sum(_handovers(sorted(some)) for some in guests.values())),
        "moves": float(sum(1 for c, name, n in beds if c in before and before[c] != (name, n))),
    }


def _handovers(stays: list[tuple[int, int, int]]) -> int:
    """Return how often an apartment goes to another delegation, by stays in order."""
    return sum(one[2] != other[2] for one, other in itertools.pairwise(stays))
