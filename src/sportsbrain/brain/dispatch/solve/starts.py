"""Tours to begin from: VROOM for pickups and deliveries, PyVRP where all comes from the depot."""

import threading
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import numpy as np

from sportsbrain.brain.dispatch.problem import Problem
from sportsbrain.vocabulary.planning import Progress

Rows = list[list[int]]  # nodes by vehicle: pickup n of request n, dropoff n + number of requests
SCALE = 1000  # VROOM and PyVRP count in whole numbers
POLL_SECONDS = 0.1
VROOM_SHARE = 0.6  # of the seconds; the rest improves what it found
PYVRP_LEAVES = 1.0  # seconds, to lay its tours down
LEVEL = 5
QUICK_LEVEL = 2  # without a clock, so that the same seed gives the same tours
THREADS = 2


def first_tours(
    problem: Problem,
    *,
    seed: int,
    seconds: float,
    is_deterministic: bool,
    clock: Callable[[], float],
) -> Generator[Progress, bool, Rows | None]:
    """Yield progress and return tours of another solver; None where none can or is installed."""
    if not problem.requests or not problem.vehicles or _is_limited(problem):
        return None
    began = clock()
    halt = threading.Event()
    found: list[Rows | None] = []
    name, call = _solver_of(problem, seed, seconds, is_deterministic=is_deterministic, halt=halt)
    if call is None or is_deterministic:
        return call() if call else None
    worker = threading.Thread(target=_keep, args=(call, found), daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(POLL_SECONDS)  # it lets go of the interpreter while it works
        if (yield Progress(step=name, seconds=clock() - began)):
            halt.set()
    return found[0] if found else None


def _keep(call: Callable[[], Rows | None], found: list[Rows | None]) -> None:
    found.append(call())


def _is_limited(problem: Problem) -> bool:
    """Tell whether a longest ride or tour, or one vehicle, is asked for, which neither knows."""
    return any(r.ride_max or r.vehicle for r in problem.requests) or any(
        v.duration_max for v in problem.vehicles
    )


def _is_from_depot(problem: Problem) -> bool:
    """Tell whether everything is brought from where all vehicles, all alike, start and end."""
    first = problem.vehicles[0]
    is_alike = all(
        (v.seats, v.starts_in, v.ends_in, v.from_at, v.until)
        == (first.seats, first.starts_in, first.ends_in, first.from_at, first.until)
        for v in problem.vehicles
    )
    return is_alike and all(
        r.from_place == first.starts_in
        and not r.boarding
        and r.pickup_window[0] <= first.from_at
        and r.pickup_window[1] >= first.until
        for r in problem.requests
    )


def _solver_of(
    problem: Problem,
    seed: int,
    seconds: float,
    *,
    is_deterministic: bool,
    halt: threading.Event,
) -> tuple[str, Callable[[], Rows | None] | None]:
    if _is_from_depot(problem) and not is_deterministic and _is_there("pyvrp"):
        share = max(0.5 * seconds, seconds - PYVRP_LEAVES)
        return "PyVRP", partial(by_pyvrp, problem, seed=seed, seconds=share, halt=halt)
    if _is_there("vroom"):
        limit = None if is_deterministic else VROOM_SHARE * seconds
        return "VROOM", partial(by_vroom, problem, seconds=limit)
    return "", None


def _is_there(module: str) -> bool:
    from importlib.util import find_spec

    return find_spec(module) is not None


def by_vroom(problem: Problem, *, seconds: float | None) -> Rows | None:
    """
    Return the tours of VROOM; without seconds those of a low exploration level.

    References
    ----------
    VROOM (Coupey et al.), by pyvroom. It knows no longest ride.

    """
    import vroom

    given = vroom.Input()
    times = np.ceil(np.asarray(problem.times) * SCALE).astype(np.uint32)
    given.set_durations_matrix("car", times)
    costs = np.asarray(problem.costs) * SCALE
    given.set_costs_matrix("car", np.rint(costs).astype(np.uint32))
    for number, vehicle in enumerate(problem.vehicles, start=1):
        given.add_vehicle(
            vroom.Vehicle(
                number,
                start=vehicle.starts_in,
                end=vehicle.ends_in,
                capacity=[vehicle.seats],
                time_window=_window(vroom, (vehicle.from_at, vehicle.until)),
            )
        )
    for number, request in enumerate(problem.requests, start=1):
        ends = [
            vroom.ShipmentStep(
                number,
                location=place,
                default_service=int(np.ceil(service * SCALE)),
                time_windows=[_window(vroom, window)],
            )
            for place, service, window in (
                (request.from_place, request.boarding, request.pickup_window),
                (request.to_place, request.leaving, request.dropoff_window),
            )
        ]
        given.add_shipment(*ends, amount=vroom.Amount([request.people]))
    if seconds is None:
        solved = given.solve(exploration_level=QUICK_LEVEL, nb_threads=THREADS)
    else:
        solved = given.solve(
            exploration_level=LEVEL,
            nb_threads=THREADS,
            timeout=np.timedelta64(int(seconds * 1000), "ms").item(),
        )
    return _rows_of(problem, solved.routes)


def _window(vroom: Any, window: tuple[float, float]) -> Any:
    last = min(window[1], 4e6)  # whole numbers of 32 bits
    return vroom.TimeWindow(int(np.ceil(window[0] * SCALE)), int(last * SCALE))


def _rows_of(problem: Problem, table: Any) -> Rows:
    rows: Rows = [[] for _ in problem.vehicles]
    for vehicle, kind, number in zip(table["vehicle_id"], table["type"], table["id"], strict=True):
        if kind in {"pickup", "delivery"}:
            node = int(number) - 1 + (len(problem.requests) if kind == "delivery" else 0)
            rows[int(vehicle) - 1].append(node)
    return rows


def by_pyvrp(problem: Problem, *, seed: int, seconds: float, halt: threading.Event) -> Rows | None:
    """
    Return the tours of PyVRP for people or goods that all leave from the depot.

    References
    ----------
    PyVRP (Wouda, Lan and Kool 2024).

    """
    import pyvrp

    vehicle = problem.vehicles[0]
    depot = vehicle.starts_in
    last = int(min(vehicle.until, 1e9) * SCALE)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in problem.times],
        clients=[
            pyvrp.Client(
                location=r.to_place,
                delivery=[r.people],
                service_duration=int(np.ceil(r.leaving * SCALE)),
                tw_early=int(np.ceil(r.dropoff_window[0] * SCALE)),
                tw_late=min(last, int(r.dropoff_window[1] * SCALE)),
            )
            for r in problem.requests
        ],
        depots=[pyvrp.Depot(depot, tw_early=int(vehicle.from_at * SCALE), tw_late=last)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=len(problem.vehicles),
                capacity=[vehicle.seats],
                tw_early=int(vehicle.from_at * SCALE),
                tw_late=last,
                max_reloads=0,
            )
        ],
        distance_matrices=[np.rint(np.asarray(problem.costs) * SCALE).astype(np.int64)],
        duration_matrices=[np.ceil(np.asarray(problem.times) * SCALE).astype(np.int64)],
    )
    stop = _Until(pyvrp.stop.MaxRuntime(seconds), halt)
    best = pyvrp.solve(data, stop=stop, seed=seed, display=False).best
    if not best.is_feasible():
        return None
    rows: Rows = [[] for _ in problem.vehicles]
    for number, route in enumerate(best.routes()):
        visits = [step.idx for step in route.schedule() if step.is_client()]
        rows[number] = visits + [visit + len(problem.requests) for visit in visits]
    return rows


class _Until:
    """Stop by another rule, or when somebody asks for it."""

    def __init__(self, rule: Any, halt: threading.Event) -> None:
        self._rule, self._halt = rule, halt

    def __call__(self, best_cost: float) -> bool:
        """Tell whether to stop."""
        return self._halt.is_set() or bool(self._rule(best_cost))
