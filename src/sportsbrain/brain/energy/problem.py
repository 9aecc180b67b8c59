"""
The energy problem: hours of a meter with the weather and who was there.

Energy in kWh an hour, temperatures in °C, people as a share of the full house, prices in minor
units a kWh, carbon in grams a kWh.
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen

HOURS = 24
LEAST_DAYS = 5


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """
    An hour of a meter.

    Parameters
    ----------
    hour
        Of the day, local, 0 to 23.
    day
        Number of the day.
    outdoor
        Mean outdoor temperature.
    presence
        Share of the full house that is there, from bookings or the session calendar.
    used
        kWh; None where the meter was silent.

    """

    day: int
    hour: int
    outdoor: float
    presence: float
    used: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What a kWh costs and emits in each hour of the day."""

    prices: tuple[float, ...]
    grams: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.prices) != HOURS or len(self.grams) != HOURS:
            message = "a tariff has a price and the grams of carbon for each hour of the day"
            raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    The past of a building's meter.

    Parameters
    ----------
    lighting
        Installed kW of the lights that an option may switch off; life-safety lights are not in it.

    """

    building: str
    hours: tuple[Hour, ...]
    lighting: float = 0.0

    def __post_init__(self) -> None:
        if any(not 0 <= row.hour < HOURS or not 0 <= row.presence <= 2 for row in self.hours):
            message = f"{self.building}: hours from 0 to 23, presence from nobody to a full house"
            raise ProblemError(message)
        metered = {row.day for row in self.hours if row.used is not None}
        if len(metered) < LEAST_DAYS:
            message = f"{self.building}: {len(metered)} days were metered, {LEAST_DAYS} are needed"
            raise ProblemError(message)
        if self.lighting < 0:
            message = f"{self.building}: lights have a power of 0 or more"
            raise ProblemError(message)

    def to_json(self) -> str:
        """Return the problem as canonical JSON."""
        return frozen.to_json(self)

    @staticmethod
    def from_json(text: str) -> "Problem":
        """Return the problem of its JSON."""
        return frozen.from_json(Problem, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """
    Something that may be done; nothing of it touches life safety.

    Parameters
    ----------
    cooler, warmer
        Kelvin by which the cooling set-point goes up and the heating one down.
    lights_off
        Hours of the day in which lights are off that are on now.

    """

    code: str
    title: str
    cooling_up: float = 0.0
    heating_down: float = 0.0
    lights_off: tuple[int, ...] = ()
