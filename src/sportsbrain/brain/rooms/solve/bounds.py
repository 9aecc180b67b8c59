"""What each term costs at least, whatever the plan."""

import math
from collections import Counter
from typing import Any

import numpy as np

from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.buildings import bound_of
from sportsbrain.brain.rooms.solve.needs import Need
from sportsbrain.brain.rooms.solve.quiet import quiet_rows


def quick_bounds(problem: Problem, needs: list[Need]) -> dict[str, float]:
    """Return the bounds that are known at once, without those of buildings and floors."""
    weight = problem.weight
    return {
        "spare_rooms": weight("spare_rooms") * _least_spare(problem, needs),
        "long_beds": weight("long_beds") * _least_short(problem),
        "noise": weight("noise") * _least_noise(problem),
    }


def bounds_of(problem: Problem, needs: list[Need]) -> dict[str, float]:
    """
    Return proven lower bounds of weighted cost; they hold together, so their sum is one too.

    ``buildings`` is the joint bound of splits, open buildings, ways and noise, less the noise that
    there is with every building open, which stands apart.
    """
    quick = quick_bounds(problem, needs)
    return {
        "buildings": bound_of(problem, needs) - quick["noise"],
        "floor_splits": problem.weight("floor_splits") * _least_floors(problem, needs),
        **quick,
    }


def alone(problem: Problem, bounds: dict[str, float], key: str) -> float:
    """Return the bound of one term in its own unit, 0 when it has none of its own."""
    weight = problem.weight(key)
    return bounds.get(key, 0.0) / weight if weight else 0.0


def _least_floors(problem: Problem, needs: list[Need], *, seconds: float = 10.0) -> int:
    """
    Return the floors beyond the first that delegations need.

    Floors are counted by size: who takes rooms on how many floors of which size, with the rooms
    there are of each size (CP-SAT; its bound holds whenever it stops).
    """
    from ortools.sat.python import cp_model

    floors: Counter[tuple[int, int]] = Counter()
    for apartment in problem.apartments:
        floors[apartment.building, apartment.floor] += len(apartment.rooms)
    sizes = Counter(floors.values())
    model = cp_model.CpModel()
    used: list[Any] = []
    rooms_of: dict[int, list[Any]] = {size: [] for size in sizes}
    for need in needs:
        parts = []
        for size, count in sorted(sizes.items()):
            times = model.new_int_var(0, min(count, -(-need.rooms // size)), "")
            rooms = model.new_int_var(0, need.rooms, "")
            model.add(rooms <= size * times)
            used.append(times)
            parts.append(rooms)
            rooms_of[size].append(rooms)
        model.add(sum(parts) == need.rooms)
    for size, count in sizes.items():
        model.add(sum(rooms_of[size]) <= size * count)
    model.minimize(sum(used) - len(needs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = seconds
    solver.solve(model)
    return max(0, math.ceil(solver.best_objective_bound - 1e-6))


def _least_spare(problem: Problem, needs: list[Need]) -> int:
    """Return the rooms wasted by delegations smaller than the smallest apartment."""
    smallest = min(len(apartment.rooms) for apartment in problem.apartments)
    return sum(max(0, smallest - need.rooms) for need in needs)


def _least_short(problem: Problem) -> int:
    """Return the tall people beyond the long beds on the worst night."""
    beds = sum(room.long_beds for apartment in problem.apartments for room in apartment.rooms)
    there = [0] * (problem.nights + 1)
    for person in problem.people:
        if person.is_tall:
            for night in range(person.first_night, min(person.leaves_on, problem.nights)):
                there[night] += 1
    return max(0, max(there) - beds)


def _least_noise(problem: Problem) -> int:
    """
    Return the nights before competition that can't all be quiet, were every building open.

    The most that fit into the quiet beds is a linear program with a whole optimum: stays are
    intervals, and interval matrices are totally unimodular.
    """
    from scipy.optimize import linprog

    quiet = quiet_rows(problem)
    if not len(quiet.races):
        return 0
    best = linprog(
        -quiet.races,
        A_ub=quiet.there,
        b_ub=quiet.beds.sum(axis=0),
        bounds=np.stack([np.zeros(len(quiet.people)), quiet.people], axis=1),
        method="highs",
    )
    total = float(quiet.races @ quiet.people)
    return max(0, math.ceil(total + float(best.fun) - 1e-6))
