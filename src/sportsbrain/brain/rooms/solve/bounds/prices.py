"""Prices of rooms, raised where they are scarce, until the bound they prove rises no more."""

import itertools
from collections import Counter
from typing import Any

import numpy as np

from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.bounds.quiet import quiet_nights
from sportsbrain.brain.rooms.solve.needs import by_delegation, least_rooms

START = 0.02  # the first rise that is tried, as a share of the bound
LEAST = 1e-5  # the rise that is not worth trying
PATIENCE = 12  # rounds without a better bound before the rise that is tried is halved
STEADY = 0.7  # how much of the last direction stays in the next one
SLOPES = 6
ALONE_SHARE = 0.6  # who needs less of the largest building is not split to the last coin


class Prices:
    """
    A lower bound of splits, floors, open buildings, ways, noise and handed-over apartments.

    Lagrangian relaxation: rooms of a building have a price beyond their way; whoever wants rooms
    pays it, and each delegation takes its cheapest (exactly, for whole rooms, floors and
    buildings). Any prices prove a bound; a subgradient method raises it. An apartment that is
    handed over could serve twice, so no room costs more than its share of handing over.

    References
    ----------
    Held, Wolfe and Crowder 1974 (subgradients); Geoffrion 1974 (Lagrangian relaxation).

    """

    def __init__(self, problem: Problem) -> None:
        groups = by_delegation(problem)
        self.beds = max(room.beds for a in problem.apartments for room in a.rooms)
        need = np.asarray([least_rooms(some, beds=self.beds) for some in groups.values()])
        weight = problem.weight
        self.village, caps, walk = _village(problem)
        self.walk = np.minimum(walk, caps)
        self.extra_max = caps - self.walk
        self.people = (need, _noise(problem, list(groups.values()), need, self.beds), _may(problem))
        self.prices = np.asarray(
            [weight("building_splits"), weight("floor_splits"), weight("open_buildings")]
        )
        self.house, size, count = self.village[:3]
        self.rooms = size * count
        rooms = np.bincount(self.house, weights=self.rooms, minlength=len(problem.buildings))
        self.alone_rooms = int(ALONE_SHARE * rooms.max())
        self.slopes = _slopes(self.people[1], need, self.alone_rooms)
        self.tables = _tables(self.village, rooms, need, len(self.slopes))
        self.extra = self._first(rooms, need)
        self.best = -np.inf
        self.rise = 0.0
        self._kept = self.extra.copy()
        self._way = np.zeros(len(self.extra))
        self._stale = 0

    def _first(self, rooms: Any, need: Any) -> Any:
        """Return prices at which as many rooms are cheap as are needed."""
        walk = np.zeros(len(rooms))
        walk[self.house] = self.walk
        each = walk + self.prices[2] / np.maximum(1, rooms)
        order = np.argsort(each)
        place = np.searchsorted(np.cumsum(rooms[order]), need.sum())
        level = each[order][min(place, len(order) - 1)]
        return np.clip(level - self.walk, 0.0, self.extra_max)

    @property
    def bound(self) -> float:
        """Return the best bound that is proved, 0 before the first."""
        return max(0.0, float(self.best))

    def step(self) -> bool:
        """Prove the bound of these prices and change them; tell whether it is worth going on."""
        from sportsbrain.brain.rooms.solve.bounds.kernels import demand

        use = np.zeros(len(self.extra))
        value = demand(
            self.village, self.people, self.prices, self.slopes, self.tables,
            self.alone_rooms, self.walk, self.extra, use,
        )  # fmt: skip
        self._stale += 1
        if value > self.best:
            if value > self.best + self.rise / 4:
                self._stale = 0
            self.best, self._kept = value, self.extra.copy()
            self.rise = self.rise or START * abs(value)
        if self._stale > PATIENCE:
            self.rise, self._stale = self.rise / 2, 0
            self.extra, self._way = self._kept.copy(), np.zeros(len(use))
            return bool(self.rise > LEAST * abs(self.best))
        self._way = STEADY * self._way + (1 - STEADY) * use
        length = float(self._way @ (self._way / self.rooms))
        if length < 1e-9:
            return False
        pace = (self.best + self.rise - value) / length
        self.extra = np.clip(self.extra + pace * self._way / self.rooms, 0.0, self.extra_max)
        return True


