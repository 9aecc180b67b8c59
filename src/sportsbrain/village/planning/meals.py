"""Build → solve → check → draft, for the meals."""

import datetime as dt
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass
from typing import Any

from sportsbrain.brain.meals.check import check
from sportsbrain.brain.meals.explain import tightest
from sportsbrain.brain.meals.plan import MealPlan, Portions, Seating
from sportsbrain.brain.meals.problem import Dish, Hall, Problem, Sitting
from sportsbrain.brain.meals.solve import solve
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import (
    Sources,
    changes_for,
    load_slice_rules,
    version_items,
    version_of,
    version_row,
)
from sportsbrain.vocabulary.changes import Change, ChangeError, HallSeats, of_kind
from sportsbrain.vocabulary.planning import Order, Progress, Score
from sportsbrain.vocabulary.series import QUARTER
from sportsbrain.vocabulary.windows import clock_seconds

PLANNER = "meals"
DAY = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A problem, what had to be assumed, and the packed meals of those who are away."""

    problem: Problem
    packed: dict[str, int]
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of the problem."""
        return self.problem.fingerprint()


def build_meals(*, games: GamesRow, order: Order) -> Built:
    """
    Return the problem from the stays of the rooms plan and the demand profile.

    Raises
    ------
    NothingToPlanError
        When no rooms are planned yet.

    """
    rules = load_slice_rules("village", games.rules_name)["meals"]
    sources = Sources(numbers=order.sources)
    number = version_of(games_id=games.id, planner="rooms", sources=sources)
    if number is None:
        message = "no rooms are planned yet: plan the rooms first, meals follow who sleeps there"
        raise NothingToPlanError(message)
    stays = version_items(games_id=games.id, planner="rooms", number=number)
    row = version_row(games_id=games.id, planner="rooms", number=number)
    first = dt.date.fromisoformat(row.statistics["first_night"])
    away = _away(games, sources)
    maker = _Maker(
        games=games,
        residents=int(row.statistics.get("registered", len(stays))),
        changes=changes_for(games_id=games.id, order=order),
        rules=rules,
        first=first,
        stays=stays,
        away=away,
    )
    sittings = maker.sittings(int(row.statistics["nights"]))
    cuisines = rules["cuisines"]
    problem = Problem(
        halls=maker.halls(int(row.statistics["nights"])),
        dishes=tuple(
            Dish(
                code=dish["code"],
                shares=tuple(
                    (f"{cuisine}/{service}", share)
                    for service in dish["services"]
                    for cuisine, share in zip(cuisines, dish["shares"], strict=True)
                ),
                waste_cost=dish["waste"],
                shortage_cost=dish["shortage"],
            )
            for dish in rules["dishes"]
        ),
        sittings=sittings,
        stay_quarters=rules["stay_quarters"],
        share_spread=rules["share_spread"],
        shift_cost=rules["shift_cost"],
        walk_cost=rules["walk_cost"],
    )
    said = [f"the cuisine of a delegation is drawn from {len(cuisines)} by its code"]
    if away is None:
        said.append("no demand profile is planned: nobody is counted as away at a meal")
    return Built(problem=problem, packed=dict(maker.packed), assumptions=tuple(said))


