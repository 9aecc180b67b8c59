"""The random days of a problem: the same draws for everybody, whatever lanes are open."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.crowd.parameters import WalkSet
from sportsbrain.brain.crowd.problem import QUARTER, Arrival, Bank, Ingress

Floats = np.ndarray[Any, np.dtype[np.float64]]
Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """
    The draws of one day, by person in the order of coming.

    Parameters
    ----------
    comes
        When they are at the venue's hub, seconds.
    entrance, group
        Index of the entrance and of the class.
    pace
        Of the speed of the walk set.
    screening, gates
        Normal draws of the service times; ``search`` uniform ones.

    """

    comes: Floats
    entrance: Counts
    group: Counts
    pace: Floats
    screening: Floats
    search: Floats
    gates: Floats


def day_of(problem: Ingress, walk: WalkSet, *, seed: int, number: int) -> Day:
    """Return the draws of a day: the same for one seed and number, whatever lanes are open."""
    dice = np.random.default_rng([seed, number])
    comes = np.concatenate([_comes(arrival, problem, dice) for arrival in problem.arrivals])
    comes.sort()
    people = len(comes)
    shares = np.cumsum([entrance.share for entrance in problem.entrances])
    classes = np.cumsum([share for _, share in problem.classes])
    pace = 1.0 + walk.pace_spread * dice.standard_normal(people)
    return Day(
        comes=comes,
        entrance=np.searchsorted(shares, dice.random(people) * shares[-1], side="right"),
        group=np.searchsorted(classes, dice.random(people) * classes[-1], side="right"),
        pace=np.clip(pace, walk.pace_least, walk.pace_most),
        screening=dice.standard_normal(people),
        search=dice.random(people),
        gates=dice.standard_normal(people),
    )


def _comes(arrival: Arrival, problem: Ingress, dice: np.random.Generator) -> Floats:
    """Return when the people of one mode come: spread over their quarters, then by vehicle."""
    weights = np.asarray(arrival.people, dtype=float)
    if problem.spread > 0:
        shape = 1.0 / problem.spread**2
        weights = weights * dice.gamma(shape, 1.0 / shape, len(weights))
    total = float(sum(arrival.people))
    people = int(dice.binomial(round(total), problem.show_share)) if total >= 1 else 0
    if not people or weights.sum() <= 0:
        return np.empty(0)
    marks = arrival.starts_at + QUARTER * np.arange(len(weights) + 1)
    shares = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    at: Floats = np.interp(dice.random(people), shares, marks)
    if arrival.every > 0:
        at = np.ceil(at / arrival.every) * arrival.every
    return at + arrival.clear * dice.random(people) if arrival.clear > 0 else at


def takes_of(bank: Bank, normal: Floats, search: Floats | None = None) -> Floats:
    """Return service times: lognormal with the bank's mean and spread, and second searches."""
    variance = np.log1p(bank.headway_cv**2)
    takes: Floats = np.exp(np.log(bank.headway) - variance / 2 + np.sqrt(variance) * normal)
    if search is not None and bank.search_share > 0:
        takes = takes + bank.search_seconds * (search < bank.search_share)
    return takes
