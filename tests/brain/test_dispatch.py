"""Cars on small cases with known answers, and random ones before the independent check."""

import itertools
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.brain.dispatch.check import check
from sportsbrain.brain.dispatch.plan import DispatchPlan
from sportsbrain.brain.dispatch.problem import Problem, ProblemError, Request, Vehicle
from sportsbrain.brain.dispatch.solve import solve
from sportsbrain.brain.dispatch.solve.explain import refusals_of
from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.planning import Stop

pytestmark = pytest.mark.brain
DAY = (0.0, 1000.0)


def city(spots: list[tuple[float, float]], requests: tuple[Request, ...], **more: Any) -> Problem:
    """Return a problem with its depot at the first spot."""
    times = tuple(tuple(math.dist(a, b) for b in spots) for a in spots)
    vehicles = more.pop(
        "vehicles", (Vehicle(code="A", seats=4, starts_in=0, ends_in=0, until=1e3),)
    )
    return Problem(times=times, costs=times, vehicles=vehicles, requests=requests, **more)


def ask(code: str, one: int, other: int, **more: Any) -> Request:
    """Return a request of one person."""
    base: dict[str, Any] = {"people": 1, "pickup_window": DAY, "dropoff_window": DAY, **more}
    return Request(code=code, from_place=one, to_place=other, **base)


def plan_of(problem: Problem, rounds: int = 3, start: DispatchPlan | None = None) -> DispatchPlan:
    """Return the deterministic plan."""
    ticks = itertools.count()
    stop = Stop(seconds=20, rounds=rounds, deterministic=True)
    steps = solve(problem, seed=1, stop=stop, clock=lambda: float(next(ticks)), start=start)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        found: DispatchPlan = end.value
        return found


SPOTS = [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (30.0, 0.0), (40.0, 0.0)]


def test_two_on_one_way_ride_together() -> None:
    problem = city(SPOTS, (ask("1", 1, 3), ask("2", 2, 4)))
    plan = plan_of(problem)
    assert not check(problem, plan).faults
    assert plan.objective == pytest.approx(80)


def test_a_longest_ride_takes_a_second_way() -> None:
    requests = (ask("1", 1, 4, ride_max=30), ask("2", 2, 0, ride_max=20))
    problem = city(SPOTS, requests)
    plan = plan_of(problem)
    assert not check(problem, plan).faults
    assert plan.objective == pytest.approx(80)
    short = replace(requests[0], ride_max=29.0)
    refused = plan_of(city(SPOTS, (short,)))
    assert refused.refused == ("1",)
    assert not check(city(SPOTS, (short,)), refused).faults


def test_boarding_waits_so_that_the_ride_is_short() -> None:
    request = ask("1", 1, 2, pickup_window=(0, 500), dropoff_window=(400, 410), ride_max=15)
    plan = plan_of(city(SPOTS, (request,)))
    (tour,) = plan.tours
    assert tour.stops[0].at == pytest.approx(385)


def test_full_cars_need_another_one() -> None:
    vehicles = tuple(Vehicle(code=c, seats=1, starts_in=0, ends_in=0, until=60) for c in "AB")
    requests = (ask("1", 1, 3, pickup_window=(10, 10)), ask("2", 1, 3, pickup_window=(10, 10)))
    problem = city(SPOTS, requests, vehicles=vehicles)
    plan = plan_of(problem)
    assert not check(problem, plan).faults
    assert len(plan.tours) == 2


def test_a_late_trip_is_planned_again_from_the_tours_there_are() -> None:
    problem = city(SPOTS, (ask("1", 1, 3), ask("2", 2, 4)))
    plan = plan_of(problem)
    late = replace(problem, requests=(*problem.requests, ask("3", 1, 2)))
    again = plan_of(late, rounds=1, start=plan)
    assert not check(late, again).faults
    assert again.refused == ()


def test_a_forged_plan_is_found_out() -> None:
    requests = (
        ask("1", 1, 3, ride_max=21, pickup_window=(20, 30), people=3),
        ask("2", 2, 4, people=3),
        ask("3", 2, 4),
    )
    vehicle = Vehicle(code="A", seats=4, starts_in=0, ends_in=0, until=90, duration_max=70)
    problem = city(SPOTS, requests, vehicles=(vehicle,))
    good = plan_of(city(SPOTS, (requests[0], requests[1])))
    (tour,) = good.tours
    stops = (
        replace(tour.stops[0], request="1", is_pickup=True, at=5.0),
        replace(tour.stops[0], request="2", is_pickup=True, at=25.0),
        replace(tour.stops[0], request="1", is_pickup=False, at=35.0),
        replace(tour.stops[0], request="2", is_pickup=False, at=50.0),
    )
    forged = replace(good, tours=(replace(tour, leaves_at=0.0, stops=stops, back_at=95.0),))
    assert set(check(problem, forged).by_rule) == {
        "not_once", "window", "way", "seats", "ride", "tour_too_long", "shift",
    }  # fmt: skip


