"""Who holds which apartment: simulated annealing over whole apartments, all terms at once."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.needs import Need

MISSING = 1.2  # a room that is not there, in the dearest of what could be saved by it


class Holdings:
    """
    The apartments of each delegation, improved move by move.

    Parameters
    ----------
    held
        Apartments of each need to begin with, by its place; missing ones are found by the search.

    References
    ----------
    Kirkpatrick, Gelatt and Vecchi 1983.

    """

    def __init__(
        self, problem: Problem, needs: list[Need], held: Mapping[int, Iterable[int]], *, seed: int
    ) -> None:
        from sportsbrain.brain.rooms.solve import kernels

        self.needs = needs
        self.scale = max(problem.weight("building_splits"), problem.weight("spare_rooms"), 1.0)
        self.order = sorted(
            range(len(problem.apartments)),
            key=lambda a: (problem.apartments[a].building, problem.apartments[a].floor, a),
        )
        self.village = _village(problem, needs, self.order, seed)
        self.log = np.zeros((kernels.LOG * len(self.order) + 16, 2), dtype=np.int64)
        self.cost = float(self.village[kernels.COSTS].sum())
        place = {apartment: number for number, apartment in enumerate(self.order)}
        for number, apartments in held.items():
            for apartment in apartments:
                self.cost += kernels.give(self.village, place[apartment], number)

    def cool(self, *, warm: float, cool: float, moves: int) -> None:
        """Make so many moves at falling temperature (releases the interpreter's lock)."""
        from sportsbrain.brain.rooms.solve import kernels

        self.cost = kernels.anneal(self.village, self.log, self.cost, warm, cool, moves)

    def held(self) -> list[list[int]]:
        """Return the apartments of each need."""
        from sportsbrain.brain.rooms.solve import kernels

        found: list[list[int]] = [[] for _ in self.needs]
        owners = self.village[kernels.DOORS][:, kernels.OWNER]
        for apartment, owner in zip(self.order, owners.tolist(), strict=True):
            if owner >= 0:
                found[owner].append(apartment)
        return found


def _village(problem: Problem, needs: list[Need], order: list[int], seed: int) -> tuple[Any, ...]:
    """Return the arrays of `kernels`."""
    from sportsbrain.brain.rooms.solve import kernels

    count, houses = len(needs), len(problem.buildings)
    floors: dict[tuple[int, int], int] = {}
    doors = np.zeros((len(order), 8), dtype=np.int64)
    for row, number in zip(doors, order, strict=True):
        apartment = problem.apartments[number]
        floor = floors.setdefault((apartment.building, apartment.floor), len(floors))
        quiet = apartment.floor in problem.buildings[apartment.building].quiet_floors
        row[:] = (
            apartment.building, floor, len(apartment.rooms),
            sum(room.is_accessible for room in apartment.rooms),
            sum(room.long_beds for room in apartment.rooms), quiet, -1, 0,
        )  # fmt: skip
    parties = np.zeros((count, 10), dtype=np.int64)
    parties[:, kernels.NEED] = [need.rooms for need in needs]
    parties[:, kernels.ACCESSIBLE] = [need.accessible for need in needs]
    parties[:, kernels.TALL] = [need.tall for need in needs]
    table = np.zeros((houses, 3), dtype=np.int64)
    first = np.searchsorted(doors[:, kernels.BUILDING], np.arange(houses + 1))
    table[:, kernels.FIRST], table[:, kernels.END] = first[:-1], first[1:]
    weight = problem.weight
    noise = np.zeros((count, max(need.rooms for need in needs) + 1))
    for line, need in zip(noise, needs, strict=True):
        races = np.asarray(need.races)
        line[: need.rooms + 1] = races.sum() - np.concatenate([[0], np.cumsum(races)])
    noise *= weight("noise")
    dearest = max(weight("building_splits"), weight("open_buildings"), weight("spare_rooms"), 1.0)
    prices = np.asarray(
        [weight("building_splits"), weight("floor_splits"), weight("spare_rooms"),
         weight("open_buildings"), weight("long_beds"), MISSING * dearest]
    )  # fmt: skip
    costs = np.asarray([kernels.own_cost(parties, noise, prices, d) for d in range(count)])
    in_house = np.zeros((count, houses), dtype=np.int32)
    for open_ones, need in zip(in_house, needs, strict=True):
        open_ones[:] = [
            0 if house.is_open(need.first_night, need.leaves_on) else -1
            for house in problem.buildings
        ]
    walk = weight("walk") * np.asarray([house.walk_minutes for house in problem.buildings])
    return (
        doors, parties, table, np.zeros((count, len(floors)), dtype=np.int32), in_house,
        np.zeros((count, len(order)), dtype=np.int32), costs, noise, walk, prices,
        _foes(problem, needs), np.asarray([seed * 7919 + 12345], dtype=np.uint64),
    )  # fmt: skip


def _foes(problem: Problem, needs: list[Need]) -> Any:
    """Return who must be apart from whom, shape (needs, most foes + 1), filled with −1."""
    place = {need.delegation: number for number, need in enumerate(needs)}
    foes: list[set[int]] = [set() for _ in needs]
    for one, other in problem.apart:
        if one in place and other in place:
            foes[place[one]].add(place[other])
            foes[place[other]].add(place[one])
    table = np.full((len(needs), max(len(some) for some in foes) + 1), -1, dtype=np.int64)
    for row, some in zip(table, foes, strict=True):
        row[: len(some)] = sorted(some)
    return table
