"""Correct a forecast by what gates have counted: who is to come, the queue, how sure that is."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.crowd.problem import ProblemError

PARTICLES = 2000
BIN = 300.0  # seconds
LEAST = 0.5  # of the particles that have to count before weights are sharpened further
MOVES = 2
STEP = 0.6  # of the spread of the particles, for a move
TRUST = 0.6  # counts of neighbouring bins err together: each is believed less
NOISE = 0.08  # of a count beyond chance
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """
    What is expected of a day before anybody comes.

    Parameters
    ----------
    starts_at
        Start of the first bin of five minutes.
    comes
        Expected people of each bin at the queue.
    serves
        People that the open lanes serve in each bin, at the expected headway.
    attendance, shift, stretch, rate
        Standard deviations of what may be different: the number (share), minutes later, the width
        of the curve (share), the speed of the lanes (share).

    """

    starts_at: float
    comes: tuple[float, ...]
    serves: tuple[float, ...]
    attendance: float = 0.06
    shift: float = 10.0
    stretch: float = 0.1
    rate: float = 0.08

    def __post_init__(self) -> None:
        if len(self.comes) != len(self.serves) or not self.comes:
            message = f"{len(self.comes)} bins of people, {len(self.serves)} of lanes"
            raise ProblemError(message)
        if min(self.comes) < 0 or min(self.serves) < 0:
            message = "people and lanes are 0 or more in each bin"
            raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A figure with how sure it is: of ten cases one lies below, one above."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Nowcast:
    """
    What counts so far say of the rest of the day.

    Parameters
    ----------
    queue
        People who wait at the end of each bin from the next one on.
    peak, peak_at
        The largest queue to come, and when.
    attendance
        Of everybody who comes that day.
    is_full
        Lanes served all they can in the last bins: how many still come can not be seen then.
    left_out
        Bins whose counts were missing or impossible.

    """

    bins: int
    queue: tuple[Band, ...]
    peak: Band
    peak_at: float
    to_come: Band
    attendance: Band
    is_full: bool
    left_out: int
    seed: int


def nowcast(
    expected: Expected, counts: tuple[float | None, ...], *, seed: int, particles: int = PARTICLES
) -> Nowcast:
    """
    Return the rest of a day after the counts of its first bins; None where there is no count.

    Particles carry attendance, shift, width and lane speed through a fluid queue. Their weights
    are sharpened in steps, with a move after each, so that few particles never stand for all. What
    gates count is what they let through: while a queue stands, more may have come than they show.

    Raises
    ------
    ProblemError
        When there are more counts than bins.

    """
    if len(counts) > len(expected.comes):
        message = f"{len(counts)} counts of {len(expected.comes)} bins"
        raise ProblemError(message)
    seen, left_out = _plausible(expected, counts)
    dice = np.random.default_rng(seed)
    spreads = np.asarray([expected.attendance, expected.shift, expected.stretch, expected.rate])
    state = dice.standard_normal((particles, 4))
    state = _sharpened(expected, seen, state, spreads, dice)
    comes, queue, _ = _fluid(expected, state * spreads)
    now = len(counts)
    rest = queue[:, now:]
    peaks = rest.max(axis=1) if rest.shape[1] else np.zeros(particles)
    at = int(np.median(rest.argmax(axis=1))) if rest.shape[1] else 0
    return Nowcast(
        bins=now,
        queue=tuple(_band(rest[:, k]) for k in range(rest.shape[1])),
        peak=_band(peaks),
        peak_at=expected.starts_at + BIN * (now + at + 1),
        to_come=_band(comes[:, now:].sum(axis=1)),
        attendance=_band(comes.sum(axis=1)),
        is_full=_is_full(expected, seen),
        left_out=left_out,
        seed=seed,
    )


def _plausible(expected: Expected, counts: tuple[float | None, ...]) -> tuple[Floats, int]:
    """Return the counts with those that can not be as nothing, and how many those are."""
    seen = np.asarray([np.nan if c is None else float(c) for c in counts])
    most = 1.6 * np.asarray(expected.serves[: len(counts)]) + 30.0
    with np.errstate(invalid="ignore"):
        seen[(seen < 0) | (seen > most)] = np.nan
    return seen, int(np.isnan(seen).sum())


def _is_full(expected: Expected, seen: Floats) -> bool:
    last = seen[-3:]
    most = np.asarray(expected.serves[len(seen) - len(last) : len(seen)])
    known = ~np.isnan(last) & (most > 0)
    return bool(known.any() and (last[known] >= 0.9 * most[known]).all())


def _fluid(expected: Expected, change: Floats) -> tuple[Floats, Floats, Floats]:
    """Return people who come, wait at the end and are served, by particle and bin."""
    bins = len(expected.comes)
    total = sum(expected.comes)
    below = np.concatenate([[0.0], np.cumsum(expected.comes)]) / max(1e-9, total)
    marks = np.arange(bins + 1) * BIN
    middle = float(np.interp(0.5, below, marks))
    stretch = np.maximum(0.5, 1.0 + change[:, 2:3])
    moved = middle + (marks[None, :] - middle - 60.0 * change[:, 1:2]) / stretch
    share = np.interp(moved, marks, below)
    comes: Floats = np.diff(share, axis=1) * total * np.maximum(0.2, 1.0 + change[:, 0:1])
    serves = np.asarray(expected.serves)[None, :] * np.maximum(0.3, 1.0 + change[:, 3:4])
    queue, served = np.empty_like(comes), np.empty_like(comes)
    waiting = np.zeros(len(change))
    for k in range(bins):
        there = waiting + comes[:, k]
        served[:, k] = np.minimum(there, serves[:, k])
        waiting = there - served[:, k]
        queue[:, k] = waiting
    return comes, queue, served


def _likelihood(expected: Expected, seen: Floats, change: Floats) -> Floats:
    """Return the logarithm of how likely counts are, with heavy tails against surprises."""
    known = ~np.isnan(seen)
    if not known.any():
        return np.zeros(len(change))
    _, _, served = _fluid(expected, change)
    mean = served[:, : len(seen)][:, known]
    spread = np.sqrt(mean + (NOISE * mean) ** 2 + 9.0)
    off = (seen[known][None, :] - mean) / spread
    found: Floats = TRUST * (-2.5 * np.log1p(off**2 / 4.0) - np.log(spread)).sum(axis=1)
    return found


def _sharpened(
    expected: Expected, seen: Floats, state: Floats, spreads: Floats, dice: np.random.Generator
) -> Floats:
    """Return particles after the counts: tempered weights, resampling, random-walk moves."""
    count = len(state)
    power = 0.0
    fit = _likelihood(expected, seen, state * spreads)
    while power < 1.0:
        step = _next_step(fit, 1.0 - power)
        power += step
        weights = np.exp(step * (fit - fit.max()))
        chosen = _resampled(weights / weights.sum(), dice)
        state, fit = state[chosen], fit[chosen]
        scale = STEP * state.std(axis=0) + 1e-3
        for _ in range(MOVES):
            other = state + scale * dice.standard_normal(state.shape)
            other_fit = _likelihood(expected, seen, other * spreads)
            gain = power * (other_fit - fit) - 0.5 * ((other**2) - (state**2)).sum(axis=1)
            taken = np.log(dice.random(count)) < gain
            state = np.where(taken[:, None], other, state)
            fit = np.where(taken, other_fit, fit)
    return state


def _next_step(fit: Floats, most: float) -> float:
    """Return how much weights can be sharpened while enough particles count."""
    low, high = 0.0, most
    if _effective(fit, most) >= LEAST:
        return most
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if _effective(fit, middle) >= LEAST else (low, middle)
    return max(low, 1e-3 * most)


def _effective(fit: Floats, step: float) -> float:
    weights = np.exp(step * (fit - fit.max()))
    return float(weights.sum() ** 2 / (weights**2).sum() / len(fit))


def _resampled(weights: Floats, dice: np.random.Generator) -> Any:
    """Return indices by systematic resampling."""
    count = len(weights)
    marks = (np.arange(count) + dice.random()) / count
    return np.minimum(np.searchsorted(np.cumsum(weights), marks), count - 1)


def _band(values: Floats) -> Band:
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return Band(low=float(low), middle=float(middle), high=float(high))
