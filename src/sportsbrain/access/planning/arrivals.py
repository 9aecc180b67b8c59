"""
What arrivals and departures need: desks by quarter of an hour, buses, beds on the night.

Who is at a port when is demand (`brain/demand`). Desks are lanes of a queue (`brain/crowd`), buses
trips that a fleet drives (`brain/fleet`); both are proved or bounded there and judged by the checks
of each.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sportsbrain.access.planning.flows import (
    attendance_rows,
    check_out_halls,
    departures_of,
    ports_problem,
    profile_of,
)
from sportsbrain.access.planning.halls import Hall, halls_of
from sportsbrain.access.queries import Traveller, travellers
from sportsbrain.brain.crowd.check import late_quarters
from sportsbrain.brain.crowd.ingress import served
from sportsbrain.brain.crowd.lanes import LanePlan, LanesShortError, least_lanes
from sportsbrain.brain.crowd.problem import QUARTER
from sportsbrain.brain.demand.plan import Profile
from sportsbrain.brain.demand.problem import Problem as DemandProblem
from sportsbrain.brain.fleet import check as fleet_check
from sportsbrain.brain.fleet.plan import FleetPlan, plan_of_rows, rows_of
from sportsbrain.brain.fleet.problem import Depot, Need, Place, Problem, Roads, Service
from sportsbrain.brain.fleet.solve import solve as solve_fleet
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import (
    Sources,
    load_slice_rules,
    version_items,
    version_of,
    version_row,
)
from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.people import Direction
from sportsbrain.vocabulary.planning import Fault, Order, Progress, Score, Term

PLANNER = "arrivals"
VILLAGE = "village"
DAY = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The halls of all ports and days, who comes, and the rules they were made with."""

    halls: tuple[Hall, ...]
    people: tuple[Traveller, ...]
    leaving: tuple[Traveller, ...]
    demand: DemandProblem
    profile: Profile
    rules: dict[str, Any]
    ports: dict[str, float]
    epoch: dt.datetime
    offset: int
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of halls and rules."""
        return frozen.fingerprint(_Asked(halls=self.halls, rules=str(sorted(self.rules.items()))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    halls: tuple[Hall, ...]
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a version keeps beside its items."""

    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None


def build_arrivals(*, games: GamesRow, order: Order) -> Built:
    """
    Return the arrivals and departures of a Games by port and day.

    Raises
    ------
    NothingToPlanError
        When nobody's arrival or departure is known, or at a port without a ride to the village.

    """
    del order
    rules = load_slice_rules("access", games.rules_name)["arrivals"]
    people = travellers(games=games, direction=Direction.ARRIVAL)
    leaving = travellers(games=games, direction=Direction.DEPARTURE)
    if not people and not leaving:
        message = (
            "nobody's arrival or departure is known:"
            f" sportsbrain import-arrivals FILE --games {games.code}"
        )
        raise NothingToPlanError(message)
    ports = {row["code"]: float(row["ride_minutes"]) for row in rules["ports"]}
    strange = sorted({person.port for person in (*people, *leaving)} - ports.keys())
    if strange:
        message = f"no ride is known from {', '.join(strange)}: add it to [[arrivals.ports]]"
        raise NothingToPlanError(message)
    epoch = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC)
    demand = ports_problem((*people, *leaving), rules, tuple(ports), epoch)
    profile = profile_of(demand, lambda: 0.0)
    zero = epoch + dt.timedelta(seconds=games.utc_offset)
    return Built(
        halls=(
            *halls_of(people, rules, epoch, games.utc_offset),
            *check_out_halls(profile, leaving, rules, ports, zero),
        ),
        people=people,
        leaving=leaving,
        demand=demand,
        profile=profile,
        rules=rules,
        ports=ports,
        epoch=epoch,
        offset=games.utc_offset,
        assumptions=(
            f"{rules['walk_minutes']:g} min to the bags and {rules['bag_minutes']:g} min a bag,"
            f" {rules['desk_seconds']:g} s at a desk,"
            f" carriers late by {rules['delay_minutes']:g} min",
            f"{rules['check_out_minutes']:g} min from the check-out to the bus,"
            f" {rules['check_out_seconds']:g} s at its desk",
        ),
    )


