"""Dispatch on the published instances beside VROOM called directly for the same seconds."""

import math
import pathlib
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from sportsbrain.bench.games import to_the_end
from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.dispatch.check import check
from sportsbrain.brain.dispatch.plan import DispatchPlan
from sportsbrain.brain.dispatch.problem import Problem, Request, Vehicle
from sportsbrain.brain.dispatch.solve import solve
from sportsbrain.brain.dispatch.solve.starts import by_pyvrp
from sportsbrain.vocabulary.planning import Stop

PAIRED = {"lc101": 828.94, "lr101": 1650.80, "lrc101": 1708.80, "lr112": 1003.77}
LARGE = {"LR1_10_1": 56744.91}
CLIENTS = {"RC1_10_1": 45790.7}
RIDES = {"a2-16": 294.25, "a3-30": 494.85, "a4-48": 668.82, "a8-96": 1229.66, "R3a": 532.00}
SAME = {"VROOM": 0.0001, "PyVRP": 0.002}  # by PyVRP we are carried the same way: chance decides
TARGETS = {**dict.fromkeys(PAIRED, 1.0), **dict.fromkeys(CLIENTS, 4.0), "a8-96": 3.0}
SECONDS = {**dict.fromkeys(PAIRED, 2.0), **dict.fromkeys([*LARGE, *CLIENTS, *RIDES], 60.0)}