def _away(games: GamesRow, sources: Sources) -> Counter[int] | None:
    """Return how many residents are away by quarter, from the demand profile; None without one."""
    number = version_of(games_id=games.id, planner="demand", sources=sources)
    if number is None:
        return None
    items = version_items(games_id=games.id, planner="demand", number=number)
    change: Counter[int] = Counter()
    for groups in items["flows"].values():
        for group in ("athletes", "team officials"):
            for flow in groups.get(group, {}).values():
                for sign, series in ((1, flow["comes"]), (-1, flow["goes"])):
                    for n, value in enumerate(series["values"]):
                        change[series["starts_at"] // QUARTER + n] += sign * int(value)
    there, away = 0, Counter[int]()
    for quarter in range(min(change, default=0), max(change, default=0) + 1):
        there += change[quarter]
        away[quarter] = there
    return away


class _Maker:
    """Turn stays into sittings; ``residents`` are those the halls were built for."""

    def __init__(
        self,
        *,
        games: GamesRow,
        residents: int,
        changes: tuple[Change, ...],
        rules: dict[str, Any],
        first: dt.date,
        stays: dict[str, Any],
        away: Counter[int] | None,
    ) -> None:
        self.rules, self.away, self.changes = rules, away, changes
        self.residents = residents
        self.offset = games.utc_offset
        self.first_day = (first - games.starts_on).days
        self.present: dict[int, Counter[str]] = defaultdict(Counter)
        cuisines = rules["cuisines"]
        for _, _, first_night, leaves_on, delegation, *_ in stays.values():
            cuisine = cuisines[zlib.crc32(delegation.encode()) % len(cuisines)]
            for night in range(int(first_night), int(leaves_on)):
                self.present[night][cuisine] += 1
        self.packed: Counter[str] = Counter()

    def halls(self, nights: int) -> tuple[Hall, ...]:
        """Return the halls, open from the first to the last service of each day."""
        services = self.rules["services"]
        opens = min(clock_seconds(s["from"]) for s in services)
        closes = max(clock_seconds(s["until"]) for s in services) + 3600
        windows = tuple(
            (self._at(night, opens), self._at(night, closes)) for night in range(nights)
        )
        seats = {
            hall["code"]: max(40, round(hall["seats_share"] * self.residents))
            for hall in self.rules["halls"]
        }
        for change in of_kind(self.changes, HallSeats):
            if change.hall not in seats:
                message = f"no hall {change.hall!r}; known are {', '.join(seats)}"
                raise ChangeError(message)
            seats[change.hall] = round(seats[change.hall] * change.share)
        return tuple(
            Hall(
                code=hall["code"],
                seats=seats[hall["code"]],
                opens=windows,
            )
            for hall in self.rules["halls"]
        )

    def _at(self, night: int, clock: int) -> int:
        return (self.first_day + night) * DAY + clock - self.offset

    def sittings(self, nights: int) -> tuple[Sitting, ...]:
        """Return who wants to eat when; those away at that time take a packed meal."""
        halls = tuple(
            (n, float(hall["walk_minutes"])) for n, hall in enumerate(self.rules["halls"])
        )
        found = []
        for night in range(nights):
            total = sum(self.present[night].values())
            for service in self.rules["services"] if total else ():
                meal = f"day {night + self.first_day + 1:+03} {service['name']}"
                for clock, share in _shape(service):
                    at = self._at(night, clock)
                    away = self.away[at // QUARTER] if self.away else 0
                    here = 1 - min(0.9, max(0, away) / total)
                    for cuisine, people in sorted(self.present[night].items()):
                        wanting = people * service["share"] * share
                        eating = round(wanting * here)
                        self.packed[meal] += round(wanting) - eating
                        if eating:
                            found.append(
                                Sitting(
                                    meal=meal,
                                    cuisine=f"{cuisine}/{service['name']}",
                                    at=at,
                                    people=eating,
                                    halls=halls,
                                )
                            )
        return tuple(found)


def _shape(service: dict[str, Any]) -> list[tuple[int, float]]:
    """Return the share of each quarter of a service: a triangle with its peak."""
    first, last, peak = (clock_seconds(service[key]) for key in ("from", "until", "peak"))
    quarters = range(first, last, QUARTER)
    weights = [
        (q + QUARTER - first) / (peak - first + QUARTER) if q < peak else (last - q) / (last - peak)
        for q in quarters
    ]
    return [(q, w / sum(weights)) for q, w in zip(quarters, weights, strict=True)]


def plan_meals(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress and return the drafted version."""
    built = build_meals(games=games, order=order)
    plan = yield from solve(built.problem, seed=order.seed, stop=order.stop(), clock=clock)
    words = tightest(built.problem) if plan.left else ""
    by_meal: Counter[str] = Counter()
    for seating in plan.seatings:
        by_meal[built.problem.sittings[seating.sitting].meal] += seating.people
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER,
            title=f"seed {order.seed}",
            problem_hash=built.problem_hash,
            answer=plan,
            score=check(built.problem, plan),
            items={
                "portions": [asdict(row) for row in plan.portions],
                "meals": dict(sorted(by_meal.items())),
                "packed": built.packed,
                "seatings": [[s.sitting, s.hall, s.at, s.people] for s in plan.seatings],
            },
            reasons=(words,) if words else (),
            order=order,
            facts={
                "assumptions": list(built.assumptions),
                "meals": sum(by_meal.values()),
                "no_seat": sum(people for _, people in plan.left),
                "packed": sum(built.packed.values()),
                "portions": sum(row.portions for row in plan.portions),
                "waste_portions": round(sum(row.waste for row in plan.portions)),
                "shortage_portions": round(sum(row.shortage for row in plan.portions)),
            },
        ),
        actor=actor,
        run_id=run_id,
        now=now(),
    )


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent check says about the items of a version."""
    plan = MealPlan(
        seatings=tuple(
            Seating(sitting=s, hall=h, at=a, people=p) for s, h, a, p in items["seatings"]
        ),
        portions=tuple(Portions(**row) for row in items["portions"]),
        left=(),
        objective=0.0,
        bound=0.0,
        terms=(),
        seed=0,
        solver="",
        seconds=0.0,
        first_feasible_seconds=None,
    )
    return check(built.problem, plan)