def _village(problem: Problem) -> tuple[Any, Any, Any]:
    """Return the arrays of `kernels`, and by class the most a room may cost and its way."""
    floors: Counter[tuple[int, int]] = Counter()
    doors: dict[tuple[int, int], int] = {}
    for apartment in problem.apartments:
        key = apartment.building, apartment.floor
        floors[key] += len(apartment.rooms)
        doors[key] = max(doors.get(key, 1), len(apartment.rooms))
    kinds: dict[tuple[int, int, bool], list[tuple[int, int]]] = {}
    for key in sorted(floors):
        is_quiet = key[1] in problem.buildings[key[0]].quiet_floors
        kinds.setdefault((key[0], floors[key], is_quiet), []).append(key)
    keys = sorted(kinds)
    houses = range(len(problem.buildings) + 1)
    house = np.asarray([key[0] for key in keys])
    size = np.asarray([key[1] for key in keys])
    count = np.asarray([len(kinds[key]) for key in keys])
    quiet = np.asarray([key[2] for key in keys], dtype=np.int64)
    first_class = np.searchsorted(house, houses)
    of_floor = np.repeat(np.arange(len(keys)), count)
    takes, first_choice = _takes(count, first_class)
    owner = np.repeat(np.arange(len(problem.buildings)), np.diff(first_choice))
    rooms = [
        _rooms(takes, owner, first_class, size * (quiet == is_quiet)) for is_quiet in (True, False)
    ]
    village = (
        house, size, count, quiet, first_class, np.searchsorted(house[of_floor], houses),
        first_choice, of_floor, takes, takes.sum(axis=1), *rooms,
    )  # fmt: skip
    most = np.asarray([max(doors[floor] for floor in kinds[key]) for key in keys])
    walk = np.asarray([problem.buildings[key[0]].walk_minutes for key in keys])
    return village, problem.weight("handovers") / most, problem.weight("walk") * walk


def _takes(count: Any, first: Any) -> tuple[Any, Any]:
    """Return every choice of floors of each building, fewest first, and where a building begins."""
    width = int(np.diff(first).max())
    rows: list[list[int]] = []
    starts = [0]
    for begin, end in itertools.pairwise(first):
        some = itertools.product(*(range(n + 1) for n in count[begin:end]))
        ordered = sorted((choice for choice in some if sum(choice)), key=lambda c: (sum(c), c))
        rows += [[*choice, *[0] * (width - len(choice))] for choice in ordered]
        starts.append(len(rows))
    return np.asarray(rows), np.asarray(starts)


def _rooms(takes: Any, owner: Any, first: Any, size: Any) -> Any:
    """Return the rooms of choices, counting classes by ``size``."""
    wide = np.concatenate([size, np.zeros(takes.shape[1], dtype=size.dtype)])
    columns = first[owner][:, None] + np.arange(takes.shape[1])[None, :]
    return (takes * wide[columns]).sum(axis=1)


def _noise(problem: Problem, groups: list[Any], need: Any, beds: int) -> Any:
    """Return the price of noise by delegation and quiet rooms, shape (delegations, rooms)."""
    table = np.zeros((len(groups), need.max() + 1))
    for row, people, rooms in zip(table, groups, need, strict=True):
        nights = quiet_nights(people, beds=beds * rooms)
        total = sum(len(person.race_nights) for person in people)
        row[: rooms + 1] = [total - n for n in nights[::beds]]
    return problem.weight("noise") * table


def _may(problem: Problem) -> Any:
    """Return which building is open for which delegation, shape (delegations, buildings)."""
    return np.asarray(
        [
            [any(house.is_open(p.first_night, p.leaves_on) for p in people)
             for house in problem.buildings]
            for people in by_delegation(problem).values()
        ]
    )  # fmt: skip


def _slopes(noise: Any, need: Any, alone_rooms: int) -> Any:
    """Return gains of a quiet room that delegations in several buildings may have."""
    gains = np.concatenate(
        [np.zeros(1), *(-np.diff(row[: n + 1]) for row, n in zip(noise, need, strict=True)
                        if n > alone_rooms)]
    )  # fmt: skip
    return np.unique(np.quantile(gains, np.linspace(0, 1, SLOPES)).round(6))


def _tables(village: Any, rooms: Any, need: Any, slopes: int) -> Any:
    houses, largest = len(rooms), int(rooms.max())
    floors = int(np.diff(village[5]).max())
    most = int(need.max())
    parts = int(np.searchsorted(np.cumsum(np.sort(rooms)[::-1]), most)) + 3
    return (
        np.zeros((slopes, houses, largest + 1)),
        np.zeros((slopes, houses, floors, largest + 1), dtype=np.int64),
        np.zeros((slopes, largest + 1), dtype=np.int64),
        np.zeros((slopes, largest + 1)),
        np.zeros((slopes, parts, max(most, largest) + 1)),
        np.zeros((slopes, parts, max(most, largest) + 1), dtype=np.int64),
    )
