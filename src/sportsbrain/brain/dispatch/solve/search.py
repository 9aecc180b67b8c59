"""Tours by large neighbourhoods; warm from the tours there are, so that a late trip is quick."""

from collections.abc import Callable, Generator, Iterable
from typing import Any

import numpy as np

from sportsbrain.brain.dispatch.plan import DispatchPlan, Stop, Tour
from sportsbrain.brain.dispatch.problem import Problem, Vehicle
from sportsbrain.brain.dispatch.solve.bounds import Bound
from sportsbrain.brain.dispatch.solve.kernels import (
    ALLOWED,
    FIRST,
    REFUSAL,
    M,
    N,
    best_place,
    improve,
    route_cost,
    schedule,
    whole_cost,
)
from sportsbrain.brain.dispatch.solve.starts import Rows, first_tours
from sportsbrain.vocabulary.planning import Progress, Term
from sportsbrain.vocabulary.planning import Stop as StopRule

SOLVER = "VROOM or PyVRP, then large neighbourhoods (numba)"
Data = tuple[Any, ...]  # in the order of the names in `kernels`
BOUND_SHARE = 0.05  # of the seconds, to raise the bound when the tours are there
RISES_MAX = 200
CHUNK = 40  # neighbourhoods between two looks at the clock
START_HEAT = 1.5  # of the cost of a request; the search begins so hot and ends so cold
END_HEAT = 0.005
WARM_HEAT = 0.02  # where another solver has found good tours, they are not shaken apart


def arrays_of(problem: Problem) -> Data:
    """Return the problem as arrays over nodes."""
    n, m = len(problem.requests), len(problem.vehicles)
    requests, vehicles = problem.requests, problem.vehicles
    place = np.asarray(
        [r.from_place for r in requests]
        + [r.to_place for r in requests]
        + [v.starts_in for v in vehicles]
        + [v.ends_in for v in vehicles]
    )
    windows = (
        [r.pickup_window for r in requests]
        + [r.dropoff_window for r in requests]
        + [(v.from_at, v.until) for v in vehicles] * 2
    )
    taken = {r.vehicle for r in requests}
    kinds: dict[Any, int] = {}
    for vehicle in vehicles:
        kinds.setdefault(_kind(vehicle, taken), len(kinds))
    return (
        n,
        m,
        np.ascontiguousarray(np.asarray(problem.times, dtype=float)[np.ix_(place, place)]),
        np.ascontiguousarray(np.asarray(problem.costs, dtype=float)[np.ix_(place, place)]),
        np.asarray(
            [r.boarding for r in requests] + [r.leaving for r in requests] + [0.0] * (2 * m)
        ),
        np.asarray([float(w[0]) for w in windows]),
        np.asarray([float(w[1]) for w in windows]),
        np.asarray([r.people for r in requests] + [-r.people for r in requests] + [0] * (2 * m)),
        np.asarray([r.ride_max for r in requests], dtype=float),
        np.asarray([r.refusal_cost for r in requests], dtype=float),
        np.asarray([v.seats for v in vehicles]),
        np.asarray([v.duration_max for v in vehicles], dtype=float),
        np.asarray([kinds[_kind(v, taken)] for v in vehicles]),
        np.asarray(
            [[r.vehicle in {"", v.code} for v in vehicles] for r in requests], dtype=np.bool_
        ).reshape(n, m),
    )


def _kind(vehicle: Vehicle, taken: set[str]) -> tuple[Any, ...]:
    """Return what makes two empty vehicles interchangeable; one with people in it is like none."""
    return (
        vehicle.code if vehicle.code in taken else "",
        vehicle.seats,
        vehicle.starts_in,
        vehicle.ends_in,
        vehicle.from_at,
        vehicle.until,
        vehicle.duration_max,
    )


