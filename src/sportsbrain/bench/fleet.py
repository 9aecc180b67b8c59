"""Vehicle scheduling: published multi-depot instances; 8,000 trips of one and of four depots."""

import pathlib
import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

from sportsbrain.bench.games import to_the_end
from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.fleet.problem import BlockProblem, Depot, Trip
from sportsbrain.brain.fleet.solve.blocks import several, solve_blocks
from sportsbrain.brain.fleet.solve.network import connections
from sportsbrain.reference.dice import Dice

PUBLISHED = {"n100m2s0": 346_908, "n150m2s0": 498_292, "m4n500s4": 1_317_077}


def bench_fleet(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of line 3; the instances are the same whatever the Games."""
    del games_code
    rows = []
    for depots, target in ((1, 10.0), (4, 180.0)):
        problem = many_trips(trips=8000, depots=depots, seed=1)
        began = time.monotonic()
        steps = solve_blocks(problem, seconds=min(seconds, 180.0), clock=time.monotonic)
        found = to_the_end(steps, f"8,000 trips, {depots} depots", on_progress)
        spent = time.monotonic() - began
        case = f"8,000 trips, {depots} depot{'s' if depots > 1 else ''}"
        gap = found.objective / found.bound - 1
        rows += [
            BenchRow(line=3, case=f"{case}: vehicles", value=len(found.blocks), unit="buses",
                     peer="on the road at once", peer_value=_at_once(problem)),
            BenchRow(line=3, case=f"{case}: above the bound", value=100 * gap, unit="%",
                     op="<=", target=0.0 if depots == 1 else 1.0),
            BenchRow(line=3, case=f"{case}: time", value=spent, unit="s", op="<=", target=target),
        ]  # fmt: skip
    return rows + _published(data, on_progress)


def many_trips(*, trips: int, depots: int, seed: int, places: int = 60) -> BlockProblem:
    """
    Return an invented day: places in a square of 25 km, trips with a peak at noon.

    With several depots each may drive a trip with 70 %, as in the project's planning study.
    """
    dice = Dice(seed)
    spots = [(25 * dice.unit(), 25 * dice.unit()) for _ in range(places)]
    dead = [[_seconds(one, other) for other in spots] for one in spots]
    rows = []
    for n in range(trips):
        start = dice.below(places)
        end = (start + 1 + dice.below(places - 1)) % places
        share = dice.unit()
        if dice.unit() < 0.5:
            share = 0.25 + 0.5 * dice.unit()
        leaves = int(6 * 3600 + share * 17 * 3600) // 300 * 300
        run = int(dead[start][end] * 1.2) // 60 * 60 + 120
        mine = tuple(d for d in range(depots) if depots == 1 or dice.unit() < 0.7)
        rows.append(
            Trip(code=f"T{n}", line="", starts_in=start, ends_in=end, departs_at=leaves,
                 arrives_at=leaves + run, depots=mine or (dice.below(depots),))
        )  # fmt: skip
    return BlockProblem(
        places=tuple(f"P{n}" for n in range(places)),
        depots=tuple(
            Depot(code=f"D{n}", place=7 * n, vehicles_max=trips, vehicle_cost=1000.0)
            for n in range(depots)
        ),
        trips=tuple(rows),
        dead_seconds=tuple(tuple(row) for row in dead),
    )


def _seconds(one: tuple[float, float], other: tuple[float, float]) -> int:
    if one == other:
        return 0
    km = ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5
    return int(300 + 120 * km) // 60 * 60


def _at_once(problem: BlockProblem) -> int:
    marks = []
    for trip in problem.trips:
        marks += [(trip.departs_at, 1), (trip.arrives_at + problem.layover_seconds, -1)]
    out = most = 0
    for _, step in sorted(marks):
        out += step
        most = max(most, out)
    return most


def _published(data: pathlib.Path | None, on_progress: Callable[[str], None]) -> list[BenchRow]:
    folder = data / "benchmarks" / "MDVSP" if data else None
    if folder is None or not folder.is_dir():
        return [BenchRow(line=3, case="published instances: not here", value=None, unit="")]
    rows = []
    for name, best in PUBLISHED.items():
        costs, vehicles = read_instance(folder, name)
        network = connections(costs=costs, vehicles_max=vehicles)
        began = time.monotonic()
        flow = to_the_end(several(network, seconds=150, clock=time.monotonic), name, on_progress)
        rows += [
            BenchRow(line=3, case=f"{name}: cost", value=flow.objective, unit="",
                     peer="best known", peer_value=best),
            BenchRow(line=3, case=f"{name}: above best known",
                     value=100 * (flow.objective / best - 1), unit="%", op="<=", target=0.01),
            BenchRow(line=3, case=f"{name}: time", value=time.monotonic() - began, unit="s"),
        ]  # fmt: skip
    return rows


def read_instance(folder: pathlib.Path, name: str) -> tuple[Any, list[int]]:
    """Return the matrix of costs (−1 where it can't be) and the vehicles of each depot."""
    import numpy as np

    if (folder / f"{name}.zip").exists():
        with zipfile.ZipFile(folder / f"{name}.zip") as file:
            numbers = [int(word) for word in file.read(file.namelist()[0]).split()]
        depots, trips = numbers[:2]
        vehicles = numbers[2 : 2 + depots]
        values = np.array(numbers[2 + depots :], dtype=float)
        costs = values[: (depots + trips) ** 2].reshape(depots + trips, depots + trips)
    else:
        text = (folder / f"{name}.data").read_text()
        table = re.search(r"param maxbus :=(.*?);", text, re.DOTALL)
        body = re.search(r"param M :.*?:=(.*?);", text, re.DOTALL)
        if table is None or body is None:
            message = f"{name}.data is not a multi-depot instance"
            raise LookupError(message)
        vehicles = [int(line.split()[1]) for line in table[1].strip().splitlines()]
        rows = [[int(word) for word in line.split()[1:]] for line in body[1].strip().splitlines()]
        costs = np.array(rows, dtype=float)
    return costs, vehicles
