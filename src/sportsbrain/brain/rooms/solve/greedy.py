"""The yardstick: largest delegation first, into the building it fills best."""

from collections import defaultdict

from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.needs import Need

Shares = dict[tuple[int, int], int]  # (place of the need, building) → rooms


class Stock:
    """Rooms and accessible rooms of each building, and who may not join whom."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        count = len(problem.buildings)
        self.rooms, self.accessible = [0] * count, [0] * count
        for apartment in problem.apartments:
            self.rooms[apartment.building] += len(apartment.rooms)
            self.accessible[apartment.building] += sum(r.is_accessible for r in apartment.rooms)
        self.foes: dict[int, set[int]] = defaultdict(set)
        for one, other in problem.apart:
            self.foes[one].add(other)
            self.foes[other].add(one)

    def may(self, need: Need, building: int) -> bool:
        """Tell whether a building is open for the whole stay of a delegation."""
        house = self.problem.buildings[building]
        return house.is_open(need.first_night, need.leaves_on)


def greedy_shares(problem: Problem, needs: list[Need], *, nearest: bool = False) -> Shares:
    """
    Return rooms by delegation and building: best fit, decreasing.

    The largest delegation comes first. It goes whole into the building that is filled best (with
    ``nearest``: into the nearest one); what fits nowhere takes the emptiest building and goes on.
    """
    stock = Stock(problem)
    free = [rooms + 1 for rooms in stock.rooms]  # each party but one may waste a room
    accessible = list(stock.accessible)
    guests: dict[int, set[int]] = defaultdict(set)
    shares: Shares = {}
    for place in sorted(range(len(needs)), key=lambda n: (-needs[n].rooms, n)):
        need = needs[place]
        left, wanted = need.rooms, need.accessible
        while left:
            houses = [
                b
                for b in range(len(free))
                if free[b] > 1
                and stock.may(need, b)
                and not guests[b] & stock.foes[need.delegation]
                and (place, b) not in shares
            ]
            if not houses:
                break
            whole = [b for b in houses if free[b] > left and accessible[b] >= wanted]
            walk = problem.buildings
            if whole and nearest:
                house = min(whole, key=lambda b: (walk[b].walk_minutes, free[b], b))
            elif whole:
                house = min(whole, key=lambda b: (free[b], walk[b].walk_minutes, b))
            else:
                house = max(houses, key=lambda b: (free[b], -b))
            part = min(left, free[house] - 1)
            shares[place, house] = part
            free[house] -= part + 1
            guests[house].add(need.delegation)
            taken = min(wanted, accessible[house], part)
            accessible[house] -= taken
            wanted -= taken
            left -= part
    return shares


def first_fit(
    problem: Problem, needs: list[Need], house: int, rooms: dict[int, int]
) -> dict[int, list[int]]:
    """Return apartments of a building by need as they come, floor by floor, largest need first."""
    free = sorted(
        (n for n, apartment in enumerate(problem.apartments) if apartment.building == house),
        key=lambda n: (problem.apartments[n].floor, n),
    )
    found: dict[int, list[int]] = {}
    for place in sorted(rooms, key=lambda n: (-rooms[n], n)):
        mine: list[int] = []
        held = helps = 0
        wanted = min(needs[place].accessible, rooms[place])
        for number in free:
            if held >= rooms[place] and helps >= wanted:
                break
            apartment = problem.apartments[number]
            is_help = any(room.is_accessible for room in apartment.rooms)
            if held >= rooms[place] and not is_help:
                continue
            mine.append(number)
            held += len(apartment.rooms)
            helps += sum(room.is_accessible for room in apartment.rooms)
        free = [number for number in free if number not in mine]
        found[place] = mine
    return found
