"""Departures from demand, then day by day the blocks and duties that drive them."""

import math
from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace

from sportsbrain.brain.fleet.plan import Block, Departure, Duty, FleetPlan
from sportsbrain.brain.fleet.problem import BlockProblem, Problem, Service, Trip
from sportsbrain.brain.fleet.solve.blocks import Blocks, solve_blocks
from sportsbrain.brain.fleet.solve.departures import Bays, Left, departures_of, fewest_departures
from sportsbrain.brain.fleet.solve.duties import duties_of
from sportsbrain.brain.fleet.solve.flow import NoFlowError
from sportsbrain.vocabulary.planning import Progress, Stop, Term

SOLVER = "minimum-cost flow (OR-Tools), relaxation dives (HiGHS, PDLP)"


@dataclass(slots=True)
class _Sums:
    """What the days add up to."""

    blocks: list[Block] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    cost: float = 0.0
    bound: float = 0.0
    drivers_least: int = 0
    vehicles: dict[int, int] = field(default_factory=dict)


def solve(
    problem: Problem,
    *,
    seed: int,
    stop: Stop,
    clock: Callable[[], float],
    threads: int = 2,
) -> Generator[Progress, bool, FleetPlan]:
    """
    Yield progress and return the plan; send True to be content with quick blocks from then on.

    There is no chance in it: the seed is kept with the plan and changes nothing.

    Where depots have too few vehicles the plan uses more: `check` names it, `explain` says why.

    """
    began = clock()
    departures, _ = departures_for(problem)
    service, early, least = _hours(problem, departures)
    fixed = service * problem.service_hour_cost + early * problem.early_hour_cost
    fixed_bound = least * problem.service_hour_cost
    days: dict[int, list[Departure]] = defaultdict(list)
    for departure in departures:
        days[problem.day_of(departure.departs_at)].append(departure)
    sums = _Sums()
    first_seconds: float | None = None
    is_hurried = False
    for count, day in enumerate(sorted(days)):
        share = (stop.seconds - (clock() - began)) / (len(days) - count)
        steps = _solved_day(
            blocks_problem(problem, days[day]),
            seconds=0.5 if is_hurried else max(1.0, share),
            clock=clock,
            threads=threads,
        )
        solved = yield from _passed(steps, day=day, began=began, clock=clock)
        _add(problem, days[day], day, solved, sums)
        note = f"day {day + 1}: {len(days[day])} trips, {len(solved.blocks)} vehicles"
        is_hurried = bool(
            (
                yield Progress(
                    step="blocks",
                    seconds=clock() - began,
                    objective=fixed + sums.cost,
                    bound=fixed_bound + sums.bound,
                    note=note,
                )
            )
            or is_hurried
        )
        first_seconds = clock() - began
    return FleetPlan(
        departures=departures,
        blocks=tuple(sums.blocks),
        duties=tuple(sums.duties),
        reserve=reserve_of(problem, max(sums.vehicles.values(), default=0)),
        objective=fixed + sums.cost,
        bound=fixed_bound + sums.bound,
        terms=_terms(problem, departures, sums, (service, early, least)),
        seed=seed,
        solver=SOLVER,
        seconds=clock() - began,
        first_feasible_seconds=first_seconds,
    )


def departures_for(problem: Problem) -> tuple[tuple[Departure, ...], tuple[Left, ...]]:
    """Return the departures of all services, and who can't be carried."""
    bays = Bays(problem)
    found: list[Departure] = []
    left: list[Left] = []
    for service in problem.services:
        some, behind = departures_of(problem, service, bays)
        found += some
        left += behind
    return tuple(found), tuple(left)


def blocks_problem(problem: Problem, departures: list[Departure]) -> BlockProblem:
    """Return the problem of the vehicles of one day."""
    services = {service.code: service for service in problem.services}
    everywhere = tuple(range(len(problem.depots)))
    trips = tuple(
        Trip(
            code=departure.code,
            line=departure.service,
            starts_in=services[departure.service].starts_in,
            ends_in=services[departure.service].ends_in,
            departs_at=departure.departs_at,
            arrives_at=departure.arrives_at,
            depots=services[departure.service].depots or everywhere,
        )
        for departure in departures
    )
    return BlockProblem(
        places=tuple(place.code for place in problem.places),
        depots=problem.depots,
        trips=trips,
        dead_seconds=problem.roads.dead_runs(),
        layover_seconds=problem.layover_seconds,
        dead_cost=problem.dead_cost,
    )


