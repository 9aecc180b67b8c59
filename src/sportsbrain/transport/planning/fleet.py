"""Build → solve → check → draft, for the bus network."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from sportsbrain.brain.fleet.check import check
from sportsbrain.brain.fleet.plan import Departure, FleetPlan, plan_of_rows, rows_of
from sportsbrain.brain.fleet.problem import (
    DAY,
    Depot,
    DriverRules,
    Need,
    Place,
    Problem,
    Roads,
    Service,
)
from sportsbrain.brain.fleet.solve import solve
from sportsbrain.brain.fleet.solve.explain import too_few
from sportsbrain.brain.fleet.solve.search import blocks_problem, departures_for
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.queries import changes_for, load_slice_rules
from sportsbrain.transport.planning.demand import Built as BuiltDemand
from sportsbrain.transport.planning.demand import build_demand
from sportsbrain.transport.planning.figures import figures_of
from sportsbrain.transport.planning.ways import ways_between
from sportsbrain.transport.queries import hotel_of
from sportsbrain.vocabulary.changes import (
    Change,
    ChangeError,
    DepotLost,
    SlowRoads,
    of_kind,
)
from sportsbrain.vocabulary.planning import Order, Progress, Score
from sportsbrain.vocabulary.windows import clock_seconds

PLANNER = "fleet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A problem, where its places are, and what had to be assumed."""

    problem: Problem
    places: tuple[tuple[str, float, float], ...]
    demand: BuiltDemand
    rules: dict[str, Any]
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of the problem."""
        return self.problem.fingerprint()


def build_fleet(*, games: GamesRow, order: Order) -> Built:
    """Return the problem of a Games: the needs of its demand, lines, roads and depots."""
    rules = load_slice_rules("transport", games.rules_name)
    demand = build_demand(games=games, order=order)
    places = demand.places
    number = {name: n for n, (name, _, _) in enumerate(places)}
    depots = tuple(
        Depot(
            code=row["name"],
            place=number[row["at"]],
            vehicles_max=row["vehicles"],
            vehicle_cost=float(rules["vehicle_cost"]),
        )
        for row in rules["depots"]
    ) + tuple(
        Depot(
            code=f"{name} depot",
            place=number[hotel_of(name)],
            vehicles_max=rules["remote_vehicles"],
            vehicle_cost=float(rules["vehicle_cost"]),
        )
        for name in number
        if hotel_of(name) in number
    )
    changes = changes_for(games_id=games.id, order=order)
    depots = _depots_left(depots, changes)
    for slow in of_kind(changes, SlowRoads):
        rules["hour_factors"] = [
            factor * (slow.factor if slow.from_hour <= hour < slow.until_hour else 1)
            for hour, factor in enumerate(rules["hour_factors"])
        ]
    problem = Problem(
        places=tuple(Place(code=name) for name, _, _ in places),
        depots=depots,
        services=_services(demand, rules, [depot.code for depot in depots]),
        roads=Roads(
            median_seconds=ways_between(
                places, kmh=rules["village_kmh"], start_seconds=rules["start_minutes"] * 60
            ),
            hour_factors=tuple(rules["hour_factors"]),
            spread=rules["spread"],
            percentile=rules["percentile"],
            utc_offset=demand.offset,
        ),
        drivers=DriverRules(),
        layover_seconds=rules["layover_minutes"] * 60,
        dead_cost=rules["dead_cost"],
        service_hour_cost=rules["service_hour_cost"],
        early_hour_cost=rules["early_hour_cost"],
        day_cut_seconds=clock_seconds(rules["day_cut"]),
        breakdowns_per_hour=rules["breakdowns_per_hour"],
        repair_seconds=int(rules["repair_hours"] * 3600),
        reserve_promise=rules["reserve_promise"],
    )
    said = (
        f"running times from distance at {rules['village_kmh']} km/h with traffic by the hour,"
        f" spread {rules['spread']:.0%}, planned at {rules['percentile']:.0%}",
    )
    return Built(
        problem=problem,
        places=places,
        demand=demand,
        rules=rules,
        assumptions=(*demand.assumptions, *said),
    )


def _depots_left(depots: tuple[Depot, ...], changes: tuple[Change, ...]) -> tuple[Depot, ...]:
    """Return the depots without those that are lost."""
    for change in of_kind(changes, DepotLost):
        names = [depot.code for depot in depots]
        if change.depot not in names:
            message = f"no depot {change.depot!r}; known are {', '.join(names)}"
            raise ChangeError(message)
        depots = tuple(depot for depot in depots if depot.code != change.depot)
    if not depots:
        message = "no depot is left: nothing can drive"
        raise ChangeError(message)
    return depots


def _services(demand: BuiltDemand, rules: dict[str, Any], depots: list[str]) -> tuple[Service, ...]:
    """Return a line out and a line home for each client group and place."""
    group_of = {
        name: group for group in rules["groups"] for name in (group["name"], *group["with"])
    }
    needs: dict[tuple[str, int, bool], list[Need]] = defaultdict(list)
    for attendance in demand.problem.attendances:
        group = group_of.get(attendance.client_group)
        if group is None or attendance.home < 0:
            continue
        for is_out in (True, False):
            needs[group["name"], attendance.place, is_out].append(_need(attendance, group, is_out))
    names = demand.problem.places
    found = []
    for (name, place, is_out), some in sorted(
        needs.items(), key=lambda row: (*row[0][:2], not row[0][2])
    ):
        group = group_of[name]
        hotel = hotel_of(names[place])
        is_remote = hotel in names
        home = names.index(hotel if is_remote else group["home"])
        depot = f"{names[place]} depot" if is_remote else group["depot"]
        ends = (home, place) if is_out else (place, home)
        found.append(
            Service(
                code=f"{name}: {names[ends[0]]} → {names[ends[1]]}",
                client_group=name,
                starts_in=ends[0],
                ends_in=ends[1],
                seats=group["seats"],
                needs=tuple(_joined(some)),
                headway_seconds_max=group["headway"] * 60,
                open_windows=_windows(some, group, demand.offset),
                # a line whose depot is lost is driven from any other
                depots=(depots.index(depot),) if depot in depots else (),
            )
        )
    return tuple(found)


def _need(attendance: Any, group: dict[str, Any], is_out: bool) -> Need:  # noqa: FBT001
    if is_out:
        by_at = attendance.starts_at - group["call_minutes"] * 60
        from_at = by_at - group["slack_minutes"] * 60
    else:
        from_at = attendance.ends_before + group["hold_minutes"] * 60
        by_at = from_at + group["home_minutes"] * 60
    return Need(
        code=attendance.code,
        people=attendance.people,
        is_arrival=is_out,
        from_at=from_at,
        by_at=by_at,
    )


def _joined(needs: list[Need]) -> list[Need]:
    """Join the needs of one unit: athletes and the officials who go with them."""
    found: dict[tuple[str, int, int], Need] = {}
    for need in needs:
        key = (need.code, need.from_at, need.by_at)
        before = found.get(key)
        people = need.people + (before.people if before else 0)
        found[key] = Need(
            code=need.code,
            people=people,
            is_arrival=need.is_arrival,
            from_at=need.from_at,
            by_at=need.by_at,
        )
    return sorted(found.values(), key=lambda n: (n.by_at, n.code))


def _windows(needs: list[Need], group: dict[str, Any], offset: int) -> tuple[tuple[int, int], ...]:
    """Return when a line is open: from the first to the last need of each day."""
    if not group["headway"]:
        return ()
    days: dict[int, list[int]] = defaultdict(list)
    for need in needs:
        days[(need.from_at + offset - 4 * 3600) // DAY] += [need.from_at, need.by_at]
    return tuple((min(marks), max(marks)) for _, marks in sorted(days.items()))


def plan_fleet(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress and return the drafted version."""
    built = build_fleet(games=games, order=order)
    problem = built.problem
    plan = yield from solve(problem, seed=order.seed, stop=order.stop(), clock=clock)
    score = check(problem, plan)
    vehicles: Counter[int] = Counter(int(block.code.split("/")[0]) for block in plan.blocks)
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER,
            title=f"timetable {built.demand.schedule.version or 'as imported'}",
            problem_hash=built.problem_hash,
            answer=plan,
            score=score,
            items=rows_of(plan),
            order=order,
            reasons=(*_shared_lines(problem), *_reasons(problem, plan, score.by_rule)),
            facts={
                "assumptions": list(built.assumptions),
                "vehicles": max(vehicles.values(), default=0),
                "reserve": plan.reserve,
                "trips": len(plan.departures),
                "duties": len(plan.duties),
                "riders": sum(d.load for d in plan.departures),
                "places": [list(row) for row in built.places],
                "lines": [
                    [
                        s.code,
                        s.client_group,
                        built.places[s.starts_in][0],
                        built.places[s.ends_in][0],
                        s.seats,
                    ]
                    for s in problem.services
                ],
                "day_cut": problem.day_cut_seconds,
                "layover_seconds": problem.layover_seconds,
                "dead_seconds": [list(row) for row in problem.roads.dead_runs()],
                "currency": built.rules["currency"],
                **figures_of(
                    problem=problem,
                    plan=plan,
                    places=built.places,
                    score=score,
                    rules=built.rules,
                ),
            },
        ),
        actor=actor,
        run_id=run_id,
        now=now(),
    )


def _shared_lines(problem: Problem) -> tuple[str, ...]:
    """Return what it means that a line's depot is lost."""
    free = sum(1 for service in problem.services if not service.depots)
    if not free:
        return ()
    return (
        f"{free} lines have lost their depot: any other drives them, with vehicles that also drive"
        " other lines, so that fewer buses may do",
    )


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent check says about the items of a version."""
    return check(built.problem, plan_of_rows(items))


def _reasons(problem: Problem, plan: FleetPlan, by_rule: dict[str, int]) -> tuple[str, ...]:
    """Return why people are left behind or a depot is too small."""
    said = []
    if by_rule.get("not_carried"):
        _, left = departures_for(problem)
        said += [f"{row.people} people of {row.need}: {row.text}" for row in left[:20]]
    if by_rule.get("fleet"):
        days: dict[int, list[Departure]] = defaultdict(list)
        for departure in plan.departures:
            days[problem.day_of(departure.departs_at)].append(departure)
        for day, some in sorted(days.items()):
            conflict = too_few(blocks_problem(problem, some))
            if conflict is not None:
                said.append(f"day {day + 1}: {conflict.text}")
    return tuple(said)
