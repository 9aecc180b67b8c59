"""
Arrivals and departures as demand: who is at which port in which quarter of an hour.

Each carrier is an attendance at its port (`brain/demand`): people of an arrival are there from the
landing until they leave, people of a departure come hours before it. The same attendances go into
the version, where the demand of the whole Games reads them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from sportsbrain.access.planning.halls import Hall
from sportsbrain.access.queries import CHECK_OUT, Traveller
from sportsbrain.brain.crowd.problem import QUARTER
from sportsbrain.brain.demand.plan import Flow, Profile
from sportsbrain.brain.demand.problem import Attendance, Curve, Problem
from sportsbrain.brain.demand.solve import solve
from sportsbrain.vocabulary.planning import Stop

GROUPS = {"arrival": "arrivals", "departure": "departures"}


def ports_problem(
    people: tuple[Traveller, ...], rules: dict[str, Any], ports: tuple[str, ...], epoch: dt.datetime
) -> Problem:
    """Return the demand problem of the ports: every flight and train with its people."""
    counted: Counter[tuple[str, str, str, int]] = Counter()
    for person in people:
        at = int((person.at - epoch).total_seconds())
        counted[person.direction, person.port, person.carrier, at] += 1
    place = {port: n for n, port in enumerate(ports)}
    return Problem(
        places=ports,
        places_max=(0,) * len(ports),
        attendances=tuple(
            Attendance(
                code=f"{carrier} {port} {at}",
                kind=direction,
                client_group=GROUPS[direction],
                home=-1,
                place=place[port],
                starts_at=at,
                ends_before=at + 1,
                people=n,
            )
            for (direction, port, carrier, at), n in sorted(counted.items())
        ),
        curves=tuple(
            Curve(
                client_group=GROUPS[row["kind"]],
                kind=row["kind"],
                comes=tuple((int(q), float(s)) for q, s in row["comes"]),
                goes=tuple((int(q), float(s)) for q, s in row["goes"]),
            )
            for row in rules["curves"]
        ),
    )


def profile_of(problem: Problem, clock: Callable[[], float]) -> Profile:
    """Return who is at each port by quarter of an hour."""
    steps = solve(problem, seed=1, stop=Stop(), clock=clock)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        found: Profile = end.value
    return found


def departures_of(profile: Profile) -> tuple[Flow, ...]:
    """Return the flows of people who leave the Games."""
    return tuple(flow for flow in profile.flows if flow.client_group == GROUPS["departure"])


def check_out_halls(
    profile: Profile,
    people: tuple[Traveller, ...],
    rules: dict[str, Any],
    ports: dict[str, float],
    clock_zero: dt.datetime,
) -> tuple[Hall, ...]:
    """
    Return the desks of the village where people hand back keys and bags before their bus.

    People come so long before their bus that the desk's promise and the way to the bus fit in.
    ``ports``: minutes of the ride; ``clock_zero``: the epoch on the host's clock.
    """
    bags = Counter[str]()
    heads = Counter[str]()
    for person in people:
        if person.direction == "departure":
            bags[person.port] += person.bags
            heads[person.port] += 1
    comes: dict[str, list[tuple[int, str, int, int]]] = {}
    for flow in departures_of(profile):
        each = bags[flow.place] / max(1, heads[flow.place])
        for n, value in enumerate(flow.comes.values):
            if value:
                at = int(
                    flow.comes.starts_at + n * QUARTER
                    - 60 * ports[flow.place] - 60 * rules["check_out_minutes"]
                )  # fmt: skip
                date = (clock_zero + dt.timedelta(seconds=at)).date().isoformat()
                row = (at, f"{flow.place} {n}", int(value), round(value * each))
                comes.setdefault(date, []).append(row)
    return tuple(
        Hall(
            port=CHECK_OUT,
            date=date,
            landings=tuple(sorted(rows)),
            walk_seconds=0.0,
            bag_seconds=0.0,
            spread=0.0,
            delay_seconds=60.0 * rules["delay_minutes"],
            desk_seconds=rules["check_out_seconds"],
            desk_cv=rules["desk_cv"],
            desks_max=rules["check_out_desks_max"],
            promise_seconds=60.0 * rules["promise_minutes"],
            promise_share=rules["promise_share"],
            draws=rules["draws"],
        )
        for date, rows in sorted(comes.items())
    )


def attendance_rows(problem: Problem) -> dict[str, Any]:
    """Return attendances and curves as a version keeps them, places by name."""
    return {
        "attendances": [
            [a.code, a.kind, a.client_group, problem.places[a.place], a.starts_at, a.people]
            for a in problem.attendances
        ],
        "curves": [list(astuple(curve)) for curve in problem.curves],
    }
