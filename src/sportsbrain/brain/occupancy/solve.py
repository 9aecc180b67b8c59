"""
Forecast: the shape of past days, as large as today says; what differs now dies away.

A day's level is what came so far beside what was expected, drawn towards one while little has come
(empirical Bayes); the difference of the last step is carried on with a decay that is fitted on past
days. Its own errors on past days, each left out once, are the band.
"""

from typing import Any

import numpy as np

from sportsbrain.brain.occupancy.plan import Forecast
from sportsbrain.brain.occupancy.problem import QUIET, PastDay, Problem

SAME_KIND, OTHER_KIND = 1.0, 0.35  # what a past day counts
DOUBT = 0.1  # how much days differ in level, as a share
DECAYS = (0.0, 0.3, 0.5, 0.65, 0.75, 0.85, 0.92, 0.97)
BAND = 0.9
FEWEST = 3  # past days below which the band is that of chance
Floats = np.ndarray[Any, np.dtype[np.float64]]


def forecast(problem: Problem) -> Forecast:
    """Return the rest of today; with no past day but one, that day as large as today's people."""
    decay, error, naive, spread = _fitted(problem)
    shape = _shape(problem.days, problem.shape) * problem.people
    seen = np.array(problem.today, dtype=float)
    values = _ahead(shape, seen, decay)
    first = len(seen)
    width = np.array([spread[min(n, len(spread) - 1)] for n in range(len(values))])
    chance = 1.65 * np.sqrt(np.maximum(values, 1.0))
    width = np.maximum(width, chance) if len(problem.days) < FEWEST else width
    crowd = QUIET * problem.places
    is_crowd = bool(seen[-1] > crowd) if first else bool(values[0] > crowd)
    turns = [first + n for n, value in enumerate(values) if bool(value > crowd) != is_crowd]
    turn = turns[0] if turns else None
    return Forecast(
        first=first, values=_plain(values), low=_plain(np.maximum(0.0, values - width)),
        high=_plain(values + width), quiet_until=None if is_crowd else turn,
        quiet_from=turn if is_crowd else None, error=error, naive=naive,
    )  # fmt: skip


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in values)


def _shape(days: tuple[PastDay, ...], kind: str) -> Floats:
    """Return the share of people in each step, over past days by how alike they are."""
    weights = np.array([SAME_KIND if day.shape == kind else OTHER_KIND for day in days])
    shares = np.array([np.array(day.values) / day.people for day in days])
    found: Floats = (weights[:, None] * shares).sum(axis=0) / weights.sum()
    return found


def _ahead(shape: Floats, seen: Floats, decay: float) -> Floats:
    """Return the steps after those that were seen."""
    n = len(seen)
    if n == 0:
        return shape.copy()
    expected = float(shape[:n].sum())
    trust = expected * DOUBT**2 / (1.0 + expected * DOUBT**2)
    level = 1.0 + trust * (float(seen.sum()) / expected - 1.0) if expected > 0 else 1.0
    rest = level * shape[n:]
    differs = float(seen[-1]) - level * float(shape[n - 1])
    found: Floats = np.maximum(0.0, rest + differs * decay ** np.arange(1, len(rest) + 1))
    return found


def _fitted(problem: Problem) -> tuple[float, float, float, list[float]]:
    """Return the decay of least error an hour ahead, its error, the naive one, and the band."""
    steps = max(1, round(60 / problem.step_minutes))
    cases = []
    if len(problem.days) > 1:
        for n, day in enumerate(problem.days):
            others = problem.days[:n] + problem.days[n + 1 :]
            cases.append((_shape(others, day.shape) * day.people, np.array(day.values)))
    else:
        cases.append((_shape(problem.days, problem.shape) * problem.days[0].people,
                      np.array(problem.days[0].values)))  # fmt: skip
    scored = {decay: _errors(cases, decay, steps) for decay in DECAYS}
    best = min(scored, key=lambda decay: (float(np.abs(scored[decay]).mean()), decay))
    naive = [abs(day[n + steps] - day[n]) for _, day in cases for n in range(len(day) - steps)]
    spread = [
        float(np.quantile(np.abs(_errors(cases, best, ahead)), BAND))
        for ahead in range(1, min(4 * steps, len(cases[0][1]) - 1) + 1)
    ]
    return best, float(np.abs(scored[best]).mean()), float(np.mean(naive or [0.0])), spread


def _errors(cases: list[tuple[Floats, Floats]], decay: float, steps: int) -> Floats:
    """Return the errors so many steps ahead, from every step of every case; as `_ahead` does it."""
    found = []
    for shape, day in cases:
        last = len(day) - steps
        if last < 1:
            continue
        seen, expected = np.cumsum(day)[:last], np.cumsum(shape)[:last]
        trust = expected * DOUBT**2 / (1.0 + expected * DOUBT**2)
        ratio = np.divide(seen, expected, out=np.ones(last), where=expected > 0)
        level = 1.0 + trust * (ratio - 1.0)
        differs = day[:last] - level * shape[:last]
        said = np.maximum(0.0, level * shape[steps:] + differs * decay**steps)
        found.append(said - day[steps:])
    return np.concatenate(found) if found else np.zeros(1)
