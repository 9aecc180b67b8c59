"""Demand and meals on small cases with known answers."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sportsbrain.brain.demand import check as demand_check
from sportsbrain.brain.demand import problem as demand
from sportsbrain.brain.demand.plan import Profile
from sportsbrain.brain.demand.solve import solve as solve_demand
from sportsbrain.brain.demand.solve import whole
from sportsbrain.brain.meals import check as meal_check
from sportsbrain.brain.meals import problem as meals
from sportsbrain.brain.meals.explain import tightest
from sportsbrain.brain.meals.plan import MealPlan
from sportsbrain.brain.meals.solve import losses
from sportsbrain.brain.meals.solve import solve as solve_meals
from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.planning import Stop
from sportsbrain.vocabulary.series import QUARTER, Series, summed

pytestmark = pytest.mark.brain
HOUR = 3600


def _end(steps: Generator[Any, bool, Any]) -> Any:
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value


def profile_of(problem: demand.Problem) -> Profile:
    """Return the profile."""
    steps = solve_demand(problem, seed=1, stop=Stop(seconds=9), clock=lambda: 0.0)
    found: Profile = _end(steps)
    return found


def session(people: int = 100, **more: Any) -> demand.Problem:
    """Return one session from 10 to 12 that half come to an hour before."""
    attendance = demand.Attendance(
        code="S1", kind="session", client_group="spectators", home=-1, place=0,
        starts_at=10 * HOUR, ends_before=12 * HOUR, people=people,
    )  # fmt: skip
    curve = demand.Curve(
        client_group="spectators",
        kind="session",
        comes=((4, 0.5), (1, 0.5)),
        goes=((0, 0.8), (1, 0.2)),
    )
    base = demand.Problem(
        places=("arena",),
        places_max=(0,),
        attendances=(attendance,),
        curves=(curve,),
        modes=(("spectators", "rail", 0.75), ("spectators", "foot", 0.25)),
    )
    return replace(base, **more)


def test_people_come_and_go_on_their_curve() -> None:
    profile = profile_of(session())
    rail = next(flow for flow in profile.flows if flow.mode == "rail")
    assert rail.comes.at(9 * HOUR) == 38
    assert rail.comes.at(10 * HOUR - QUARTER) == 37
    assert rail.goes.at(12 * HOUR) == 60
    assert profile.peaks == (("arena", 100, 10 * HOUR - QUARTER),)
    assert not demand_check.check(session(), profile).faults


def test_an_arena_too_small_is_a_fault() -> None:
    problem = session(places_max=(90,))
    assert demand_check.check(problem, profile_of(problem)).by_rule == {"too_full": 1}


def test_a_forged_profile_is_found_out() -> None:
    problem = session()
    profile = profile_of(problem)
    flow = profile.flows[0]
    early = replace(flow, goes=replace(flow.goes, starts_at=5 * HOUR))
    forged = replace(profile, flows=(early,))
    assert set(demand_check.check(problem, forged).by_rule) == {"not_counted", "left_before_came"}


def test_a_curve_sums_to_one_and_survives_json() -> None:
    with pytest.raises(demand.ProblemError, match="comes sums to"):
        demand.Curve(client_group="x", kind="unit", comes=((1, 0.9),), goes=((0, 1.0),))
    problem = session()
    assert frozen.from_json(demand.Problem, frozen.to_json(problem)) == problem


@given(st.integers(0, 500), st.lists(st.floats(0.01, 1), min_size=1, max_size=9))
def test_whole_people_are_neither_lost_nor_made(people: int, raw: list[float]) -> None:
    counts = whole(people, [share / sum(raw) for share in raw])
    assert sum(counts) == people
    assert min(counts) >= 0


@given(st.lists(st.tuples(st.integers(0, 20), st.lists(st.integers(0, 9), max_size=6)), min_size=1))
def test_the_sum_of_series_is_the_sum_at_every_moment(rows: list[tuple[int, list[int]]]) -> None:
    series = [
        Series(starts_at=start * QUARTER, values=tuple(map(float, values)))
        for start, values in rows
    ]
    total = summed(series)
    assert total.total == sum(one.total for one in series)
    for moment in range(0, 30 * QUARTER, QUARTER):
        assert total.at(moment) == sum(one.at(moment) for one in series)


DISHES = (
    meals.Dish(
        code="rice", shares=(("east", 0.8), ("west", 0.3)), waste_cost=1.0, shortage_cost=9.0
    ),
)


def dining(*people: int, seats: int = 100, **more: Any) -> meals.Problem:
    """Return sittings of a quarter of an hour from noon on, in one hall."""
    sittings = tuple(
        meals.Sitting(
            meal="day 1 lunch", cuisine="east", at=12 * HOUR + n * QUARTER, people=count,
            halls=((0, 5.0),),
        )
        for n, count in enumerate(people)
    )  # fmt: skip
    hall = meals.Hall(code="H", seats=seats, opens=((11 * HOUR, 15 * HOUR),))
    base = meals.Problem(halls=(hall,), dishes=DISHES, sittings=sittings)
    return replace(base, **more)


def meals_of(problem: meals.Problem) -> MealPlan:
    """Return the meal plan."""
    steps = solve_meals(problem, seed=1, stop=Stop(seconds=9), clock=lambda: 0.0)
    found: MealPlan = _end(steps)
    return found


def test_people_eat_when_they_want_while_there_are_seats() -> None:
    problem = dining(50, 40)
    plan = meals_of(problem)
    score = meal_check.check(problem, plan)
    assert not score.faults
    assert score.soft["shifted"] == 0
    assert plan.objective == pytest.approx(score.objective)


def test_a_full_hall_shifts_people() -> None:
    problem = dining(100, 60)
    plan = meals_of(problem)
    score = meal_check.check(problem, plan)
    assert not score.faults
    assert score.soft["shifted"] == 60


def test_who_finds_no_seat_is_told() -> None:
    problem = dining(500)
    plan = meals_of(problem)
    assert plan.left == ((0, 200),)
    assert meal_check.check(problem, plan).by_rule == {"not_fed": 1}


def test_portions_are_the_newsvendor_quantile() -> None:
    plan = meals_of(dining(80, 20))
    (row,) = plan.portions
    assert row.expected == pytest.approx(80)
    costs = [
        sum(
            c * x
            for c, x in zip((1.0, 9.0), losses(n, expected=80, spread=row.spread), strict=True)
        )
        for n in range(60, 130)
    ]
    assert row.portions == 60 + costs.index(min(costs))
    assert plan.bound <= plan.objective


def test_a_forged_meal_plan_is_found_out() -> None:
    problem = dining(90)
    plan = meals_of(problem)
    night = replace(plan.seatings[0], at=3 * HOUR, people=200)
    forged = replace(plan, seatings=(night,), portions=())
    assert set(meal_check.check(problem, forged).by_rule) == {
        "not_fed", "hall_full", "hall_closed", "too_early_or_late", "short_stock",
    }  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 130), min_size=1, max_size=8), st.integers(20, 150))
@example(people=[1, 1, 17, 10, 32, 10, 0, 9], seats=20)  # rounding leaves one more without a seat
def test_random_sittings_break_no_rule_but_seats(people: list[int], seats: int) -> None:
    problem = dining(*people, seats=seats)
    plan = meals_of(problem)
    score = meal_check.check(problem, plan)
    assert set(score.by_rule) <= {"not_fed"}
    assert bool(plan.left) == bool(score.faults)
    assert plan.bound <= plan.objective + 1e-6
    assert plan.objective == pytest.approx(score.objective)


def test_the_tightest_time_of_a_hall_is_told() -> None:
    assert tightest(dining(50, 40)) == ""
    words = tightest(dining(500))
    assert words.startswith("day 1, 11:30 to 13:00 UTC: 500 people have to eat, the halls seat 300")
