"""Build → solve → check → draft, for the car pool; and again within seconds while it drives."""

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Any

from sportsbrain.brain.dispatch.check import check
from sportsbrain.brain.dispatch.plan import DispatchPlan
from sportsbrain.brain.dispatch.problem import Problem, Request, Vehicle
from sportsbrain.brain.dispatch.rest import rest_of, tours_of
from sportsbrain.brain.dispatch.solve import solve
from sportsbrain.brain.dispatch.solve.explain import refusals_of
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import (
    Sources,
    changes_for,
    load_slice_rules,
    sites_now,
    version_items,
)
from sportsbrain.transport.planning.days import DayPlan, day_of_row, day_row, rest_plan
from sportsbrain.transport.planning.ways import road_km, ways_between
from sportsbrain.transport.queries import (
    RideRow,
    day_rule,
    places_of,
    rides_of,
    seconds_of,
)
from sportsbrain.vocabulary.planning import Order, Progress, Score, Term
from sportsbrain.vocabulary.windows import clock_seconds

PLANNER = "dispatch"
NORMAL = NormalDist()
BUSY_HOURS = slice(6, 22)
DAY_SECONDS = 0.2  # no day gets less of a run
REFUSALS_MAX = 20
CONFLICTS_MAX = 3  # of them with the others that they conflict with: seconds each
Place = tuple[str, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The problem of each operating day, the places, and what had to be assumed."""

    days: Mapping[dt.date, Problem]
    places: tuple[Place, ...]
    rules: Mapping[str, Any]
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of all days."""
        text = "".join(f"{day} {problem.fingerprint()}\n" for day, problem in self.days.items())
        return hashlib.sha256(text.encode()).hexdigest()


def build_dispatch(*, games: GamesRow, order: Order, only: dt.date | None = None) -> Built:
    """
    Return the problems of a Games from its bookings, venues and the rules file, or of one day.

    Raises
    ------
    NothingToPlanError
        When no ride is booked.

    """
    rides = rides_of(games=games)
    rule = day_rule(games)
    by_day: dict[dt.date, list[RideRow]] = {}
    for ride in rides:
        by_day.setdefault(rule(ride.wanted_at), []).append(ride)
    if only is not None:
        by_day = {only: by_day.get(only, [])}
    if only is None and not by_day:
        message = (
            f"no ride is booked yet: sportsbrain rides book --games {games.code}, or rides import"
        )
        raise NothingToPlanError(message)
    rules = load_slice_rules("transport", games.rules_name)
    changes = changes_for(games_id=games.id, order=order)
    sites = sites_now(games=games, changes=changes)
    places, said = places_of(
        games=games,
        sources=Sources(numbers=order.sources),
        sites=sites,
        reach_km=rules["reach_km"],
    )
    maker = _Maker(games=games, rules=rules, places=places)
    cars = rules["cars"]
    pool = ", ".join(f"{row['count']} × {row['name']}" for row in cars["pool"])
    return Built(
        days={day: maker.problem(rule.begins(day), some) for day, some in sorted(by_day.items())},
        places=places,
        rules=rules,
        assumptions=(
            *said,
            f"the car pool is that of the rules: {pool}",
            f"running times from distance at {cars['kmh']} km/h, as slow as the mean of the day's"
            f" traffic and {rules['percentile']:.0%} of the trips ask for",
        ),
    )


class _Maker:
    """Turn the bookings of a day into a problem."""

    def __init__(
        self, *, games: GamesRow, rules: Mapping[str, Any], places: tuple[Place, ...]
    ) -> None:
        self.games, self.cars = games, rules["cars"]
        self.number = {place[0]: n for n, place in enumerate(places)}
        traffic = rules["hour_factors"][BUSY_HOURS]
        slow = sum(traffic) / len(traffic)
        slow *= math.exp(rules["spread"] * NORMAL.inv_cdf(rules["percentile"]))
        median = ways_between(
            places, kmh=self.cars["kmh"], start_seconds=self.cars["start_minutes"] * 60
        )
        self.times = tuple(tuple(float(round(slow * s)) for s in row) for row in median)
        self.kilometres = tuple(
            tuple(round(road_km(one, other), 3) for other in places) for one in places
        )

    def problem(self, begins: dt.datetime, rides: list[RideRow]) -> Problem:
        """Return the problem of the day that begins at a moment."""
        return Problem(
            times=self.times,
            costs=self.kilometres,
            vehicles=self._vehicles(begins),
            requests=tuple(self._request(ride) for ride in rides if self._is_known(ride)),
        )

    def _is_known(self, ride: RideRow) -> bool:
        return ride.from_place in self.number and ride.to_place in self.number

    def _vehicles(self, begins: dt.datetime) -> tuple[Vehicle, ...]:
        """Return each car in each of its shifts: another driver, another vehicle."""
        base = seconds_of(self.games, begins.replace(hour=0, minute=0))
        found = []
        for row in self.cars["pool"]:
            place = self.number[row["at"]]
            for shift in row["shifts"]:
                first, last = (clock_seconds(text) for text in shift.split("-"))
                last += 86400 if last <= first else 0
                found += [
                    Vehicle(
                        code=f"{row['name']} {n + 1:02} {shift[:5]}",
                        seats=row["seats"],
                        starts_in=place,
                        ends_in=place,
                        from_at=base + first,
                        until=base + last,
                    )
                    for n in range(row["count"])
                ]
        return tuple(found)

    def _request(self, ride: RideRow) -> Request:
        rules = self.cars
        one, other = self.number[ride.from_place], self.number[ride.to_place]
        direct, boarding = self.times[one][other], rules["boarding_minutes"] * 60.0
        longest = max(direct * rules["detour"], direct + rules["detour_minutes"] * 60.0)
        at = seconds_of(self.games, ride.wanted_at)
        if ride.is_arrival:
            first = at - rules["early_minutes"] * 60.0
            dropoff = (first, at)
            pickup = (first - longest - boarding, at - direct - boarding)
        else:
            pickup = (at, at + rules["wait_minutes"] * 60.0)
            dropoff = (at + boarding + direct, pickup[1] + boarding + longest)
        return Request(
            code=ride.code,
            people=ride.people,
            from_place=one,
            to_place=other,
            pickup_window=pickup,
            dropoff_window=dropoff,
            boarding=boarding,
            leaving=boarding,
            ride_max=longest,
            refusal_cost=float(rules["refusal_km"]) * ride.people,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The days as `plans` wants answers."""

    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None


def plan_dispatch(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress, day by day; return the drafted version. What is under way is kept."""
    built = build_dispatch(games=games, order=order)
    before: dict[dt.date, DayPlan] = {}
    if order.from_version is not None:
        items = version_items(games_id=games.id, planner=PLANNER, number=order.from_version)
        before = {dt.date.fromisoformat(d): day_of_row(row) for d, row in items["days"].items()}
    began = clock()
    total = sum(len(problem.requests) for problem in built.days.values())
    found: dict[dt.date, DayPlan] = {}
    is_content = False
    for day, whole in built.days.items():
        kept = before.get(day)
        problem = rest_of(whole, kept.underway) if kept and kept.underway else whole
        share = max(DAY_SECONDS, order.seconds * len(whole.requests) / max(1, total))
        steps = solve(
            problem,
            seed=order.seed,
            stop=replace(order.stop(), seconds=0.05 if is_content else share),
            clock=clock,
            start=rest_plan(kept) if kept else None,
        )
        plan = yield from _named(steps, f"{day:%d %b}", began, clock)
        is_content = is_content or plan[1]
        found[day] = DayPlan(
            tours=tours_of(whole, plan[0], kept.underway) if kept and kept.underway
            else plan[0].tours,
            underway=kept.underway if kept else None,
            plan=plan[0],
        )  # fmt: skip
    return draft_days(
        games=games,
        built=built,
        days=found,
        rest=Rest(),
        title=f"{order.seconds:.0f} s, seed {order.seed}",
        order=order,
        actor=actor,
        seconds=clock() - began,
        now=now(),
        run_id=run_id,
    )


def _named(
    steps: Generator[Progress, bool, DispatchPlan],
    name: str,
    began: float,
    clock: Callable[[], float],
) -> Generator[Progress, bool, tuple[DispatchPlan, bool]]:
    """Yield the progress of one day by its name; return its plan and whether to stop."""
    is_content = False
    try:
        progress = next(steps)
        while True:
            wish = yield replace(progress, step=name, seconds=clock() - began)
            is_content = is_content or wish
            progress = steps.send(wish)
    except StopIteration as end:
        return end.value, is_content


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """
    The other days of a version that stay as they were, and why rides are refused there.

    ``conflicts`` says how often there is time to look for the others that a refusal conflicts with.
    """

    rows: Mapping[str, Any] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    conflicts: int = CONFLICTS_MAX


def draft_days(
    *,
    games: GamesRow,
    built: Built,
    days: Mapping[dt.date, DayPlan],
    rest: Rest,
    title: str,
    order: Order,
    actor: str,
    seconds: float,
    now: dt.datetime,
    run_id: int | None = None,
) -> Outcome:
    """Keep days as the next version, and the rest as it was."""
    rows = {day.isoformat(): day_row(plan) for day, plan in days.items()}
    items = {"days": {**rest.rows, **rows}}
    score = score_of(built=built, items={"days": rows})
    refusals = {**rest.refusals, **_refusals(built, days, conflicts=rest.conflicts)}
    plans = [plan.plan for plan in days.values() if plan.plan]
    solvers = {plan.solver for plan in plans}
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER,
            title=title,
            problem_hash=built.problem_hash,
            answer=_Answer(
                objective=score.objective,
                bound=sum(plan.bound for plan in plans),
                terms=tuple(
                    Term(key=key, value=value, weight=1.0, bound=0.0)
                    for key, value in score.soft.items()
                ),
                seed=order.seed,
                solver=", ".join(sorted(solvers)),
                seconds=seconds,
                first_feasible_seconds=plans[0].first_feasible_seconds if plans else None,
            ),
            score=score,
            items=items,
            reasons=tuple(f"{code}: {text}" for code, text in refusals.items()),
            facts={
                "assumptions": list(built.assumptions),
                "refused": refusals,
                **_figures(items["days"]),
            },
            order=order,
        ),
        actor=actor,
        run_id=run_id,
        now=now,
    )


