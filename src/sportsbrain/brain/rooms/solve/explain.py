"""Why a delegation is split, and which people can't be housed together with which rule."""

from collections import defaultdict

from sportsbrain.brain.rooms.plan import Split
from sportsbrain.brain.rooms.problem import Person, Problem
from sportsbrain.brain.rooms.solve.beds import Beds
from sportsbrain.brain.rooms.solve.greedy import Stock
from sportsbrain.brain.rooms.solve.needs import Need, by_delegation, least_rooms


def splits_of(problem: Problem, beds: Beds) -> tuple[Split, ...]:
    """Return every delegation in several buildings with the first reason that holds."""
    building = {
        room.code: apartment.building
        for apartment in problem.apartments
        for room in apartment.rooms
    }
    delegation = {person.code: person.delegation for person in problem.people}
    rooms: dict[tuple[int, int], set[str]] = defaultdict(set)
    for code, room, _ in beds:
        rooms[delegation[code], building[room]].add(room)
    used: dict[int, int] = defaultdict(int)
    mine: dict[int, dict[int, int]] = defaultdict(dict)
    for (number, house), some in rooms.items():
        used[house] += len(some)
        mine[number][house] = len(some)
    people = by_delegation(problem)
    stock = Stock(problem)
    return tuple(
        Split(
            delegation=problem.delegations[number],
            buildings=tuple(problem.buildings[b].code for b in sorted(parts)),
            text=_reason(problem, stock, people[number], parts, used),
        )
        for number, parts in sorted(mine.items())
        if len(parts) > 1
    )


def _reason(
    problem: Problem,
    stock: Stock,
    people: list[Person],
    parts: dict[int, int],
    used: dict[int, int],
) -> str:
    rooms = least_rooms(people)
    accessible = least_rooms([p for p in people if p.needs_accessible])
    stay = min(p.first_night for p in people), max(p.leaves_on for p in people)
    largest = max(stock.rooms)
    if rooms > largest:
        return f"needs {rooms} rooms, the largest building has {largest}"
    large = [b for b in range(len(stock.rooms)) if stock.rooms[b] >= rooms]
    open_ones = [b for b in large if problem.buildings[b].is_open(*stay)]
    if not open_ones:
        return f"every building with {rooms} rooms is closed for some of its nights"
    fitting = [b for b in open_ones if stock.accessible[b] >= accessible]
    if not fitting:
        return f"no building with {rooms} rooms has {accessible} accessible ones"
    free = {b: stock.rooms[b] - used[b] + parts.get(b, 0) for b in fitting}
    best = max(free, key=lambda b: (free[b], -b))
    if free[best] < rooms + 1:
        name = problem.buildings[best].code
        return (
            f"no building has {rooms} rooms free: {name} has {free[best]};"
            " giving it a whole one would split or move others at a higher price"
        )
    now = sum(problem.buildings[b].walk_minutes * r for b, r in parts.items()) / rooms
    far = min((b for b in free if free[b] > rooms), key=lambda b: problem.buildings[b].walk_minutes)
    house = problem.buildings[far]
    return (
        f"would fit whole into {house.code}, {house.walk_minutes - now:+.0f} minutes from here;"
        f" that costs more than a split ({problem.weight('building_splits'):g})"
    )


def too_little(problem: Problem, needs: list[Need]) -> str:
    """
    Return the smallest conflicting set of an over-full village in words, empty when there is none.

    Rooms are counted, so the smallest set is the fewest largest delegations that together need
    more rooms than there are (of the kind that is short).
    """
    rooms = sum(len(apartment.rooms) for apartment in problem.apartments)
    accessible = sum(r.is_accessible for a in problem.apartments for r in a.rooms)
    for kind, there, wants in (
        ("accessible rooms", accessible, {n.delegation: n.accessible for n in needs}),
        ("rooms", rooms, {n.delegation: n.rooms for n in needs}),
    ):
        if sum(wants.values()) <= there:
            continue
        chosen, total = [], 0
        for number in sorted(wants, key=lambda n: (-wants[n], n)):
            chosen.append(problem.delegations[number])
            total += wants[number]
            if total > there:
                break
        return (
            f"{', '.join(chosen)} need {total} {kind}, the village has {there}: house one of"
            f" them elsewhere, or find {sum(wants.values()) - there} more {kind}"
        )
    return ""
