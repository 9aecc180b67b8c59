"""The hall of a port on one day: who comes to its desks when, on random days."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.access.queries import Traveller
from sportsbrain.brain.crowd.days import takes_of
from sportsbrain.brain.crowd.problem import QUARTER, Bank
from sportsbrain.vocabulary import frozen

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """
    Arrivals at one port on one day of the host's clock.

    Parameters
    ----------
    landings
        (seconds from the epoch, carrier, people, bags) of each carrier.
    draws
        Random days, and the seed they are drawn with.

    """

    port: str
    date: str
    landings: tuple[tuple[int, str, int, int], ...]
    walk_seconds: float
    bag_seconds: float
    spread: float
    delay_seconds: float
    desk_seconds: float
    desk_cv: float
    desks_max: int
    promise_seconds: float
    promise_share: float
    draws: int
    seed: int = 7

    @property
    def code(self) -> str:
        """Return port and day."""
        return f"{self.port} {self.date}"

    @property
    def people(self) -> int:
        """Return how many come."""
        return sum(people for _, _, people, _ in self.landings)

    @property
    def bags(self) -> int:
        """Return how many bags come with them."""
        return sum(bags for _, _, _, bags in self.landings)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)

    def days(self) -> tuple[tuple[Floats, Floats], ...]:
        """Return when people come to the desks, in order, and how long each takes, by day."""
        return tuple(self._day(number) for number in range(self.draws))

    def _day(self, number: int) -> tuple[Floats, Floats]:
        dice = np.random.default_rng([self.seed, number, *self.port.encode()])
        people = np.asarray([n for _, _, n, _ in self.landings])
        lands = np.asarray([at for at, *_ in self.landings], dtype=float)
        late = np.maximum(-0.5, dice.standard_normal(len(lands))) * self.delay_seconds
        each = np.asarray([bags / n for _, _, n, bags in self.landings])
        at = np.repeat(lands + late, people)
        median = self.walk_seconds + self.bag_seconds * np.repeat(each, people)
        through = median * np.exp(self.spread * dice.standard_normal(len(at)))
        comes = np.sort(at + through)
        takes = takes_of(self.bank((1,)), dice.standard_normal(len(comes)))
        return comes, takes

    def bank(self, desks: tuple[int, ...], opens_at: float = 0.0) -> Bank:
        """Return the desks as the brain knows lanes."""
        return Bank(
            code=self.code,
            opens_at=opens_at,
            open_lanes=desks,
            headway=self.desk_seconds,
            headway_cv=self.desk_cv,
        )

    def hours(self, days: Sequence[tuple[Floats, Floats]]) -> tuple[float, int]:
        """Return when the first quarter begins and how many there are until everybody is served."""
        first = min(float(comes[0]) for comes, _ in days)
        last = max(float(comes[-1]) for comes, _ in days) + self.promise_seconds
        opens_at = first // QUARTER * QUARTER
        return opens_at, int((last - opens_at) // QUARTER) + 2


def halls_of(
    travellers: tuple[Traveller, ...], rules: dict[str, Any], epoch: dt.datetime, offset: int
) -> tuple[Hall, ...]:
    """Return a hall for each port and day that somebody comes to."""
    found: dict[tuple[str, str], dict[tuple[int, str], list[int]]] = {}
    for person in travellers:
        at = int((person.at - epoch).total_seconds())
        date = (person.at + dt.timedelta(seconds=offset)).date().isoformat()
        landings = found.setdefault((person.port, date), {})
        counts = landings.setdefault((at, person.carrier), [0, 0])
        counts[0] += 1
        counts[1] += person.bags
    return tuple(
        Hall(
            port=port,
            date=date,
            landings=tuple(
                (at, carrier, n, bags) for (at, carrier), (n, bags) in sorted(some.items())
            ),
            walk_seconds=60.0 * rules["walk_minutes"],
            bag_seconds=60.0 * rules["bag_minutes"],
            spread=rules["spread"],
            delay_seconds=60.0 * rules["delay_minutes"],
            desk_seconds=rules["desk_seconds"],
            desk_cv=rules["desk_cv"],
            desks_max=rules["desks_max"],
            promise_seconds=60.0 * rules["promise_minutes"],
            promise_share=rules["promise_share"],
            draws=rules["draws"],
        )
        for (port, date), some in sorted(found.items())
    )
