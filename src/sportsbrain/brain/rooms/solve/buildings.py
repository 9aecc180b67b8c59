"""Which delegation takes how many rooms of which building: large neighbourhoods, and a bound."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.greedy import Shares, Stock
from sportsbrain.brain.rooms.solve.needs import Need
from sportsbrain.brain.rooms.solve.quiet import quiet_rows

SCALE = 100
NO_ROOM = 1000.0  # the price of a room that is not there
FREED = 6  # buildings that are planned anew together


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The weights that this level knows."""

    split: float
    house: float
    walk: float


class Houses:
    """Shares of buildings, improved piece by piece."""

    def __init__(self, problem: Problem, needs: list[Need], shares: Shares, *, seed: int) -> None:
        self.problem, self.needs = problem, needs
        self.stock = Stock(problem, needs)
        self.shares = dict(shares)
        self.random = np.random.default_rng(seed)
        self.prices = Prices(
            split=problem.weight("building_splits"),
            house=problem.weight("open_buildings"),
            walk=problem.weight("walk"),
        )
        self.walk = [building.walk_minutes for building in problem.buildings]

    def cost(self, shares: Shares | None = None) -> float:
        """Return splits, open buildings and ways of shares; rooms without a place are dear."""
        shares = self.shares if shares is None else shares
        placed: dict[int, int] = defaultdict(int)
        for (place, _), rooms in shares.items():
            placed[place] += rooms
        missing = sum(need.rooms - placed[n] for n, need in enumerate(self.needs))
        return (
            self.prices.split * (len(shares) - len(placed))
            + self.prices.house * len({b for _, b in shares})
            + self.prices.walk * sum(self.walk[b] * r for (_, b), r in shares.items())
            + NO_ROOM * (missing + self._short_of_accessible(shares))
        )

    def _short_of_accessible(self, shares: Shares) -> int:
        """Return accessible rooms missing when each part of a delegation needs its share."""
        wanted: dict[int, int] = defaultdict(int)
        for (place, house), rooms in shares.items():
            need = self.needs[place]
            wanted[house] += -(-rooms * need.accessible // need.rooms)
        return sum(max(0, count - self.stock.accessible[b]) for b, count in wanted.items())

    def step(self, *, seconds: float, deterministic: bool) -> float:
        """Plan some buildings anew; keep what is better; return what was gained."""
        freed = self.chosen()
        return self.keep(freed, self.planned(freed, seconds=seconds, deterministic=deterministic))

    def planned(
        self, freed: frozenset[int], *, seconds: float, deterministic: bool
    ) -> Shares | None:
        """Return the best shares of some buildings."""
        before = {key: rooms for key, rooms in self.shares.items() if key[1] in freed}
        return self._solve(freed, before, seconds=seconds, deterministic=deterministic)

    def keep(self, freed: frozenset[int], found: Shares | None) -> float:
        """Keep shares of some buildings when they are better, and return what was gained."""
        if found is None:
            return 0.0
        if self._is_too_much(found, freed):
            return 0.0  # another neighbourhood has placed them meanwhile
        rest = {key: rooms for key, rooms in self.shares.items() if key[1] not in freed}
        gain = self.cost() - self.cost({**rest, **found})
        if gain <= 1e-9:
            return 0.0
        self.shares = {**rest, **found}
        return gain

    def _is_too_much(self, parts: Shares, freed: frozenset[int]) -> bool:
        placed: dict[int, int] = defaultdict(int)
        for (place, building), rooms in self.shares.items():
            placed[place] += rooms if building not in freed else 0
        for (place, _), rooms in parts.items():
            placed[place] += rooms
        return any(placed[n] > need.rooms for n, need in enumerate(self.needs))

    def chosen(self, *, without: frozenset[int] = frozenset()) -> frozenset[int]:
        """Choose buildings: around a split delegation, or at random with the nearest ones."""
        count = len(self.walk)
        by_need: dict[int, list[int]] = defaultdict(list)
        for place, building in self.shares:
            by_need[place].append(building)
        split = [b for b in by_need.values() if len(b) > 1 and not without & set(b)]
        chosen: set[int] = set()
        if split and self.random.random() < 0.6:
            houses = split[int(self.random.integers(len(split)))]
            chosen.update(self.random.permutation(houses)[:3].tolist())
        else:
            chosen.add(
                int(self.random.choice([b for b in range(count) if b not in without] or [0]))
            )
        if self.random.random() < 0.5:
            middle = np.mean([self.walk[b] for b in chosen])
            near = sorted(range(count), key=lambda b: (abs(self.walk[b] - middle), b))
            pool = near[: 3 * FREED]
        else:
            pool = list(range(count))
        for building in self.random.permutation(pool).tolist():
            if len(chosen) >= FREED:
                break
            if building not in without:
                chosen.add(int(building))
        return frozenset(chosen)

    def _solve(
        self, freed: frozenset[int], before: Shares, *, seconds: float, deterministic: bool
    ) -> Shares | None:
        """Return the best shares of some buildings for those who are in them now."""
        from ortools.sat.python import cp_model

        wanted: dict[int, int] = defaultdict(int)
        for (place, _), rooms in before.items():
            wanted[place] += rooms
        for place, need in enumerate(self.needs):
            missing = need.rooms - sum(r for (n, _), r in self.shares.items() if n == place)
            if missing:
                wanted[place] += missing
        model = cp_model.CpModel()
        parts = self._parts(model, sorted(freed), wanted)
        self._limits(model, parts, sorted(freed), wanted)
        model.minimize(self._costs(model, parts, sorted(freed), wanted))
        for (place, house), (rooms, used) in parts.items():
            model.add_hint(rooms, before.get((place, house), 0))
            model.add_hint(used, (place, house) in before)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = int(self.random.integers(1 << 30))
        if deterministic:
            solver.parameters.max_deterministic_time = seconds
        else:
            solver.parameters.max_time_in_seconds = seconds
        if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        values = {key: int(solver.value(rooms)) for key, (rooms, _) in parts.items()}
        return {key: rooms for key, rooms in values.items() if rooms}

    def _parts(self, model: Any, houses: list[int], wanted: dict[int, int]) -> dict[Any, Any]:
        parts = {}
        for place, rooms in sorted(wanted.items()):
            need = self.needs[place]
            outside = {b for n, b in self.shares if n == place and b not in houses}
            foes = self.stock.foes[need.delegation]
            for house in houses:
                if not self.stock.may(need, house) or house in outside:
                    continue
                if any(
                    self.needs[n].delegation in foes
                    for n, b in self.shares
                    if b == house and b not in houses
                ):
                    continue
                most = min(rooms, self.stock.rooms[house])
                least = min(2, need.rooms)
                part = model.new_int_var(0, most, "")
                used = model.new_bool_var("")
                model.add(part <= most * used)
                model.add(part >= least * used)
                parts[place, house] = (part, used)
        return parts

    def _limits(
        self, model: Any, parts: dict[Any, Any], houses: list[int], wanted: dict[int, int]
    ) -> None:
        for house in houses:
            mine = [(n, part, used) for (n, b), (part, used) in parts.items() if b == house]
            if not mine:
                continue
            # parties behind doors of their own waste up to a room each, all but one of them
            model.add(sum(part + used for _, part, used in mine) <= self.stock.rooms[house] + 1)
            by_delegation = {self.needs[n].delegation: used for n, _, used in mine}
            for one, other in self.problem.apart:
                if one in by_delegation and other in by_delegation:
                    model.add(by_delegation[one] + by_delegation[other] <= 1)
        self._needed(model, parts, wanted)

    def _accessible(self, model: Any, parts: dict[Any, Any], house: int) -> Any:
        """Return the price of accessible rooms that a house lacks."""
        taken = []
        for (n, b), (part, _) in parts.items():
            need = self.needs[n]
            if b == house and need.accessible:
                share = model.new_int_var(0, need.accessible, "")
                model.add(share * need.rooms >= part * need.accessible)
                taken.append(share)
        if not taken:
            return 0
        short = model.new_int_var(0, 1000, "")
        model.add(short >= sum(taken) - self.stock.accessible[house])
        return round(NO_ROOM * SCALE) * short

    def _needed(self, model: Any, parts: dict[Any, Any], wanted: dict[int, int]) -> None:
        for place, rooms in wanted.items():
            mine = [part for (n, _), (part, _) in parts.items() if n == place]
            if mine:
                model.add(sum(mine) <= rooms)

    def _costs(
        self, model: Any, parts: dict[Any, Any], houses: list[int], wanted: dict[int, int]
    ) -> Any:
        terms = []
        for house in houses:
            used_here = [used for (_, b), (_, used) in parts.items() if b == house]
            terms.append(self._accessible(model, parts, house))
            if used_here:
                is_open = model.new_bool_var("")
                model.add_max_equality(is_open, used_here)
                terms.append(round(self.prices.house * SCALE) * is_open)
        for (_, house), (part, used) in parts.items():
            terms.append(round(self.prices.split * SCALE) * used)
            # a room without a place costs far more than any way
            terms.append(round((self.prices.walk * self.walk[house] - NO_ROOM) * SCALE) * part)
        del wanted
        return sum(terms)


def bound_of(problem: Problem, needs: list[Need]) -> float:
    """
    Return a proven lower bound of splits, open buildings, ways and noise together.

    The relaxation over all buildings with the fewest buildings that each delegation needs (HiGHS
    through `scipy.optimize.linprog`); quiet beds are only those of buildings that are open, which
    costs. Branching gained 0.03 % in a minute and is left out.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix, hstack, vstack

    stock = Stock(problem, needs)
    rows, columns = len(needs), len(problem.buildings)
    size = rows * columns
    walk = np.asarray([building.walk_minutes for building in problem.buildings])
    cost = np.concatenate(
        [
            np.tile(problem.weight("walk") * walk, rows),
            np.full(size, problem.weight("building_splits")),
            np.full(columns, problem.weight("open_buildings")),
        ]
    )
    matrix, lower, upper = _bound_rows(stock, needs)
    quiet = quiet_rows(problem)
    noise = problem.weight("noise")
    cost = np.concatenate([cost, -noise * quiet.races])
    most = np.minimum(
        np.asarray([need.rooms for need in needs])[:, None], np.asarray(stock.rooms)[None, :]
    ).ravel()
    allowed = np.asarray(
        [[stock.may(need, b) for b in range(columns)] for need in needs], dtype=float
    ).ravel()
    same = lower == upper
    above, below = ~same & np.isfinite(lower), ~same & np.isfinite(upper)
    found = linprog(
        cost,
        A_eq=_wider(matrix[same], len(quiet.races)),
        b_eq=lower[same],
        A_ub=vstack(
            [
                _wider(-matrix[above], len(quiet.races)),
                _wider(matrix[below], len(quiet.races)),
                hstack(
                    [coo_matrix((problem.nights, 2 * size)), -quiet.beds.T, quiet.there]
                ).tocsr(),
            ]
        ),
        b_ub=np.concatenate([-lower[above], upper[below], np.zeros(problem.nights)]),
        bounds=np.stack(
            [
                np.zeros(len(cost)),
                np.concatenate([most * allowed, allowed, np.ones(columns), quiet.people]),
            ],
            axis=1,
        ),
        method="highs",
    )
    splits = problem.weight("building_splits") * rows
    total = noise * float(quiet.races @ quiet.people)
    return max(0.0, float(found.fun) - splits + total) if found.status == 0 else 0.0


def _wider(matrix: Any, columns: int) -> Any:
    """Return a matrix with so many empty columns more."""
    from scipy.sparse import coo_matrix, hstack

    return hstack([matrix, coo_matrix((matrix.shape[0], columns))]).tocsr()


def _bound_rows(stock: Stock, needs: list[Need]) -> tuple[Any, Any, Any]:
    from scipy.sparse import coo_matrix

    rows, columns = len(needs), len(stock.rooms)
    size = rows * columns
    entries: list[tuple[int, int, float]] = []
    lower: list[float] = []
    upper: list[float] = []

    def add(terms: list[tuple[int, float]], low: float, high: float) -> None:
        entries.extend((len(lower), column, value) for column, value in terms)
        lower.append(low)
        upper.append(high)

    largest = sorted(stock.rooms, reverse=True)
    for n, need in enumerate(needs):
        first = n * columns
        add([(first + b, 1.0) for b in range(columns)], need.rooms, need.rooms)
        fewest, room = 0, 0
        while room < need.rooms and fewest < columns:
            room += largest[fewest]
            fewest += 1
        add([(size + first + b, 1.0) for b in range(columns)], fewest, np.inf)
        for b in range(columns):
            most = float(min(need.rooms, stock.rooms[b]))
            add([(first + b, 1.0), (size + first + b, -most)], -np.inf, 0.0)
            add([(size + first + b, 1.0), (2 * size + b, -1.0)], -np.inf, 0.0)
    for b in range(columns):
        mine = [(n * columns + b, 1.0) for n in range(rows)]
        add([*mine, (2 * size + b, -float(stock.rooms[b]))], -np.inf, 0.0)
    table = np.asarray(entries)
    matrix = coo_matrix(
        (table[:, 2], (table[:, 0].astype(int), table[:, 1].astype(int))),
        shape=(len(lower), 2 * size + columns),
    )
    return matrix.tocsr(), np.asarray(lower), np.asarray(upper)
