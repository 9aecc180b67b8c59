"""What a bus network means for people, money and energy, read from the plan itself."""

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

from sportsbrain.brain.fleet.plan import FleetPlan
from sportsbrain.brain.fleet.problem import Problem
from sportsbrain.transport.planning.ways import road_km
from sportsbrain.vocabulary.planning import Score

NORMAL = NormalDist()
Places = tuple[tuple[str, float, float], ...]


def figures_of(
    *, problem: Problem, plan: FleetPlan, places: Places, score: Score, rules: Mapping[str, Any]
) -> dict[str, float]:
    """Return the figures of a network that its statistics keep."""
    km = kilometres(problem, plan, places)
    carried = sum(d.load for d in plan.departures)
    wanted = sum(need.people for service in problem.services for need in service.needs)
    paid = ("vehicle_days", "dead_hours", "service_hours")
    return {
        "late_riders": round(late_riders(problem, plan), 1),
        "not_carried": wanted - carried,
        "kilometres": round(km),
        "energy_kwh": round(km * rules["kwh_per_km"]),
        "cost": round(sum(score.soft[key] * score.weights[key] for key in paid)),
    }


def late_riders(problem: Problem, plan: FleetPlan) -> float:
    """
    Return how many riders are expected after the end of their window.

    A departure that has the planned minutes until then is late with 1 − percentile; one with more
    time is late less often, by the same log-normal running times.
    """
    services = {service.code: service for service in problem.services}
    needs = {(s.code, n.code): n for s in problem.services for n in s.needs}
    roads, expected = problem.roads, 0.0
    for departure in plan.departures:
        service = services[departure.service]
        median = roads.median_seconds[service.starts_in][service.ends_in]
        usual = median * roads.factor(departure.departs_at)
        for code, people in departure.riders:
            need = needs[departure.service, code]
            if need.is_arrival and usual > 0:
                left = max(1, need.by_at - departure.departs_at)
                expected += people * (1 - NORMAL.cdf(math.log(left / usual) / roads.spread))
    return expected


def kilometres(problem: Problem, plan: FleetPlan, places: Places) -> float:
    """Return the kilometres of all blocks, empty runs from, to and between trips included."""
    services = {service.code: service for service in problem.services}
    ends = {
        d.code: (services[d.service].starts_in, services[d.service].ends_in)
        for d in plan.departures
    }
    depots = {depot.code: depot.place for depot in problem.depots}
    table = [[road_km(one, other) for other in places] for one in places]
    total = 0.0
    for block in plan.blocks:
        at = depots[block.depot]
        for trip in block.trips:
            start, end = ends[trip]
            total += table[at][start] + table[start][end]
            at = end
        total += table[at][depots[block.depot]]
    return total