def reserve_of(problem: Problem, vehicles: int) -> int:
    """
    Return the spare buses that keep the promise at the peak.

    Failures come at random and last a while, so the buses missed at one time are Poisson
    (Palm's theorem): the least number that is not exceeded with the promised share.
    """
    mean = vehicles * problem.breakdowns_per_hour * problem.repair_seconds / 3600
    share = term = math.exp(-mean)
    spare = 0
    while share < problem.reserve_promise:
        spare += 1
        term *= mean / spare
        share += term
    return spare


def _solved_day(
    problem: BlockProblem, *, seconds: float, clock: Callable[[], float], threads: int
) -> Generator[Progress, bool, Blocks]:
    """Return the blocks; with more vehicles than there are when those can't drive all trips."""
    try:
        return (yield from solve_blocks(problem, seconds=seconds, clock=clock, threads=threads))
    except NoFlowError:
        depots = tuple(
            replace(depot, vehicles_max=depot.vehicles_max + len(problem.trips))
            for depot in problem.depots
        )
        more = replace(problem, depots=depots)
        return (yield from solve_blocks(more, seconds=seconds, clock=clock, threads=threads))


def _passed(
    steps: Generator[Progress, bool, Blocks], *, day: int, began: float, clock: Callable[[], float]
) -> Generator[Progress, bool, Blocks]:
    """Hand the progress of one day on, on the clock of the whole run."""
    try:
        progress = next(steps)
        while True:
            is_cancelled = yield replace(
                progress,
                seconds=clock() - began,
                objective=None,
                bound=None,
                note=f"day {day + 1} {progress.note}".strip(),
            )
            progress = steps.send(bool(is_cancelled))
    except StopIteration as end:
        found: Blocks = end.value
        return found


def _add(
    problem: Problem, departures: list[Departure], day: int, solved: Blocks, sums: _Sums
) -> None:
    named = tuple(replace(block, code=f"{day:02}/{block.code}") for block in solved.blocks)
    duties, least = duties_of(blocks_problem(problem, departures), named, problem.drivers)
    sums.blocks += named
    sums.duties += [replace(duty, code=f"{day:02}/{duty.code}") for duty in duties]
    sums.cost += solved.objective
    sums.bound += solved.bound
    sums.drivers_least += least
    sums.vehicles[day] = len(named)


def _hours(problem: Problem, departures: tuple[Departure, ...]) -> tuple[float, float, float]:
    """Return the hours in service, the hours riders are early, and the least hours in service."""
    needs = {(s.code, n.code): n for s in problem.services for n in s.needs}
    seconds, early = 0, 0
    for departure in departures:
        seconds += departure.arrives_at - departure.departs_at
        for code, people in departure.riders:
            need = needs[departure.service, code]
            if need.is_arrival:
                early += people * (need.by_at - departure.arrives_at)
            else:
                early += people * (departure.departs_at - need.from_at)
    least = sum(_least_service_seconds(problem, service) for service in problem.services)
    return seconds / 3600, early / 3600, least / 3600


def _least_service_seconds(problem: Problem, service: Service) -> float:
    """Return the least driving of a service: its fewest departures, each at the quickest hour."""
    quickest = min(
        problem.roads.planned(service.starts_in, service.ends_in, hour * 3600) for hour in range(24)
    )
    return fewest_departures(problem, service) * quickest


def _terms(
    problem: Problem,
    departures: tuple[Departure, ...],
    sums: _Sums,
    hours: tuple[float, float, float],
) -> tuple[Term, ...]:
    service, early, least = hours
    vehicle_cost = problem.depots[0].vehicle_cost
    dead = sums.cost - vehicle_cost * len(sums.blocks)
    peaks = _peaks(problem, departures)
    rows = (
        ("vehicle_days", float(len(sums.blocks)), vehicle_cost, peaks),
        ("dead_hours", dead / problem.dead_cost / 3600, problem.dead_cost * 3600, 0.0),
        ("service_hours", service, problem.service_hour_cost, least),
        ("early_hours", early, problem.early_hour_cost, 0.0),
    )
    return tuple(Term(key=k, value=v, weight=w, bound=b) for k, v, w, b in rows)


def _peaks(problem: Problem, departures: tuple[Departure, ...]) -> float:
    """Return the vehicles that are out at one time at least, summed over the days."""
    marks: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for departure in departures:
        day = problem.day_of(departure.departs_at)
        ready = departure.arrives_at + problem.layover_seconds
        marks[day] += [(departure.departs_at, 1), (ready, -1)]
    total = 0
    for steps in marks.values():
        out = most = 0
        for _, step in sorted(steps):
            out += step
            most = max(most, out)
        total += most
    return float(total)
