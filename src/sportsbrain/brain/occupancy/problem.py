"""
The occupancy problem: past days of a place in equal steps, today so far, and who is there.

Values are people in the place at the end of each step.
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen

QUIET = 0.5  # of the places: more people than that are a crowd


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """
    A day that is over.

    Parameters
    ----------
    people
        Who could come that day, such as residents in the village.
    shape
        What kind of day it was; days of today's kind tell more.

    """

    values: tuple[float, ...]
    people: float
    shape: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Everything that a forecast is made of.

    Parameters
    ----------
    step_minutes
        Minutes of a step.
    places
        Seats, machines, mats: what is full.
    today
        Values of the steps that are over.
    people, shape
        Of today.

    """

    place: str
    step_minutes: int
    places: int
    days: tuple[PastDay, ...]
    today: tuple[float, ...]
    people: float
    shape: str = ""

    def __post_init__(self) -> None:
        lengths = {len(day.values) for day in self.days}
        if len(lengths) != 1 or min(lengths) < 2:
            message = f"{self.place}: a day or more that is over, all of the same steps"
            raise ProblemError(message)
        if len(self.today) > min(lengths):
            message = f"{self.place}: today has more steps than a day"
            raise ProblemError(message)
        if self.step_minutes < 1 or self.places < 1 or self.people < 0:
            message = f"{self.place}: minutes and places above 0, people not below"
            raise ProblemError(message)
        if any(day.people <= 0 or min(day.values) < 0 for day in self.days) or (
            self.today and min(self.today) < 0
        ):
            message = f"{self.place}: people of past days above 0, nobody is counted below 0"
            raise ProblemError(message)

    def to_json(self) -> str:
        """Return the problem as canonical JSON."""
        return frozen.to_json(self)

    @staticmethod
    def from_json(text: str) -> "Problem":
        """Return the problem of its JSON."""
        return frozen.from_json(Problem, text)
