"""Judge a dispatch plan rule by rule. Shares nothing with the solver but the problem."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from sportsbrain.brain.dispatch.plan import DispatchPlan, Tour
from sportsbrain.brain.dispatch.problem import Problem, Request, Vehicle
from sportsbrain.vocabulary.planning import Fault, Score

RULES = (
    "unknown_stop",
    "not_once",
    "window",
    "way",
    "seats",
    "ride",
    "tour_too_long",
    "shift",
    "other_vehicle",
)
SLACK = 1e-5


def check(problem: Problem, plan: DispatchPlan) -> Score:
    """Return the faults, the cost of all ways, and the price of those who are refused."""
    requests = {request.code: request for request in problem.requests}
    vehicles = {vehicle.code: vehicle for vehicle in problem.vehicles}
    faults: list[Fault] = []
    travel = 0.0
    seen: dict[str, list[str]] = defaultdict(list)
    for tour in plan.tours:
        known = tour.vehicle in vehicles and all(s.request in requests for s in tour.stops)
        if not known:
            text = f"{tour.vehicle}: a vehicle or request that is not there"
            faults.append(Fault(rule="unknown_stop", text=text, units=(tour.vehicle,)))
            continue
        for stop in tour.stops:
            seen[stop.request].append(f"{tour.vehicle}{'+' if stop.is_pickup else '-'}")
        travel += _ways(problem, vehicles[tour.vehicle], tour, requests)
        faults += [
            Fault(rule=rule, text=f"{tour.vehicle}: {text}", units=(tour.vehicle,))
            for rule, text in _tour(problem, vehicles[tour.vehicle], tour, requests)
        ]
    faults += _once(plan, requests, seen)
    missed = sum(requests[code].refusal_cost for code in plan.refused if code in requests)
    weights = {"travel": 1.0, "refused": 1.0}
    return Score(faults=tuple(faults), soft={"travel": travel, "refused": missed}, weights=weights)


def _place(request: Request, is_pickup: bool) -> int:  # noqa: FBT001  # a stop is one or the other
    return request.from_place if is_pickup else request.to_place


def _ways(problem: Problem, vehicle: Vehicle, tour: Tour, requests: dict[str, Request]) -> float:
    if not tour.stops:
        return 0.0
    places = [_place(requests[s.request], s.is_pickup) for s in tour.stops]
    marks = [vehicle.starts_in, *places, vehicle.ends_in]
    return sum(problem.costs[a][b] for a, b in pairwise(marks))


def _tour(
    problem: Problem, vehicle: Vehicle, tour: Tour, requests: dict[str, Request]
) -> Iterator[tuple[str, str]]:
    if tour.leaves_at < vehicle.from_at - SLACK or tour.back_at > vehicle.until + SLACK:
        yield "shift", f"on the road from {tour.leaves_at:g} to {tour.back_at:g}"
    if vehicle.duration_max and tour.back_at - tour.leaves_at > vehicle.duration_max + SLACK:
        yield (
            "tour_too_long",
            f"{tour.back_at - tour.leaves_at:g}, at most {vehicle.duration_max:g}",
        )
    here, free, on_board = vehicle.starts_in, tour.leaves_at, 0
    boarded: dict[str, float] = {}
    for stop in tour.stops:
        request = requests[stop.request]
        there = _place(request, stop.is_pickup)
        if stop.at < free + problem.times[here][there] - SLACK:
            yield "way", f"at {stop.request} at {stop.at:g}, before it can be there"
        window = request.pickup_window if stop.is_pickup else request.dropoff_window
        if not window[0] - SLACK <= stop.at <= window[1] + SLACK:
            yield "window", f"at {stop.request} at {stop.at:g}, window {window[0]:g}..{window[1]:g}"
        on_board += request.people if stop.is_pickup else -request.people
        if on_board > vehicle.seats:
            yield "seats", f"{on_board} people in {vehicle.seats} seats after {stop.request}"
        free = stop.at + (request.boarding if stop.is_pickup else request.leaving)
        here = there
        if stop.is_pickup:
            boarded[stop.request] = free
        elif (
            request.ride_max and stop.at - boarded.get(stop.request, 0.0) > request.ride_max + SLACK
        ):
            yield "ride", f"{stop.request} rides {stop.at - boarded.get(stop.request, 0.0):g}"
    if tour.stops and tour.back_at < free + problem.times[here][vehicle.ends_in] - SLACK:
        yield "way", "is back before it can be"


def _once(
    plan: DispatchPlan, requests: dict[str, Request], seen: dict[str, list[str]]
) -> Iterator[Fault]:
    for code, request in requests.items():
        stops = seen.get(code, [])
        if request.vehicle and any(stop[:-1] != request.vehicle for stop in stops):
            text = f"{code} sits in {request.vehicle} and is brought by another"
            yield Fault(rule="other_vehicle", text=text, units=(code,))
        refused = plan.refused.count(code)
        # picked up and then dropped off by one vehicle, or refused
        good = len(stops) == 2 and stops[0].endswith("+") and stops[0][:-1] + "-" == stops[1]
        if not ((good and refused == 0) or (not stops and refused == 1)):
            text = f"{code} is neither carried once nor refused once"
            yield Fault(rule="not_once", text=text, units=(code,))
