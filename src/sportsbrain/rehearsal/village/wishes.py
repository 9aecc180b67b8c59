"""
What delegations really want beside what they get, when they know it, what it is worth to them.

Some know months before and order late; some do not know before they are there. Rich delegations
have staff and click first. Worth is a piece's, in minor units; numbers are this file's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

EAGER = 0.62  # of those who know early but order late, who order early when that is cheaper


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What can be wanted: its list price, how often, for the Games or for days; beds are nights."""

    code: str
    price: int
    a_thousand: float
    period: str
    worth: float = 1.35
    spread: float = 0.55
    size: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """
    A wish of a delegation.

    ``knows`` and ``orders`` are days before the first day of the Games, below 0 after it;
    ``clicks`` is when within a day, ``day`` the first day of use, ``length`` days.
    """

    delegation: str
    thing: str
    pieces: int
    worth: int
    knows: int
    orders: int
    clicks: float
    day: int
    length: int

    @property
    def cheapest(self) -> int:
        """Return the day of ordering of who is moved by a price that goes up."""
        return self.knows if (self.pieces + self.worth) % 100 < 100 * EAGER else self.orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """Somebody who would run a space: turnover a day as hoped and as it comes, and the margin."""

    space: str
    hoped: int
    comes: tuple[int, ...]
    margin: float


def wants(
    *, seed: int, delegations: Mapping[str, int], things: tuple[Thing, ...], days: int
) -> tuple[Want, ...]:
    """Return everything that delegations want over the Games."""
    dice = np.random.default_rng([seed, 21])
    found: list[Want] = []
    rich = {code: float(dice.lognormal(0.04 * np.sqrt(n), 0.25))
            for code, n in sorted(delegations.items())}  # fmt: skip
    staff = {code: float(np.sqrt(n) * dice.uniform(0.5, 1.5))
             for code, n in sorted(delegations.items())}  # fmt: skip
    for thing in things:
        for code, people in sorted(delegations.items()):
            mean = thing.a_thousand * people / 1000 * float(dice.gamma(2.5, 0.4))
            found += [
                _want(dice, thing, code, rich[code], staff[code], days)
                for _n in range(int(dice.poisson(mean / thing.size)))
            ]
    return tuple(sorted(found, key=lambda w: (-w.orders, w.clicks, w.delegation, w.thing)))


def _want(
    dice: np.random.Generator, thing: Thing, code: str, rich: float, staff: float, days: int
) -> Want:
    late = float(dice.random())
    knows = int(dice.uniform(70, 150)) if late < 0.56 else int(dice.uniform(8, 70)) \
        if late < 0.8 else int(dice.uniform(-min(8, days - 4), 8))  # fmt: skip
    puts_off = int(dice.exponential(22)) if knows > 8 else 0
    day = int(dice.integers(0, days - 1)) if thing.period != "once" else 0
    day = max(day, -knows + 1) if knows < 1 else day
    worth = thing.price * thing.worth * rich * float(dice.lognormal(0, thing.spread))
    return Want(
        delegation=code, thing=thing.code, pieces=1 + int(dice.poisson(thing.size - 1)),
        worth=round(worth), knows=knows, orders=max(min(knows, 1), knows - puts_off),
        clicks=float(dice.exponential(6.0 / staff)), day=min(day, days - 2),
        length=1 + int(dice.poisson(1.2)) if thing.period == "day" else 1,
    )  # fmt: skip


def tenants(*, seed: int, spaces: Mapping[str, int], days: int) -> tuple[Tenant, ...]:
    """Return who asks for each space; ``spaces``: usual turnover a day, by code."""
    dice = np.random.default_rng([seed, 22])
    found = []
    for space, usual in sorted(spaces.items()):
        for _n in range(3):
            hoped = usual * float(dice.lognormal(0, 0.3))
            truth = hoped * float(dice.lognormal(-0.05, 0.4))
            comes = truth * dice.gamma(6, 1 / 6, days)
            margin = float(dice.uniform(0.2, 0.4))
            found.append(Tenant(space=space, hoped=round(hoped), margin=margin,
                                comes=tuple(int(n) for n in comes)))  # fmt: skip
    return tuple(found)


def empty_beds(*, seed: int, beds: int, days: int) -> tuple[int, ...]:
    """Return beds of apartments in which nobody sleeps, by night: late arrivals, early leavers."""
    dice = np.random.default_rng([seed, 23])
    nights = np.arange(days)
    share = 0.16 * np.exp(-nights / 3.0) + 0.012 + 0.2 * np.clip((nights - 0.6 * days) / days, 0, 1)
    return tuple(int(n) for n in beds * share * np.clip(dice.normal(1, 0.12, days), 0.5, 1.5))
