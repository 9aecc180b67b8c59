"""
The meals problem: people who are there and when they can eat, halls, dishes.

Moments are whole seconds from midnight UTC of the first day (the epoch); portions are whole.
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.series import QUARTER

TERMS = ("waste", "shortage", "shifted", "walk")


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """A dining hall: its seats, and the windows (from, before) in which it is open."""

    code: str
    seats: int
    opens: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    """
    Something on the menu.

    Parameters
    ----------
    shares
        (cuisine, share of its people who take it).
    waste_cost, shortage_cost
        Price of a portion thrown away and of one missing.

    """

    code: str
    shares: tuple[tuple[str, float], ...]
    waste_cost: float
    shortage_cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """
    People of one cuisine who want to eat in one quarter of an hour.

    Parameters
    ----------
    meal
        The service it belongs to, such as ``day 3 dinner``.
    halls
        (hall index, minutes to walk) they may go to.
    shift_max
        How many quarters earlier or later they can come.

    """

    meal: str
    cuisine: str
    at: int
    people: int
    halls: tuple[tuple[int, float], ...]
    shift_max: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Everything a meal plan is judged by.

    Parameters
    ----------
    stay_quarters
        How long one sits.
    share_spread
        Relative standard deviation of the share that takes a dish, beside pure chance.
    shift_cost, walk_cost
        Price of coming a quarter earlier or later, and of a minute on foot, a person.

    """

    halls: tuple[Hall, ...]
    dishes: tuple[Dish, ...]
    sittings: tuple[Sitting, ...]
    stay_quarters: int = 2
    share_spread: float = 0.12
    shift_cost: float = 0.3
    walk_cost: float = 0.02
    step_seconds: int = QUARTER

    def __post_init__(self) -> None:
        for sitting in self.sittings:
            if any(not 0 <= hall < len(self.halls) for hall, _ in sitting.halls):
                message = f"sitting {sitting.meal} names a hall that is not there"
                raise ProblemError(message)
            if sitting.people < 0:
                message = f"sitting {sitting.meal}: {sitting.people} people"
                raise ProblemError(message)
        for dish in self.dishes:
            if dish.waste_cost <= 0 or dish.shortage_cost <= 0:
                message = f"dish {dish.code}: waste and shortage cost something"
                raise ProblemError(message)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)
