"""
The baseline of a meter and what an option saves.

A change-point model (Kissock, Haberl and Claridge 2003; IPMVP option C): a value for each hour of
the day, so much a Kelvin below one temperature and above another, so much for who is there. The two
temperatures are searched on a grid, the rest is least squares without values below nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from sportsbrain.brain.energy.plan import Baseline, DayFigure, Saving
from sportsbrain.brain.energy.problem import HOURS, Hour, Option, Problem, Tariff

HEATS_BELOW = (8.0, 10.0, 12.0, 14.0, 16.0, 18.0)
COOLS_ABOVE = (14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 24.0, 26.0)
FELT = 0.002  # of the mean use a Kelvin: less is no heating, no cooling
Floats = np.ndarray[Any, np.dtype[np.float64]]


def fit(problem: Problem) -> Baseline:
    """Return the baseline of least squared error."""
    from scipy.optimize import nnls

    rows = [row for row in problem.hours if row.used is not None]
    used = np.array([row.used for row in rows], dtype=float)
    fixed = _fixed(rows)
    low, high = _balance(fixed, rows, used)
    found, error = nnls(np.column_stack([fixed, *_degrees(rows, low, high)]), used)
    residual = np.column_stack([fixed, *_degrees(rows, low, high)]) @ found - used
    mean = float(used.mean()) or 1.0
    return Baseline(
        building=problem.building, hourly=tuple(float(v) for v in found[:HOURS]),
        presence=float(found[HOURS]), heating=float(found[HOURS + 1]),
        cooling=float(found[HOURS + 2]), heats_below=low, cools_above=high,
        cv=error / np.sqrt(len(used)) / mean, bias=float(residual.mean()) / mean,
    )  # fmt: skip


def _balance(fixed: Floats, rows: Sequence[Hour], used: Floats) -> tuple[float, float]:
    """
    Return the two temperatures of least squared error, values below nothing allowed.

    What no temperature changes is taken out once (Frisch and Waugh): each pair is two by two then.
    """
    base, _ = np.linalg.qr(fixed)

    def rest(column: Floats) -> Floats:
        left: Floats = column - base @ (base.T @ column)
        return left

    target = rest(used)
    cold = {low: rest(_degrees(rows, low, low)[0]) for low in HEATS_BELOW}
    warm = {high: rest(_degrees(rows, high, high)[1]) for high in COOLS_ABOVE}
    best, found = -1.0, (HEATS_BELOW[0], COOLS_ABOVE[0])
    for low, first in cold.items():
        for high, second in warm.items():
            wide = np.column_stack([first, second])
            square = wide.T @ wide + 1e-9 * np.eye(2)
            right = wide.T @ target
            explained = float(right @ np.linalg.solve(square, right))
            if high >= low and explained > best + 1e-9 * abs(best):
                best, found = explained, (low, high)
    return found


def _fixed(rows: Sequence[Hour]) -> Floats:
    """Return the columns that no temperature changes: the hour of the day, and who is there."""
    found = np.zeros((len(rows), HOURS + 1))
    for n, row in enumerate(rows):
        found[n, row.hour] = 1.0
        found[n, HOURS] = row.presence
    return found


def _degrees(rows: Sequence[Hour], low: float, high: float) -> tuple[Floats, Floats]:
    outdoor = np.array([row.outdoor for row in rows])
    return np.maximum(0.0, low - outdoor), np.maximum(0.0, outdoor - high)


def expected(baseline: Baseline, hours: Sequence[Hour]) -> tuple[float, ...]:
    """Return the kWh of hours by a baseline, whatever was metered."""
    return tuple(
        baseline.hourly[row.hour]
        + baseline.presence * row.presence
        + baseline.heating * max(0.0, baseline.heats_below - row.outdoor)
        + baseline.cooling * max(0.0, row.outdoor - baseline.cools_above)
        for row in hours
    )


def by_day(
    building: str, hours: Sequence[Hour], kwh: Sequence[float], tariff: Tariff
) -> tuple[DayFigure, ...]:
    """Return energy, money and carbon of each day."""
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row, n in zip(hours, kwh, strict=True):
        day = sums[row.day]
        day[0] += n
        day[1] += n * tariff.prices[row.hour]
        day[2] += n * tariff.grams[row.hour] / 1_000
    return tuple(
        DayFigure(building=building, day=day, kwh=kwh_, cost=cost, carbon=carbon)
        for day, (kwh_, cost, carbon) in sorted(sums.items())
    )


def save(
    problem: Problem, baseline: Baseline, hours: Sequence[Hour], option: Option, tariff: Tariff
) -> Saving:
    """
    Return what an option saves over some hours.

    A set-point that is a Kelvin warmer begins to cool at an outdoor temperature that is a Kelvin
    higher: the balance point follows the room.
    """
    kwh = cost = carbon = discomfort = 0.0
    felt = FELT * sum(expected(baseline, hours)) / max(1, len(hours))
    for row in hours:
        saved = 0.0
        hot = max(0.0, row.outdoor - baseline.cools_above)
        saved += baseline.cooling * (hot - max(0.0, hot - option.cooling_up))
        cold = max(0.0, baseline.heats_below - row.outdoor)
        saved += baseline.heating * (cold - max(0.0, cold - option.heating_down))
        moved = min(hot, option.cooling_up) * (baseline.cooling > felt)
        moved += min(cold, option.heating_down) * (baseline.heating > felt)
        discomfort += moved * row.presence
        if row.hour in option.lights_off:
            saved += problem.lighting
        kwh += saved
        cost += saved * tariff.prices[row.hour]
        carbon += saved * tariff.grams[row.hour] / 1_000
    return Saving(code=option.code, kwh=kwh, cost=cost, carbon=carbon, discomfort=discomfort)