class Routes:
    """Two plans as arrays: the one at hand and the best."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.routes = np.zeros((2, data[M], 2 * data[N] + 4), dtype=np.int64)
        self.lengths = np.zeros((2, data[M]), dtype=np.int64)
        self.vehicle_of = np.full((2, data[N]), -1, dtype=np.int64)
        self.state = np.zeros(3)

    def begin_with(self, problem: Problem, start: DispatchPlan | None) -> None:
        """Lay down the tours of a plan as far as they are still allowed."""
        requests = {r.code: n for n, r in enumerate(problem.requests)}
        vehicles = {v.code: n for n, v in enumerate(problem.vehicles)}
        rows: Rows = [[] for _ in problem.vehicles]
        for tour in start.tours if start else ():
            v = vehicles.get(tour.vehicle)
            if v is not None:
                rows[v] = [
                    requests[s.request] + (0 if s.is_pickup else self.data[N])
                    for s in tour.stops
                    if s.request in requests and self.data[ALLOWED][requests[s.request], v]
                ]
        self.begin_with_rows(rows)

    def begin_with_rows(self, rows: Rows) -> None:
        """Lay down tours given as nodes by vehicle, as far as they keep all rules; add the rest."""
        begin = np.empty(2 * self.data[N] + 10)
        for v, nodes in enumerate(rows):
            row = np.asarray(nodes, dtype=np.int64)
            if nodes and schedule(self.data, row, len(nodes), v, begin):
                self.routes[0, v, : len(nodes)] = row
                self.lengths[0, v] = len(nodes)
                for node in nodes:
                    self.vehicle_of[0, node % self.data[N]] = v
            else:  # those first who sit in it, then one after the other as long as it can
                own = list(dict.fromkeys(node % self.data[N] for node in nodes))
                own.sort(key=lambda r: self.data[ALLOWED][r].sum() > 1)
                for r in own:
                    self._insert(r, (v,))
        for r in np.argsort(self.data[FIRST][: self.data[N]], kind="stable"):
            if self.vehicle_of[0, r] < 0:
                self._insert(int(r), map(int, np.flatnonzero(self.data[ALLOWED][r])))
        cost = whole_cost(self.data, self.routes[0], self.lengths[0], self.vehicle_of[0])
        self.state[:] = (cost, cost, 0.0)
        self.routes[1], self.lengths[1] = self.routes[0], self.lengths[0]
        self.vehicle_of[1] = self.vehicle_of[0]

    def _insert(self, request: int, vehicles: Iterable[int]) -> None:
        """Put somebody into the tour where that costs least, if that is less than refusing."""
        data = self.data
        trial = np.empty(2 * data[N] + 8, dtype=np.int64)
        begin = np.empty(2 * data[N] + 10)
        best, where, i, j = data[REFUSAL][request], -1, 0, 0
        for v in vehicles:
            row, length = self.routes[0, v], self.lengths[0, v]
            price, a, b = best_place(data, request, row, length, v, best, trial, begin)
            if price < best:
                best, where, i, j = price, v, a, b
        if where < 0:
            return
        length = int(self.lengths[0, where])
        nodes = list(self.routes[0, where, :length])
        nodes[i:i] = [request]
        nodes[j + 1 : j + 1] = [request + data[N]]
        self.routes[0, where, : length + 2] = nodes
        self.lengths[0, where] = length + 2
        self.vehicle_of[0, request] = where

    def plan(
        self, problem: Problem, *, bound: float, seed: int, seconds: float, first: float
    ) -> DispatchPlan:
        """Return the best plan."""
        data, begin = self.data, np.empty(2 * self.data[N] + 10)
        tours, travel = [], 0.0
        for v, vehicle in enumerate(problem.vehicles):
            length = int(self.lengths[1, v])
            if not length:
                continue
            row = self.routes[1, v]
            schedule(data, row, length, v, begin)
            travel += float(route_cost(data, row, length, v))
            tours.append(
                Tour(
                    vehicle=vehicle.code,
                    leaves_at=float(begin[0]),
                    stops=tuple(
                        Stop(
                            request=problem.requests[int(row[k]) % data[N]].code,
                            is_pickup=bool(row[k] < data[N]),
                            at=float(begin[k + 1]),
                        )
                        for k in range(length)
                    ),
                    back_at=float(begin[length + 1]),
                )
            )
        refused = [r for n, r in enumerate(problem.requests) if self.vehicle_of[1, n] < 0]
        missed = sum(r.refusal_cost for r in refused)
        return DispatchPlan(
            tours=tuple(tours),
            refused=tuple(r.code for r in refused),
            objective=travel + missed,
            bound=min(bound, travel + missed),
            terms=(
                Term(key="travel", value=travel, weight=1.0, bound=0.0),
                Term(key="refused", value=missed, weight=1.0, bound=0.0),
            ),
            seed=seed,
            solver=SOLVER,
            seconds=seconds,
            first_feasible_seconds=first,
        )


def laid_down(
    problem: Problem, start: DispatchPlan, *, seed: int, clock: Callable[[], float]
) -> DispatchPlan:
    """Return the tours there are as far as they keep all rules, with the others put in between."""
    began = clock()
    routes = Routes(arrays_of(problem))
    routes.begin_with(problem, start)
    spent = clock() - began
    return routes.plan(problem, bound=Bound(problem).value, seed=seed, seconds=spent, first=spent)


def solve(
    problem: Problem,
    *,
    seed: int,
    stop: StopRule,
    clock: Callable[[], float],
    start: DispatchPlan | None = None,
) -> Generator[Progress, bool, DispatchPlan]:
    """
    Yield progress and return the plan; send True to be content with the best so far.

    Without ``start`` the tours of VROOM or PyVRP are improved where they know all rules. With
    ``stop.deterministic`` the search is ended by ``stop.rounds`` chunks of neighbourhoods.
    """
    began = clock()
    bound = Bound(problem)
    routes = Routes(arrays_of(problem))
    rows: Rows | None = None
    if start is None:
        rows = yield from first_tours(
            problem,
            seed=seed,
            seconds=stop.seconds,
            is_deterministic=stop.deterministic,
            clock=clock,
        )
    if rows is None:
        routes.begin_with(problem, start)
    else:
        routes.begin_with_rows(rows)
    heat = START_HEAT if rows is None else WARM_HEAT
    first = clock() - began
    scale = max(1e-9, routes.state[0] / max(1, len(problem.requests)))
    step = 0
    while problem.requests:
        spent = (clock() - began) / (stop.seconds * (1.0 - BOUND_SHARE))
        done = step / stop.rounds if stop.deterministic else spent
        if done >= 1.0:
            break
        # the heat falls with the time that is left, whatever a chunk costs
        routes.state[2] = scale * heat * (END_HEAT / heat) ** min(1.0, done)
        improve(
            routes.data,
            routes.routes,
            routes.lengths,
            routes.vehicle_of,
            routes.state,
            CHUNK,
            seed * 7919 + step,
            1.0,
        )
        step += 1
        progress = Progress(
            step="tours",
            seconds=clock() - began,
            objective=float(routes.state[1]),
            bound=bound.value,
            note=f"{step * CHUNK} neighbourhoods",
        )
        if (yield progress):
            break
    for rise in range(RISES_MAX):
        is_late = not stop.deterministic and rise and clock() - began >= stop.seconds
        if is_late or not bound.rise(float(routes.state[1])):
            break
    return routes.plan(problem, bound=bound.value, seed=seed, seconds=clock() - began, first=first)
