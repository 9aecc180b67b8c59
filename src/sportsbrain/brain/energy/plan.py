"""The answers: a baseline, a forecast of days, and what options save and cost in comfort."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """
    What a building uses by the hour, per Kelvin and by presence; fitted, with its errors.

    ``cv`` is the coefficient of variation of the error and ``bias`` the mean error, as shares of
    the mean (ASHRAE Guideline 14).
    """

    building: str
    hourly: tuple[float, ...]
    heating: float
    cooling: float
    heats_below: float
    cools_above: float
    presence: float
    cv: float
    bias: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigure:
    """A day of a building: energy, money in minor units, carbon in kilograms."""

    building: str
    day: int
    kwh: float
    cost: float
    carbon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """
    What an option saves over some days, and what that costs in comfort.

    ``discomfort``: degree-hours, weighted by presence, that rooms are warmer or colder by.
    """

    code: str
    kwh: float
    cost: float
    carbon: float
    discomfort: float