spots_drawn = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=7, unique=True
)


@settings(max_examples=25, deadline=None)
@given(spots_drawn, st.data())
def test_random_cities_have_no_fault(spots: list[tuple[int, int]], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 5))
    requests = []
    for n in range(count):
        one, other = data.draw(st.permutations(range(len(spots))))[:2]
        first = data.draw(st.integers(0, 150))
        ride = data.draw(st.sampled_from([0, 30, 60]))
        requests.append(
            ask(f"{n}", one, other, pickup_window=(first, first + 60), ride_max=ride,
                people=data.draw(st.integers(1, 3)), boarding=2.0)
        )  # fmt: skip
    vehicles = tuple(
        Vehicle(code=c, seats=4, starts_in=0, ends_in=0, until=400, duration_max=300) for c in "AB"
    )
    problem = city([(float(x), float(y)) for x, y in spots], tuple(requests), vehicles=vehicles)
    plan = plan_of(problem, rounds=1)
    score = check(problem, plan)
    assert not score.faults
    assert score.objective == pytest.approx(plan.objective)


def test_same_seed_same_plan_and_problems_survive_json() -> None:
    problem = city(SPOTS, tuple(ask(f"{n}", n % 4, 4) for n in range(6)))
    assert frozen.from_json(Problem, frozen.to_json(problem)) == problem
    assert plan_of(problem).tours == plan_of(problem).tours


def test_a_problem_checks_itself() -> None:
    with pytest.raises(ProblemError, match="ends before it begins"):
        ask("1", 0, 1, pickup_window=(5.0, 1.0))
    with pytest.raises(ProblemError, match="one code"):
        city(SPOTS, (ask("1", 0, 1), ask("1", 1, 2)))


def test_a_refusal_names_the_rule_when_nobody_could_be_carried_even_alone() -> None:
    late = {"pickup_window": (0.0, 1000.0), "dropoff_window": (0.0, 5.0)}
    problem = city(
        SPOTS,
        (
            ask("crowd", 1, 2, people=5),
            ask("far", 1, 4, ride_max=20.0),
            ask("late", 1, 3, **late),
            ask("night", 1, 2, pickup_window=(2000.0, 3000.0), dropoff_window=(2000.0, 3000.0)),
        ),
    )
    said = {refusal.request: refusal for refusal in refusals_of(problem, plan_of(problem))}
    assert said["crowd"].text == "5 people, the largest vehicle has 4 seats"
    assert said["far"].text == "the way takes 30, the longest ride is 20"
    assert said["late"].text == "fetched at the earliest, it arrives 15 after its window"
    assert said["night"].text == "no vehicle is on the road long enough"
    assert {refusal.others for refusal in said.values()} == {()}


def test_a_refusal_names_the_fewest_others_it_can_not_be_carried_with() -> None:
    now = {"pickup_window": (40.0, 42.0), "dropoff_window": (40.0, 75.0)}
    there, back = ask("there", 1, 4, **now), ask("back", 4, 1, **now)
    lift, after = ask("lift", 1, 2, **now), ask("after", 2, 3, pickup_window=(60.0, 500.0))
    problem = city(SPOTS, (there, lift, back, after))
    plan = plan_of(problem)
    (refusal,) = refusals_of(problem, plan)
    assert {refusal.request, *refusal.others} in ({"there", "back"}, {"lift", "back"})
    pair = tuple(r for r in problem.requests if r.code in {refusal.request, *refusal.others})
    assert plan_of(replace(problem, requests=pair)).refused
    for one in pair:
        assert not plan_of(replace(problem, requests=(one,))).refused


def test_who_is_dearer_to_carry_than_to_refuse_is_told_so() -> None:
    problem = city(SPOTS, (ask("1", 3, 4, refusal_cost=5.0),))
    (refusal,) = refusals_of(problem, plan_of(problem))
    assert refusal.others == ()
    assert refusal.text.startswith("could be carried: refusing it costs 5")
