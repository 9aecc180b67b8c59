"""
The fleet problem: lines with demand, places, depots; and the blocks that drive given trips.

All times are whole seconds from midnight UTC of the first day (the epoch); durations are seconds.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist

from sportsbrain.vocabulary import frozen

DAY = 86400
TERMS = ("vehicle_days", "dead_hours", "service_hours", "early_hours")


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """Where vehicles of one kind live; ``place`` is an index, costs are of one vehicle-day."""

    code: str
    place: int
    vehicles_max: int
    vehicle_cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A loaded run; ``depots`` are the indices of those that may send a vehicle."""

    code: str
    line: str
    starts_in: int
    ends_in: int
    departs_at: int
    arrives_at: int
    depots: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.arrives_at <= self.departs_at:
            message = f"trip {self.code} arrives at {self.arrives_at}, before it departs"
            raise ProblemError(message)
        if not self.depots:
            message = f"trip {self.code}: no depot may drive it"
            raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockProblem:
    """
    Trips of one day that vehicles have to drive.

    Parameters
    ----------
    dead_seconds
        Dead run between two places, shape (places, places).
    layover_seconds
        Least stay after each trip.
    dead_cost
        Price of a second of dead run.

    """

    places: tuple[str, ...]
    depots: tuple[Depot, ...]
    trips: tuple[Trip, ...]
    dead_seconds: tuple[tuple[int, ...], ...]
    layover_seconds: int = 300
    dead_cost: float = 0.01

    def __post_init__(self) -> None:
        count = len(self.places)
        if len(self.dead_seconds) != count or any(len(r) != count for r in self.dead_seconds):
            message = f"dead_seconds needs {count} rows of {count} seconds"
            raise ProblemError(message)
        for trip in self.trips:
            if not (0 <= trip.starts_in < count and 0 <= trip.ends_in < count):
                message = f"trip {trip.code} is between places that are not there"
                raise ProblemError(message)
            if any(not 0 <= depot < len(self.depots) for depot in trip.depots):
                message = f"trip {trip.code} names a depot that is not there"
                raise ProblemError(message)

    def dead_run(self, one: int, other: int) -> int:
        """Return the seconds of a dead run."""
        return self.dead_seconds[one][other]

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where people board or leave: buses that may depart in five minutes, 0 for no limit."""

    code: str
    bays: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """
    People who have to arrive, or may leave, in a window.

    Parameters
    ----------
    is_arrival
        Whether the window is of the arrival (an outward run) or of the departure (a run home).
    from_at, by_at
        The window, both ends included.

    """

    code: str
    people: int
    is_arrival: bool
    from_at: int
    by_at: int

    def __post_init__(self) -> None:
        if self.by_at < self.from_at or self.people < 0:
            message = f"need {self.code}: {self.people} people, {self.from_at}..{self.by_at}"
            raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """
    A direct line of one client group.

    Parameters
    ----------
    seats
        People a bus of this service takes.
    headway_seconds_max
        Longest wait between two departures while it is open; 0 drives on need only.
    open_from, open_by
        Windows of departures with that headway, one pair a day.

    """

    code: str
    client_group: str
    starts_in: int
    ends_in: int
    seats: int
    needs: tuple[Need, ...] = ()
    headway_seconds_max: int = 0
    open_windows: tuple[tuple[int, int], ...] = ()
    depots: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.seats < 1:
            message = f"service {self.code}: a bus takes at least one person"
            raise ProblemError(message)


@lru_cache(maxsize=64)
def _margin(percentile: float, spread: float) -> float:
    return math.exp(NormalDist().inv_cdf(percentile) * spread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """
    How long runs take.

    Parameters
    ----------
    median_seconds
        Without traffic, shape (places, places).
    hour_factors
        What the hour of the day multiplies it by, 24 of them, in the clock of the host.
    spread
        Standard deviation of the logarithm of a running time.
    percentile
        Share of runs that have to be in time, such as 0.98.

    Notes
    -----
    Running times are log-normal, the usual finding for urban buses.

    """

    median_seconds: tuple[tuple[int, ...], ...]
    hour_factors: tuple[float, ...]
    spread: float = 0.12
    percentile: float = 0.98
    utc_offset: int = 0

    def __post_init__(self) -> None:
        if len(self.hour_factors) != 24 or not 0.5 <= self.percentile < 1:
            message = "roads need 24 hour factors and a percentile from 0.5 up to below 1"
            raise ProblemError(message)

    def factor(self, moment: int) -> float:
        """Return the traffic factor of a moment."""
        return self.hour_factors[(moment + self.utc_offset) % DAY // 3600]

    @property
    def margin(self) -> float:
        """Return the percentile of the running time over its median."""
        return _margin(self.percentile, self.spread)

    def planned(self, one: int, other: int, moment: int) -> int:
        """Return the running seconds that the percentile keeps, up to a whole minute."""
        seconds = self.median_seconds[one][other] * self.factor(moment) * self.margin
        return max(60, -int(-seconds // 60) * 60)

    def dead_runs(self) -> tuple[tuple[int, ...], ...]:
        """Return the dead runs, at the worst hour's median."""
        worst = max(self.hour_factors)
        return tuple(
            tuple(0 if i == j else int(s * worst) for j, s in enumerate(row))
            for i, row in enumerate(self.median_seconds)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRules:
    """How long a driver works (seconds); relief needs a stay of at least the layover."""

    drive_seconds_max: int = 9 * 3600
    unbroken_seconds_max: int = 4 * 3600 + 1800
    break_seconds: int = 2700
    spread_seconds_max: int = 12 * 3600
    sign_seconds: int = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    A bus network over the days of a Games.

    Parameters
    ----------
    day_cut_seconds
        Where a day of operations ends: seconds after midnight in the clock of the host.
    breakdowns_per_hour, repair_seconds, reserve_promise
        Failures of a vehicle in service, how long it is missed, and the share of the peak in which
        no departure may lack a vehicle.
    step_seconds
        Grid of departures.

    """

    places: tuple[Place, ...]
    depots: tuple[Depot, ...]
    services: tuple[Service, ...]
    roads: Roads
    drivers: DriverRules = field(default_factory=DriverRules)
    layover_seconds: int = 300
    dead_cost: float = 0.01
    service_hour_cost: float = 30.0
    early_hour_cost: float = 0.2
    day_cut_seconds: int = 4 * 3600
    breakdowns_per_hour: float = 0.002
    repair_seconds: int = 3 * 3600
    reserve_promise: float = 0.999
    step_seconds: int = 300

    def __post_init__(self) -> None:
        count = len(self.places)
        if len(self.roads.median_seconds) != count:
            message = f"roads need {count} rows, one a place"
            raise ProblemError(message)
        codes = [service.code for service in self.services]
        if len(set(codes)) != len(codes):
            message = "two services have one code"
            raise ProblemError(message)
        if len({depot.vehicle_cost for depot in self.depots}) != 1:
            message = "one network has one price of a vehicle-day: give all depots the same"
            raise ProblemError(message)
        for service in self.services:
            if not (0 <= service.starts_in < count and 0 <= service.ends_in < count):
                message = f"service {service.code} is between places that are not there"
                raise ProblemError(message)
            if any(not 0 <= depot < len(self.depots) for depot in service.depots):
                message = f"service {service.code} names a depot that is not there"
                raise ProblemError(message)

    def day_of(self, moment: int) -> int:
        """Return the day of operations of a moment, counted from the first."""
        return (moment + self.roads.utc_offset - self.day_cut_seconds) // DAY

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)