def _figures(days: Mapping[str, Any]) -> dict[str, int]:
    """Return how many are carried by how many cars, and how many are not."""
    carried = {stop[0] for row in days.values() for tour in row["tours"] for stop in tour[3]}
    return {
        "days": len(days),
        "rides_carried": len(carried),
        "rides_refused": sum(len(row["refused"]) for row in days.values()),
        "cars_most": max((len({t[0].rsplit(" ", 1)[0] for t in row["tours"]})
                          for row in days.values()), default=0),
    }  # fmt: skip


def _refusals(built: Built, days: Mapping[dt.date, DayPlan], *, conflicts: int) -> dict[str, str]:
    """Return why bookings are refused, by code."""
    found: dict[str, str] = {}
    for day, kept in days.items():
        if kept.plan and kept.plan.refused and len(found) < REFUSALS_MAX:
            whole = built.days[day]
            problem = rest_of(whole, kept.underway) if kept.underway else whole
            some = refusals_of(
                problem, kept.plan, most=REFUSALS_MAX - len(found), conflicts=conflicts
            )
            conflicts -= sum(1 for refusal in some if refusal.others)
            found |= {refusal.request: refusal.text for refusal in some}
    return found


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent check says about the items of a version."""
    faults, soft = [], {"travel": 0.0, "refused": 0.0}
    for day, problem in built.days.items():
        row = items["days"].get(day.isoformat())
        kept = day_of_row(row) if row else DayPlan(tours=(), underway=None)
        whole = rest_of(problem, kept.underway) if kept.underway else problem
        score = check(whole, rest_plan(kept))
        faults += [replace(fault, text=f"{day}: {fault.text}") for fault in score.faults]
        for key, value in score.soft.items():
            soft[key] += value
    return Score(faults=tuple(faults), soft=soft, weights=dict.fromkeys(soft, 1.0))
