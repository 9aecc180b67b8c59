"""What plans cost at least: all terms together by prices, and each term alone by counting."""

from collections import Counter

from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.needs import by_delegation, least_rooms


def short_beds(problem: Problem) -> int:
    """Return the tall people beyond the long beds on the worst night."""
    beds = sum(room.long_beds for apartment in problem.apartments for room in apartment.rooms)
    return max(0, _most_there(problem, is_tall=True) - beds)


def alone(problem: Problem) -> dict[str, float]:
    """Return the least that each term could be if the others did not matter, in its own unit."""
    rooms: Counter[int] = Counter()
    floors: Counter[tuple[int, int]] = Counter()
    for apartment in problem.apartments:
        rooms[apartment.building] += len(apartment.rooms)
        floors[apartment.building, apartment.floor] += len(apartment.rooms)
    beds = max(room.beds for a in problem.apartments for room in a.rooms)
    needs = [least_rooms(some, beds=beds) for some in by_delegation(problem).values()]
    together = -(-_most_there(problem) // beds)
    ways = sorted(
        problem.buildings[apartment.building].walk_minutes
        for apartment in problem.apartments
        for _ in apartment.rooms
    )
    return {
        "building_splits": float(sum(_fewest(list(rooms.values()), n) - 1 for n in needs)),
        "floor_splits": float(sum(_fewest(list(floors.values()), n) - 1 for n in needs)),
        "open_buildings": float(_fewest(list(rooms.values()), together)),
        "walk": float(sum(ways[:together])),
        "long_beds": float(short_beds(problem)),
    }


def _most_there(problem: Problem, *, is_tall: bool = False) -> int:
    """Return how many people (or tall people) are there on the worst night."""
    there = [0] * (problem.nights + 1)
    for person in problem.people:
        if person.is_tall or not is_tall:
            for night in range(person.first_night, min(person.leaves_on, problem.nights)):
                there[night] += 1
    return max(there)


def _fewest(sizes: list[int], wanted: int) -> int:
    """Return how many of the largest hold so many rooms; all when none do."""
    found = 0
    for count, size in enumerate(sorted(sizes, reverse=True), start=1):
        found += size
        if found >= wanted:
            return count
    return max(1, len(sizes))
