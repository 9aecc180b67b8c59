"""
The dispatch problem: requests to be fetched and brought, vehicles, windows, longest rides.

Times are numbers in one unit (seconds in the Games, minutes or anything in published instances).
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """
    A car or minibus.

    Parameters
    ----------
    starts_in, ends_in
        Places, as indices.
    from_at, until
        When it may be on the road.
    duration_max
        Longest time between leaving and coming back; 0 for no limit.

    """

    code: str
    seats: int
    starts_in: int
    ends_in: int
    from_at: float = 0.0
    until: float = 1e9
    duration_max: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    People to be fetched and brought.

    Parameters
    ----------
    pickup_window, dropoff_window
        When boarding and leaving may begin.
    ride_max
        Longest time between the end of boarding and the beginning of leaving; 0 for no limit.
    refusal_cost
        Price of not carrying them.
    vehicle
        The only one that may carry them, because they sit in it; empty for any.

    """

    code: str
    people: int
    from_place: int
    to_place: int
    pickup_window: tuple[float, float]
    dropoff_window: tuple[float, float]
    boarding: float = 0.0
    leaving: float = 0.0
    ride_max: float = 0.0
    refusal_cost: float = 1e6
    vehicle: str = ""

    def __post_init__(self) -> None:
        for name, (first, last) in (
            ("pickup", self.pickup_window),
            ("dropoff", self.dropoff_window),
        ):
            if last < first:
                message = f"request {self.code}: the {name} window ends before it begins"
                raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Everything a dispatch plan is judged by.

    Parameters
    ----------
    times, costs
        Between places, shape (places, places).

    """

    times: tuple[tuple[float, ...], ...]
    costs: tuple[tuple[float, ...], ...]
    vehicles: tuple[Vehicle, ...]
    requests: tuple[Request, ...]

    def __post_init__(self) -> None:
        places = len(self.times)
        if len(self.costs) != places:
            message = "times and costs are between the same places"
            raise ProblemError(message)
        for request in self.requests:
            if not (0 <= request.from_place < places and 0 <= request.to_place < places):
                message = f"request {request.code} is between places that are not there"
                raise ProblemError(message)
        vehicles = {vehicle.code for vehicle in self.vehicles}
        for request in self.requests:
            if request.vehicle and request.vehicle not in vehicles:
                message = f"request {request.code} sits in {request.vehicle}, which is not there"
                raise ProblemError(message)
        codes = [request.code for request in self.requests]
        if len(set(codes)) != len(codes):
            message = "two requests have one code"
            raise ProblemError(message)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)
