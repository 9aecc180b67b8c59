"""What no tours can beat: every stop has one stop before it, the cheapest that rules allow."""

import math
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from sportsbrain.brain.dispatch.problem import Problem
from sportsbrain.brain.dispatch.solve.windows import Windows, windows_of

FORBIDDEN = 1e9
PATIENCE = 4  # looks without a better bound before steps are halved
STEP_LEAST = 1e-3
DONE = 1e-4  # of the cost of the plan: nearer is not worth a look
REQUESTS_MAX = 2000  # of more the table would not fit: no bound is told then
Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.intp]]
Flags = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


class Bound:
    """
    A proven lower bound of the cost of a problem that rises as long as it is asked to.

    Each pickup, dropoff and end of a vehicle is given one stop before it and one after it, at
    least cost (assignment). Ways are left out that no tour can hold: those out of time, and those
    between two requests that no order of their four stops allows. A request may follow itself: it
    is refused then. Rings of stops that no vehicle ever leaves are no tours: each ring that is
    found has a price from then on (Lagrangian relaxation of subtour and capacity cuts), and prices
    follow a subgradient. At every price the value is a bound.

    References
    ----------
    Held and Karp 1970; Laporte and Nobert 1987 (capacity cuts).

    """

    def __init__(self, problem: Problem) -> None:
        self.value = 0.0
        self._problem = problem
        self._rings: dict[tuple[int, ...], float] = {}  # stops of a ring: price of not leaving it
        self._last: Whole | None = None
        self._step, self._stale = 1.0, 0
        n, m = len(problem.requests), len(problem.vehicles)
        self._is_told = 0 < n <= REQUESTS_MAX and m > 0
        if self._is_told:
            self._table = _table(problem)
            self.value = self._assign()
        elif n and not m:
            self.value = float(sum(r.refusal_cost for r in problem.requests))

    def rise(self, target: float) -> bool:
        """Change the prices once, towards the cost of a plan; tell whether there is more to do."""
        if not self._is_told or self._last is None or self.value >= target * (1 - DONE):
            return False
        for ring in self._new_rings():
            self._rings.setdefault(ring, 0.0)
        lacks = {ring: self._lack(ring) for ring in self._rings}
        norm = sum(lack * lack for lack in lacks.values())
        if not norm:
            return False
        step = self._step * (target - self._now) / norm
        for ring, lack in lacks.items():
            self._rings[ring] = max(0.0, self._rings[ring] + step * lack)
        now = self._assign()
        self._stale = 0 if now > self.value else self._stale + 1
        if self._stale >= PATIENCE:
            self._step, self._stale = self._step / 2, 0
        self.value = max(self.value, now)
        return self._step > STEP_LEAST

    def _assign(self) -> float:
        """Return the bound at the prices of now."""
        table = self._table.copy()
        paid = 0.0
        for ring, price in self._rings.items():
            if price:
                rows = np.asarray(ring)
                inside = np.ix_(rows, rows)
                kept = table[inside]
                np.fill_diagonal(kept, kept.diagonal() - price)  # refused: it need not be left
                table[rows, :] -= price
                table[inside] = kept
                paid += price * self._trips(ring)
        rows, columns = linear_sum_assignment(table)
        self._last = columns
        self._now = float(table[rows, columns].sum()) + paid
        return self._now

    def _trips(self, ring: tuple[int, ...]) -> int:
        """Return how often vehicles have to leave a ring: once, or as seats ask for."""
        requests = self._problem.requests
        n = len(requests)
        if all(stop < n for stop in ring) or all(stop >= n for stop in ring):
            seats = max(v.seats for v in self._problem.vehicles)
            people = [requests[stop % n].people for stop in ring]
            return max(1, math.ceil(sum(p for p in people if p <= seats) / seats))
        return 1

    def _lack(self, ring: tuple[int, ...]) -> float:
        """Return how many times too seldom the last assignment leaves a ring."""
        members = set(ring)
        last = self._last
        left = 0
        if last is not None:
            left = sum(1 for s in ring if last[s] == s or int(last[s]) not in members)
        return float(self._trips(ring) - left)

    def _new_rings(self) -> list[tuple[int, ...]]:
        """Return the rings of the last assignment that hold no vehicle, refused requests aside."""
        last, stops = self._last, 2 * len(self._problem.requests)
        found: list[tuple[int, ...]] = []
        seen: set[int] = set()
        for first in range(stops):
            if last is None or first in seen or last[first] == first:
                continue
            ring, stop = [], first
            while stop < stops and stop not in seen:
                seen.add(stop)
                ring.append(stop)
                stop = int(last[stop])
            if stop == first:
                found.append(tuple(sorted(ring)))
        return found


def _table(problem: Problem) -> Table:
    """Return what it costs that one stop follows another; ends and starts of vehicles come last."""
    n, m = len(problem.requests), len(problem.vehicles)
    windows = windows_of(problem)
    costs = np.asarray(problem.costs, dtype=float)
    places = np.asarray(
        [r.from_place for r in problem.requests] + [r.to_place for r in problem.requests]
    )
    starts = np.asarray([v.starts_in for v in problem.vehicles])
    ends = np.asarray([v.ends_in for v in problem.vehicles])
    table = np.full((2 * n + m, 2 * n + m), FORBIDDEN)  # from a stop or start, to a stop or end
    table[: 2 * n, : 2 * n] = np.where(
        _ways(problem, windows), costs[np.ix_(places, places)], FORBIDDEN
    )
    table[2 * n :, :n] = costs[np.ix_(starts, places[:n])]  # a vehicle goes to a pickup first
    table[n : 2 * n, 2 * n :] = costs[np.ix_(places[n:], ends)]  # and home from a dropoff
    table[2 * n + np.arange(m), 2 * n + np.arange(m)] = 0.0  # or stays where it is
    own = np.arange(2 * n)
    table[own, own] = np.tile([r.refusal_cost / 2 for r in problem.requests], 2)
    return table


def _ways(problem: Problem, windows: Windows) -> Flags:
    """Return which stops may follow which, in any tour."""
    n = len(problem.requests)
    arrive = (windows.first + windows.service)[:, None] + windows.times
    may: Flags = arrive <= windows.last[None, :] + 1e-6
    np.fill_diagonal(may, val=False)
    may[n + np.arange(n), np.arange(n)] = False  # nobody is fetched again
    people = np.asarray([r.people for r in problem.requests])
    seats = max(v.seats for v in problem.vehicles)
    fits = people[:, None] + people[None, :] <= seats
    i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    first_in_first_out = windows.fits(i, j, i + n, j + n) & fits  # i+ j+ i- j-
    last_in_first_out = windows.fits(i, j, j + n, i + n) & fits  # i+ j+ j- i-
    one_after_other = windows.fits(i, i + n, j, j + n)  # i+ i- j+ j-
    may[:n, :n] &= first_in_first_out | last_in_first_out
    may[n:, n:] &= first_in_first_out | last_in_first_out.T  # j+ i+ i- j-, then i- j-
    crossed = first_in_first_out.T | np.eye(n, dtype=bool)  # j+ i+ j- i-: i+ j-
    may[:n, n:] &= crossed
    may[n:, :n] &= one_after_other
    return may
