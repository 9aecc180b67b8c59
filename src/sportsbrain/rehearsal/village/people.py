"""
A day of the people who live there: when they eat, go out, come back, wash, break things.

Delegations move together, weather and chance move everybody; queues make people come later. Nothing
here is taken from a forecast: numbers are this file's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MINUTES = 24 * 60
Floats = np.ndarray[Any, np.dtype[np.float64]]
BREAKS = {  # requests of a thousand residents a day
    "water": 5.5, "power": 4.2, "climate": 6.8, "lift": 0.9, "furniture": 2.6, "linen": 17.0,
    "cleaning": 8.0, "lost": 3.1,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Somebody who lives there."""

    person: str
    delegation: str
    building: str
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedDay:
    """
    A day: people in each hall by the minute, who went through a gate, what broke.

    ``crossings``: (minute, number of the resident, comes in); ``broken``: (minute, kind, number of
    the resident).
    """

    halls: dict[str, Floats]
    crossings: tuple[tuple[float, int, bool], ...]
    broken: tuple[tuple[float, str, int], ...]


def live(
    *, residents: Sequence[Resident], halls: Mapping[str, tuple[str, int]], seed: int, day: int
) -> LivedDay:
    """Return a day; ``halls`` are (kind, places) by code, kinds dining, laundry and gym."""
    dice = np.random.default_rng([seed, day, 7])
    people = len(residents)
    teams = {code: n for n, code in enumerate(sorted({r.delegation for r in residents}))}
    team = np.array([teams[r.delegation] for r in residents], dtype=int)
    drift = dice.normal(0, 0.55, max(1, len(teams)))[team]  # hours that a delegation is later
    wake = 6.9 + drift + dice.gamma(2.2, 0.45, people)
    goes = dice.random(people) < float(dice.normal(0.74, 0.05))
    leaves = np.where(goes, np.maximum(wake + 0.7, dice.normal(9.6, 2.1, people) + drift), 99.0)
    back = leaves + dice.gamma(5.0, 0.95, people) + 0.8
    visits = _visits(dice, wake, leaves, back)
    crossings = _crossings(dice, leaves, back)
    return LivedDay(
        halls=_filled(dice, visits, halls, residents), crossings=crossings,
        broken=_broken(dice, people),
    )  # fmt: skip


def _visits(
    dice: np.random.Generator, wake: Floats, leaves: Floats, back: Floats
) -> list[tuple[str, Floats, Floats]]:
    """Return (kind, hour of coming, minutes of staying) of everybody; hour 99 is never."""
    people = len(wake)

    def some(share: float, hours: Floats) -> Floats:
        return np.where(dice.random(people) < share, hours, 99.0)

    def away(hours: Floats) -> Any:
        return (hours > leaves) & (hours < back)

    def spend(mean: float) -> Floats:
        return dice.lognormal(np.log(mean), 0.38, people)

    lunch = dice.normal(12.9, 0.75, people)
    lunch = np.where(away(lunch), np.where(back < 15.2, back + 0.25, 99.0), lunch)
    dinner = dice.normal(19.1, 1.05, people)
    dinner = np.where(away(dinner), back + 0.3, dinner)
    snack = dice.uniform(9.5, 22.5, people)
    return [
        ("dining", some(0.93, wake + dice.gamma(1.8, 0.28, people)), spend(24)),
        ("dining", some(0.9, lunch), spend(33)),
        ("dining", some(0.94, dinner), spend(38)),
        ("dining", some(0.22, np.where(away(snack), 99.0, snack)), spend(17)),
        ("gym", some(0.27, np.where(dice.random(people) < 0.6, dice.normal(17.4, 1.6, people),
                                    dice.normal(8.2, 0.9, people))), spend(62)),
        ("laundry", some(0.19, dice.normal(16.5, 3.4, people)), 55 + spend(22)),
    ]  # fmt: skip


def _filled(
    dice: np.random.Generator, visits: list[tuple[str, Floats, Floats]],
    halls: Mapping[str, tuple[str, int]], residents: Sequence[Resident],
) -> dict[str, Floats]:  # fmt: skip
    """Return people in halls by the minute; who finds a hall full goes away and comes later."""
    homes = np.array([hash_of(r.building) for r in residents])
    found = {code: np.zeros(MINUTES) for code in halls}
    for kind, hours, stays in visits:
        own = sorted(code for code, (what, _) in halls.items() if what == kind)
        if not own:
            continue
        weights = np.array([halls[code][1] for code in own], dtype=float)
        near = np.searchsorted(np.cumsum(weights) / weights.sum(), homes % 997 / 997.0)
        other = dice.choice(len(own), len(homes), p=weights / weights.sum())
        where = np.where(dice.random(len(homes)) < 0.7, np.minimum(near, len(own) - 1), other)
        for n, code in enumerate(own):
            here = (where == n) & (hours < 24)
            _sit(found[code], hours[here] * 60, stays[here], halls[code][1], dice)
    return found


def hash_of(text: str) -> int:
    """Return a number of a text that is the same on every machine."""
    number = 0
    for letter in text:
        number = (number * 131 + ord(letter)) % 1_000_003
    return number


def _sit(
    hall: Floats, comes: Floats, stays: Floats, places: int, dice: np.random.Generator
) -> None:  # fmt: skip
    """Let people sit down in the order of coming; a full hall sends them away for a while."""
    change, ends = np.zeros(MINUTES + 1), np.zeros(MINUTES + 1, dtype=int)
    inside, last = 0, 0

    def left_by(minute: int) -> int:
        nonlocal inside, last
        while last <= minute:
            inside -= int(ends[last])
            last += 1
        return inside

    for n in np.argsort(comes):
        at = int(min(max(comes[n], 0), MINUTES - 1))
        for _try in range(3):
            if left_by(at) < places or at >= MINUTES - 20:
                break
            at = min(MINUTES - 1, at + int(dice.integers(6, 22)))
        until = min(MINUTES, at + max(3, int(stays[n])))
        inside += 1
        ends[until] += 1
        change[at] += 1
        change[until] -= 1
    hall += np.cumsum(change)[:MINUTES]


def _crossings(
    dice: np.random.Generator, leaves: Floats, back: Floats
) -> tuple[tuple[float, int, bool], ...]:
    """Return who goes out and comes back, in order of time; an evening walk for some."""
    found: list[tuple[float, int, bool]] = []
    for n in np.flatnonzero(leaves < 23):
        found.append((float(leaves[n] * 60), int(n), False))
        if back[n] < 24:
            found.append((float(back[n] * 60), int(n), True))
    walks = np.flatnonzero(dice.random(len(leaves)) < 0.24)
    for n, hour in zip(walks, dice.normal(20.6, 0.7, len(walks)), strict=True):
        ends = hour + float(dice.gamma(2.0, 0.4)) + 0.2
        if (leaves[n] > 23 or back[n] < hour - 0.1) and ends < 24:
            found += [(float(hour * 60), int(n), False), (float(ends * 60), int(n), True)]
    return tuple(sorted(found))


def _broken(dice: np.random.Generator, people: int) -> tuple[tuple[float, str, int], ...]:
    """Return what broke or was asked for, in order of time."""
    found = []
    for kind, rate in BREAKS.items():
        for _n in range(int(dice.poisson(rate * people / 1000))):
            hour = float(np.clip(dice.normal(15.0, 5.0), 0.0, 23.7))
            found.append((hour * 60, kind, int(dice.integers(0, max(1, people)))))
    return tuple(sorted(found))
