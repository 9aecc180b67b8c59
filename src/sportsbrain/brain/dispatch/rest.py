"""What is left of a day at a moment: who is on board, where vehicles are, what is to do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sportsbrain.brain.dispatch.plan import DispatchPlan, Stop, Tour
from sportsbrain.brain.dispatch.problem import Problem, Request, Vehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """
    A vehicle whose next stop will be later than planned.

    Parameters
    ----------
    following
        (request, whether it is the pickup) of that stop; None: the first one planned later than
        now.

    """

    seconds: float
    following: tuple[str, bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """
    A vehicle that is on the road or late.

    Parameters
    ----------
    left_at
        When it left for its tour.
    place, free_at
        Where it can be sent elsewhere from, and when.
    aboard
        (request, end of its boarding) of who sits in it, in the order in which they are to leave.
    made
        The stops it has made.
    late
        How late it has been reported, all reports together.

    """

    vehicle: str
    left_at: float
    place: int
    free_at: float
    aboard: tuple[tuple[str, float], ...] = ()
    made: tuple[Stop, ...] = ()
    late: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """
    A day at a moment.

    Parameters
    ----------
    done
        Requests that have been carried.
    wait
        (request, longer than its windows say) of who can't be in time any more.

    """

    at: float
    positions: tuple[Position, ...] = ()
    done: tuple[str, ...] = ()
    wait: tuple[tuple[str, float], ...] = ()


def underway_at(
    problem: Problem,
    plan: DispatchPlan,
    *,
    at: float,
    late: Mapping[str, Late],
    before: Underway | None = None,
) -> Underway:
    """
    Return where a day stands at a moment when the stops of a plan were made as planned.

    ``plan`` is that of the whole day, or of what was left at ``before``. A vehicle that must have
    left for its next stop goes there; one that may still wait is free where it is.
    """
    tours = {tour.vehicle: tour for tour in plan.tours}
    earlier = {position.vehicle: position for position in before.positions} if before else {}
    reader = _Reader(problem, at)
    positions = tuple(
        position
        for vehicle in problem.vehicles
        if (
            position := reader.position(
                vehicle,
                tours.get(vehicle.code),
                late.get(vehicle.code),
                earlier.get(vehicle.code),
            )
        )
        is not None
    )
    done = (*(before.done if before else ()), *reader.done)
    return Underway(at=at, positions=positions, done=done, wait=before.wait if before else ())


class _Reader:
    """Read positions from tours."""

    def __init__(self, problem: Problem, at: float) -> None:
        self.times = problem.times
        self.requests = {request.code: request for request in problem.requests}
        self.at = at
        self.done: list[str] = []

    def position(
        self, vehicle: Vehicle, tour: Tour | None, late: Late | None, before: Position | None
    ) -> Position | None:
        """Return where a vehicle is free; None while it has not left and nobody says it is late."""
        stops = [s for s in (tour.stops if tour else ()) if s.request in self.requests]
        made = self._made(stops, late)
        delay = late.seconds if late else 0.0
        if before is None and not made and not late and not self._has_left(vehicle, stops):
            return None
        now = before or Position(
            vehicle=vehicle.code,
            left_at=tour.leaves_at if tour else self.at,
            place=vehicle.starts_in,
            free_at=max(vehicle.from_at, tour.leaves_at if tour else 0.0),
        )
        # who has cancelled since is no longer somebody to bring
        aboard = tuple(row for row in now.aboard if row[0] in self.requests)
        now = self._after(replace(now, aboard=aboard), stops[:made])
        if made < len(stops):
            there, way = self._way(now.place, stops[made])
            leaves = stops[made].at - way
            if self.at >= leaves:
                now = replace(now, place=there, free_at=stops[made].at + delay)
            elif delay:
                now = replace(now, free_at=max(now.free_at, leaves + delay))
        elif delay:
            now = replace(now, free_at=max(now.free_at, self.at) + delay)
        return replace(now, free_at=max(now.free_at, self.at), late=now.late + delay)

    def _made(self, stops: list[Stop], late: Late | None) -> int:
        """Return how many stops have been made."""
        if late and late.following:
            for number, stop in enumerate(stops):
                if (stop.request, stop.is_pickup) == late.following:
                    return number
        return sum(1 for stop in stops if stop.at <= self.at)

    def _has_left(self, vehicle: Vehicle, stops: list[Stop]) -> bool:
        if not stops:
            return False
        _, way = self._way(vehicle.starts_in, stops[0])
        return self.at >= stops[0].at - way

    def _way(self, place: int, stop: Stop) -> tuple[int, float]:
        request = self.requests[stop.request]
        there = request.from_place if stop.is_pickup else request.to_place
        return there, self.times[place][there]

    def _after(self, now: Position, stops: list[Stop]) -> Position:
        """Return the position after more stops, and note who has been carried."""
        boarded, aboard, made = dict(now.aboard), dict(now.aboard), list(now.made)
        place, free = now.place, now.free_at
        for stop in stops:
            if stop.is_pickup and stop.request in boarded:
                continue  # they sat in it already
            request = self.requests[stop.request]
            place, _ = self._way(place, stop)
            made.append(stop)
            if stop.is_pickup:
                free = stop.at + request.boarding
                aboard[stop.request] = free
            else:
                free = stop.at + request.leaving
                aboard.pop(stop.request, None)
                self.done.append(stop.request)
        return replace(
            now, place=place, free_at=free, aboard=tuple(aboard.items()), made=tuple(made)
        )


def rest_of(problem: Problem, underway: Underway) -> Problem:
    """
    Return the problem of what is left to do of a day.

    Who is on board stays in the vehicle, and may come as late as the order of `Position.aboard`
    makes them; everybody else keeps the windows unless ``wait`` says longer. The shift of a late
    vehicle may end as much later, and as late as who is on board needs.
    """
    positions = {position.vehicle: position for position in underway.positions}
    wait, done = dict(underway.wait), set(underway.done)
    requests = {request.code: request for request in problem.requests}
    aboard: dict[str, Request] = {}
    vehicles = []
    for vehicle in problem.vehicles:
        position = positions.get(vehicle.code)
        if position is None:
            vehicles.append(replace(vehicle, from_at=max(vehicle.from_at, underway.at)))
            continue
        own, back = _aboard(problem, vehicle, position, requests)
        aboard |= {request.code: request for request in own}
        away = position.free_at - position.left_at - position.late
        vehicles.append(
            replace(
                vehicle,
                starts_in=position.place,
                from_at=position.free_at,
                until=max(vehicle.until + position.late, back),
                duration_max=max(vehicle.duration_max - away, back - position.free_at)
                if vehicle.duration_max
                else 0.0,
            )
        )
    left = [
        aboard.get(request.code) or _waiting(request, wait.get(request.code, 0.0))
        for request in problem.requests
        if request.code not in done
    ]
    return replace(problem, vehicles=tuple(vehicles), requests=tuple(left))


ABOARD = 1000.0  # times the price of refusing: nobody is put out on the road


def _aboard(
    problem: Problem, vehicle: Vehicle, position: Position, requests: Mapping[str, Request]
) -> tuple[list[Request], float]:
    """Return who sits in a vehicle as requests of its own, and when it is back with them."""
    place, at = position.place, position.free_at
    found = []
    for code, boarded in position.aboard:
        request = requests.get(code)
        if request is None:
            continue
        at = max(at + problem.times[place][request.to_place], request.dropoff_window[0])
        ride = 0.0
        if request.ride_max:
            ride = max(request.ride_max - (position.free_at - boarded), at - position.free_at)
        found.append(
            replace(
                request,
                from_place=position.place,
                pickup_window=(position.free_at, position.free_at),
                boarding=0.0,
                dropoff_window=(request.dropoff_window[0], max(request.dropoff_window[1], at)),
                ride_max=ride,
                refusal_cost=request.refusal_cost * ABOARD,
                vehicle=position.vehicle,
            )
        )
        place, at = request.to_place, at + request.leaving
    return found, at + problem.times[place][vehicle.ends_in]


def _waiting(request: Request, longer: float) -> Request:
    if not longer:
        return request
    (first, last), (earliest, latest) = request.pickup_window, request.dropoff_window
    return replace(
        request,
        pickup_window=(first, last + longer),
        dropoff_window=(earliest, latest + longer),
    )


def tours_of(problem: Problem, plan: DispatchPlan, underway: Underway) -> tuple[Tour, ...]:
    """Return the tours of the whole day: the stops that were made, then those of the rest."""
    later = {tour.vehicle: tour for tour in plan.tours}
    positions = {position.vehicle: position for position in underway.positions}
    found = []
    for vehicle in problem.vehicles:
        position, tour = positions.get(vehicle.code), later.get(vehicle.code)
        if position is None:
            found += [tour] if tour else []
            continue
        riding = {code for code, _ in position.aboard}
        after = [
            s for s in (tour.stops if tour else ()) if not (s.is_pickup and s.request in riding)
        ]
        home = position.free_at + problem.times[position.place][vehicle.ends_in]
        if position.made or after:
            found.append(
                Tour(
                    vehicle=vehicle.code,
                    leaves_at=position.left_at if position.made else position.free_at,
                    stops=(*position.made, *after),
                    back_at=tour.back_at if tour else home,
                )
            )
    return tuple(found)