def plan_arrivals(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress and return the drafted version."""
    began = clock()
    built = build_arrivals(games=games, order=order)
    halls: dict[str, dict[str, Any]] = {}
    reasons: list[str] = []
    bound = 0.0
    for hall in built.halls:
        row, least, why = yield from _desks(hall, order.seed, clock, began)
        halls[hall.code] = row
        bound += least * built.rules["desk_cost"]
        reasons += [why] if why else []
    problem = buses_problem(built, halls)
    left = max(5.0, order.seconds - (clock() - began))
    stop = replace(order.stop(), seconds=left)
    fleet = yield from solve_fleet(problem, seed=order.seed, stop=stop, clock=clock)
    items = {"halls": halls, "buses": rows_of(fleet), **attendance_rows(built.demand)}
    score = score_of(built=built, items=items)
    hours = sum(sum(row["desks"]) for row in halls.values()) * QUARTER / 3600
    desks = Term(key="desk_hours", value=hours, weight=built.rules["desk_cost"],
                 bound=bound / built.rules["desk_cost"])  # fmt: skip
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER,
            title=f"{len(built.people):,} arrivals, {len(built.leaving):,} departures",
            problem_hash=built.problem_hash,
            answer=_Answer(
                objective=score.objective,
                bound=bound + fleet.bound,
                terms=(desks, *fleet.terms),
                seed=order.seed,
                solver=f"lanes + {fleet.solver}",
                seconds=clock() - began,
                first_feasible_seconds=clock() - began,
            ),
            score=score,
            items=items,
            reasons=tuple(reasons),
            facts={**_facts(games, built, halls, fleet), "assumptions": list(built.assumptions)},
            order=order,
        ),
        actor=actor,
        run_id=run_id,
        now=now(),
    )


def _desks(
    hall: Hall, seed: int, clock: Callable[[], float], began: float
) -> Generator[Progress, bool, tuple[dict[str, Any], float, str]]:
    """Return what a version keeps of a hall, the bound of its desk-hours, and what fell short."""
    days = hall.days()
    opens_at, quarters = hall.hours(days)
    empty = hall.bank((0,) * quarters, opens_at)
    plan: LanePlan | None = None
    why, desks = "", (hall.desks_max,) * quarters
    bound = proved = 0.0
    is_content = yield Progress(step="desks", seconds=clock() - began, note=hall.code)
    steps = least_lanes(
        empty,
        days,
        lanes_max=hall.desks_max,
        promise_seconds=hall.promise_seconds,
        promise_share=hall.promise_share,
        seed=seed,
        clock=clock,
    )
    try:
        next(steps)
        while True:
            steps.send(is_content)
    except StopIteration as end:
        plan = end.value
    except LanesShortError as error:
        why = str(error)
    if plan is not None:
        desks, bound, proved = plan.open_lanes, plan.bound, plan.proved
    comes, takes = days[0]
    ready = served(hall.bank(desks, opens_at), comes, takes) + takes
    row = {
        "port": hall.port,
        "date": hall.date,
        "people": hall.people,
        "bags": hall.bags,
        "opens_at": opens_at,
        "desks": list(desks),
        "bound": bound,
        "proved": proved,
        "constant": plan.constant if plan else None,
        "comes": _by_quarter(comes, opens_at, quarters),
        "ready": _by_quarter(ready, opens_at, quarters + 4),
    }
    return row, bound, why


def _by_quarter(moments: Any, opens_at: float, quarters: int) -> list[int]:
    """Return how many of some moments lie in each quarter."""
    known = moments[np.isfinite(moments)]
    at = np.clip((known - opens_at) // QUARTER, 0, quarters - 1).astype(int)
    return [int(n) for n in np.bincount(at, minlength=quarters)]


def buses_problem(built: Built, halls: dict[str, dict[str, Any]]) -> Problem:
    """
    Return the trips between ports and village, in buses that hold the bags.

    Who comes is carried when ready; who goes is at the port hours before the flight.
    """
    rules = built.rules
    names = [*built.ports, VILLAGE]
    seconds = [
        [
            0 if a == b else int(60 * max(built.ports.get(a, 0.0), built.ports.get(b, 0.0)))
            for b in names
        ]
        for a in names
    ]
    services = []
    for n, port in enumerate(built.ports):
        rows = [row for row in halls.values() if row["port"] == port]
        if not rows:
            continue
        services.append(
            Service(
                code=f"{port} → {VILLAGE}",
                client_group="arrivals",
                starts_in=n,
                ends_in=len(names) - 1,
                seats=_seats(
                    rules, sum(row["bags"] for row in rows), sum(row["people"] for row in rows)
                ),
                needs=tuple(_needs(rows, rules)),
            )
        )
    services += _ways_out(built, names)
    return Problem(
        places=tuple(Place(code=name) for name in names),
        depots=(
            Depot(
                code="Arrivals depot",
                place=len(names) - 1,
                vehicles_max=rules["vehicles_max"],
                vehicle_cost=rules["vehicle_cost"],
            ),
        ),
        services=tuple(services),
        roads=Roads(
            median_seconds=tuple(tuple(row) for row in seconds),
            hour_factors=(1.0,) * 24,
            utc_offset=built.offset,
        ),
    )


def _ways_out(built: Built, names: list[str]) -> list[Service]:
    """Return the services from the village to the ports."""
    rules = built.rules
    found = []
    for flow in departures_of(built.profile):
        some = [person for person in built.leaving if person.port == flow.place]
        found.append(
            Service(
                code=f"{VILLAGE} → {flow.place}",
                client_group="departures",
                starts_in=len(names) - 1,
                ends_in=names.index(flow.place),
                seats=_seats(rules, sum(person.bags for person in some), len(some)),
                needs=tuple(
                    Need(
                        code=f"{VILLAGE} {flow.place} {flow.comes.starts_at + n * QUARTER}",
                        people=int(people),
                        is_arrival=True,
                        from_at=flow.comes.starts_at + (n - 1) * QUARTER,
                        by_at=flow.comes.starts_at + (n + 1) * QUARTER,
                    )
                    for n, people in enumerate(flow.comes.values)
                    if people
                ),
            )
        )
    return found


def _seats(rules: dict[str, Any], bags: int, people: int) -> int:
    """Return how many people a bus takes with their bags."""
    each = bags / max(1, people)
    return max(1, min(int(rules["seats"]), int(rules["bags_a_bus"] / max(0.1, each))))


def _needs(rows: list[dict[str, Any]], rules: dict[str, Any]) -> Generator[Need, None, None]:
    hold = int(60 * rules["hold_minutes"])
    for row in rows:
        for n, people in enumerate(row["ready"]):
            if people:
                from_at = int(row["opens_at"]) + (n + 1) * QUARTER
                yield Need(
                    code=f"{row['port']} {row['date']} {n}",
                    people=people,
                    is_arrival=False,
                    from_at=from_at,
                    by_at=from_at + hold,
                )


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent checks say of desks and of buses."""
    faults: list[Fault] = []
    hours = 0.0
    for hall in built.halls:
        row = items["halls"].get(hall.code)
        if row is None:
            faults.append(
                Fault(rule="no_desks", text=f"{hall.code} has no desks", places=(hall.port,))
            )
            continue
        desks = tuple(row["desks"])
        hours += sum(desks) * QUARTER / 3600
        if max(desks) > hall.desks_max:
            text = f"{hall.code} opens {max(desks)} desks, {hall.desks_max} are there"
            faults.append(Fault(rule="too_many", text=text, places=(hall.port,)))
        late = late_quarters(
            opens_at=row["opens_at"],
            open_lanes=desks,
            days=hall.days(),
            promise_seconds=hall.promise_seconds,
            promise_share=hall.promise_share,
        )
        if late:
            text = f"{hall.code} is late in {len(late)} quarters, first in {late[0] + 1}"
            faults.append(Fault(rule="promise", text=text, places=(hall.port,)))
    buses = fleet_check.check(buses_problem(built, items["halls"]), plan_of_rows(items["buses"]))
    return Score(
        faults=(*faults, *buses.faults),
        soft={"desk_hours": hours, **buses.soft},
        weights={"desk_hours": built.rules["desk_cost"], **buses.weights},
    )


def _facts(
    games: GamesRow, built: Built, halls: dict[str, dict[str, Any]], fleet: FleetPlan
) -> dict[str, Any]:
    vehicles: Counter[int] = Counter(int(block.code.split("/")[0]) for block in fleet.blocks)
    constants = [row["constant"] for row in halls.values()]
    return {
        "people": len(built.people),
        "bags": sum(person.bags for person in built.people),
        "leaving": len(built.leaving),
        "leaving_bags": sum(person.bags for person in built.leaving),
        "fullest": [list(peak) for peak in built.profile.peaks],
        "days": len({row["date"] for row in halls.values()}),
        "desk_hours": sum(sum(row["desks"]) for row in halls.values()) * QUARTER / 3600,
        "constant_desk_hours": None if None in constants else sum(
            row["constant"] * len(row["desks"]) * QUARTER / 3600 for row in halls.values()
        ),
        "desks_most": max((max(row["desks"]) for row in halls.values()), default=0),
        "quarters": sum(len(row["desks"]) for row in halls.values()),
        "quarters_proved": int(sum(row["proved"] for row in halls.values())),
        "vehicles": max(vehicles.values(), default=0),
        "trips": len(fleet.departures),
        **_beds(games, built),
    }  # fmt: skip


def _beds(games: GamesRow, built: Built) -> dict[str, Any]:
    """Return how arrivals meet the beds of the room plan: too early, too late, without one."""
    number = version_of(games_id=games.id, planner="rooms", sources=Sources())
    if number is None:
        return {"beds": None}
    items = version_items(games_id=games.id, planner="rooms", number=number)
    statistics = version_row(games_id=games.id, planner="rooms", number=number).statistics
    first = dt.date.fromisoformat(statistics["first_night"])
    found: dict[str, int] = defaultdict(int)
    for person in built.people:
        if person.client_group != "athletes":
            continue
        if person.code not in items:
            found["without"] += 1
            continue
        day = ((person.at + dt.timedelta(seconds=built.offset)).date() - first).days
        planned = int(items[person.code][2])
        found["early" if day < planned else "late" if day > planned else "on the night"] += 1
    return {"beds": dict(found), "rooms": number}