def bench_dispatch(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of line 4; the instances are the same whatever the Games."""
    del games_code
    folder = data / "benchmarks" if data else None
    if folder is None or not (folder / "PDPTW").is_dir():
        return [BenchRow(line=4, case="published instances: not here", value=None, unit="")]
    to_the_end(solve(read_ride(folder, "a2-16"), seed=1, stop=Stop(seconds=0.1),
                     clock=time.monotonic), "compiling", on_progress)  # fmt: skip
    rows = []
    for name, best in {**PAIRED, **LARGE, **CLIENTS, **RIDES}.items():
        is_ride = name in RIDES
        problem = _read(folder, name)
        limit = min(seconds, SECONDS[name])
        began = time.monotonic()
        steps = solve(problem, seed=1, stop=Stop(seconds=limit), clock=time.monotonic)
        plan = to_the_end(steps, name, on_progress)
        spent = time.monotonic() - began
        faults = len(check(problem, plan).faults)
        value = plan.objective if not faults else None
        peer = None if is_ride else _peer(name, problem, seconds=spent)
        case = f"{name}, {len(problem.requests)} requests, {limit:.0f} s"
        rows += [
            BenchRow(line=4, case=case, value=value, unit="cost",
                     peer="" if is_ride else f"{_peer_name(name)}, same seconds", peer_value=peer,
                     op="<=", target=None if peer is None else peer * (1 + SAME[_peer_name(name)])),
            BenchRow(line=4, case=f"{case}: above best known",
                     value=None if value is None else 100 * (value / best - 1), unit="%",
                     op="<=", target=TARGETS.get(name)),
        ]  # fmt: skip
    return [*rows, _late(folder, on_progress)]


def _late(folder: pathlib.Path, on_progress: Callable[[str], None]) -> BenchRow:
    """Return how long it takes to plan again when a window moves by a quarter of an hour."""
    problem = read_ride(folder, "a8-96")
    steps = solve(problem, seed=1, stop=Stop(seconds=5.0), clock=time.monotonic)
    plan: DispatchPlan = to_the_end(steps, "before the delay", on_progress)
    requests = list(problem.requests)
    first, last = requests[10].dropoff_window
    moved = (first + 15.0, last + 15.0)
    requests[10] = Request(
        code=requests[10].code,
        people=requests[10].people,
        from_place=requests[10].from_place,
        to_place=requests[10].to_place,
        pickup_window=requests[10].pickup_window,
        dropoff_window=moved,
        boarding=requests[10].boarding,
        leaving=requests[10].leaving,
        ride_max=requests[10].ride_max,
    )
    late = Problem(
        times=problem.times,
        costs=problem.costs,
        vehicles=problem.vehicles,
        requests=tuple(requests),
    )
    began = time.monotonic()
    again = solve(late, seed=1, stop=Stop(seconds=1.0), clock=time.monotonic, start=plan)
    found = to_the_end(again, "after the delay", on_progress)
    spent = time.monotonic() - began
    is_good = not check(late, found).faults and not found.refused
    return BenchRow(line=4, case="a late trip of 96 planned again", unit="s",
                    value=spent if is_good else None, op="<=", target=2.0)  # fmt: skip


def _read(folder: pathlib.Path, name: str) -> Problem:
    if name in CLIENTS:
        return read_clients(folder, name)
    return read_ride(folder, name) if name in RIDES else read_paired(folder, name)


def _peer_name(name: str) -> str:
    return "PyVRP" if name in CLIENTS else "VROOM"


def _peer(name: str, problem: Problem, *, seconds: float) -> float | None:
    """Return what the peer finds alone in the same seconds."""
    if name not in CLIENTS:
        return by_vroom(problem, seconds=seconds)
    rows = by_pyvrp(problem, seed=1, seconds=seconds, halt=threading.Event())
    if rows is None:
        return None
    count, total = len(problem.requests), 0.0
    for row in rows:
        stops = [0, *(problem.requests[n - count].to_place for n in row if n >= count), 0]
        total += sum(problem.costs[a][b] for a, b in pairwise(stops))
    return total


def read_clients(folder: pathlib.Path, name: str) -> Problem:
    """Return a vehicle routing instance with time windows: all from one depot, by its own file."""
    sections: dict[str, list[list[float]]] = {}
    facts: dict[str, float] = {}
    section = ""
    for line in (folder / "VRPTW" / f"{name}.vrp").read_text().splitlines():
        key, colon, value = line.partition(":")
        if colon and value.strip().replace(".", "").isdigit():
            facts[key.strip()] = float(value)
        elif line.endswith("_SECTION"):
            section = line.strip()
        elif section and line[:1].isdigit():
            sections.setdefault(section, []).append([float(word) for word in line.split()])
    spots = [(row[1], row[2]) for row in sections["NODE_COORD_SECTION"]]
    windows = [(row[1], row[2]) for row in sections["TIME_WINDOW_SECTION"]]
    demands = [int(row[1]) for row in sections["DEMAND_SECTION"]]
    # the best known values are of distances cut after one digit
    times = tuple(tuple(int(10 * math.dist(a, b)) / 10 for b in spots) for a in spots)
    return Problem(
        times=times,
        costs=times,
        vehicles=tuple(
            Vehicle(code=f"v{n}", seats=int(facts["CAPACITY"]), starts_in=0, ends_in=0,
                    until=windows[0][1])
            for n in range(int(facts["VEHICLES"]))
        ),
        requests=tuple(
            Request(code=f"{n}", people=demands[n], from_place=0, to_place=n,
                    pickup_window=windows[0], dropoff_window=windows[n],
                    leaving=facts["SERVICE_TIME"])
            for n in range(1, len(spots))
        ),
    )  # fmt: skip


def by_vroom(problem: Problem, *, seconds: float) -> float | None:
    """Return the cost that VROOM finds in some seconds; None when it is not installed."""
    try:
        import vroom
    except ImportError:
        return None
    import numpy as np

    scale = 1000
    given = vroom.Input()
    matrix = np.rint(np.asarray(problem.times) * scale).astype(np.uint32)
    given.set_durations_matrix("car", matrix)
    for number, vehicle in enumerate(problem.vehicles, start=1):
        given.add_vehicle(
            vroom.Vehicle(
                number,
                start=vehicle.starts_in,
                end=vehicle.ends_in,
                capacity=[vehicle.seats],
                time_window=vroom.TimeWindow(0, int(vehicle.until * scale)),
            )
        )
    for number, request in enumerate(problem.requests, start=1):
        ends = [
            vroom.ShipmentStep(
                number,
                location=place,
                default_service=int(service * scale),
                time_windows=[vroom.TimeWindow(int(a * scale), int(b * scale))],
            )
            for place, service, (a, b) in (
                (request.from_place, request.boarding, request.pickup_window),
                (request.to_place, request.leaving, request.dropoff_window),
            )
        ]
        given.add_shipment(*ends, amount=vroom.Amount([request.people]))
    best = math.inf
    began = time.monotonic()
    for level in range(6):
        left = seconds - (time.monotonic() - began)
        if left <= 0:
            break
        found = given.solve(exploration_level=level, nb_threads=1)
        if time.monotonic() - began <= seconds * 1.05 and not found.summary.unassigned:
            best = min(best, found.summary.cost / scale)
    return None if math.isinf(best) else best


def read_paired(folder: pathlib.Path, name: str) -> Problem:
    """Return a pickup and delivery instance of Li and Lim."""
    lines = (folder / "PDPTW" / f"{name}.txt").read_text().splitlines()
    rows = [[float(word) for word in line.split()] for line in lines if line.strip()]
    count, seats = int(rows[0][0]), int(rows[0][1])
    nodes = rows[1:]
    vehicles = tuple(
        Vehicle(code=f"v{n}", seats=seats, starts_in=0, ends_in=0, until=nodes[0][5])
        for n in range(count)
    )
    requests = tuple(
        _request(node, nodes[int(node[8])], ride_max=0.0) for node in nodes[1:] if node[3] > 0
    )
    times = _distances(nodes)
    return Problem(times=times, costs=times, vehicles=vehicles, requests=requests)


def read_ride(folder: pathlib.Path, name: str) -> Problem:
    """Return a dial-a-ride instance of Cordeau and Laporte."""
    lines = (folder / "DARP" / f"{name}.txt").read_text().splitlines()
    rows = [[float(word) for word in line.split()] for line in lines if line.strip()]
    count, _, longest, seats, ride = rows[0][:5]
    nodes = rows[1:]
    half = (len(nodes) - 1) // 2
    last = len(nodes) - 1 if len(nodes) % 2 == 0 else 0
    vehicles = tuple(
        Vehicle(
            code=f"v{n}", seats=int(seats), starts_in=0, ends_in=last, from_at=nodes[0][5],
            until=nodes[0][6], duration_max=longest,
        )
        for n in range(int(count))
    )  # fmt: skip
    requests = tuple(
        Request(
            code=f"{n}",
            people=int(nodes[n][4]),
            from_place=n,
            to_place=n + half,
            pickup_window=(nodes[n][5], nodes[n][6]),
            dropoff_window=(nodes[n + half][5], nodes[n + half][6]),
            boarding=nodes[n][3],
            leaving=nodes[n + half][3],
            ride_max=ride,
        )
        for n in range(1, half + 1)
    )
    times = _distances(nodes)
    return Problem(times=times, costs=times, vehicles=vehicles, requests=requests)


def _request(one: list[float], other: list[float], *, ride_max: float) -> Request:
    return Request(
        code=f"{int(one[0])}",
        people=int(one[3]),
        from_place=int(one[0]),
        to_place=int(other[0]),
        pickup_window=(one[4], one[5]),
        dropoff_window=(other[4], other[5]),
        boarding=one[6],
        leaving=other[6],
        ride_max=ride_max,
    )


def _distances(nodes: list[list[float]]) -> tuple[tuple[float, ...], ...]:
    spots: list[Any] = [(row[1], row[2]) for row in nodes]
    return tuple(tuple(math.dist(a, b) for b in spots) for a in spots)
