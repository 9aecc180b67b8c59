"""The answer of the meals planner."""

from dataclasses import dataclass

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """People of a sitting (by index) who eat in a hall in a quarter of an hour."""

    sitting: int
    hall: int
    at: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portions:
    """
    What is made of a dish for a meal in a hall.

    ``expected`` is the mean demand; ``waste`` and ``shortage`` are expected portions.
    """

    meal: str
    hall: str
    dish: str
    portions: int
    expected: float
    spread: float
    waste: float
    shortage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MealPlan:
    """Who eats where and when, and how much is made."""

    seatings: tuple[Seating, ...]
    portions: tuple[Portions, ...]
    left: tuple[tuple[int, int], ...]
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None
