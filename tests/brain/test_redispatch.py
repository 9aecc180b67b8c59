"""A day that is under way: who sits in a car stays in it, the rest is planned again."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.brain.dispatch.check import check
from sportsbrain.brain.dispatch.plan import DispatchPlan
from sportsbrain.brain.dispatch.problem import Problem, ProblemError, Vehicle
from sportsbrain.brain.dispatch.rest import Late, Underway, rest_of, tours_of, underway_at
from sportsbrain.brain.dispatch.solve import redispatch
from sportsbrain.brain.dispatch.solve.bounds import Bound
from sportsbrain.vocabulary.planning import Stop
from tests.brain.test_dispatch import SPOTS, ask, city, plan_of

pytestmark = pytest.mark.brain


def again(
    problem: Problem, underway: Underway, plan: DispatchPlan
) -> tuple[Underway, DispatchPlan]:
    """Return the rest planned again, by rounds."""
    ticks = itertools.count()
    steps = redispatch(
        problem,
        underway=underway,
        plan=plan,
        seed=1,
        stop=Stop(seconds=20, rounds=1, deterministic=True),
        clock=lambda: float(next(ticks)),
    )
    try:
        while True:
            next(steps)
    except StopIteration as end:
        found: tuple[Underway, DispatchPlan] = end.value
        return found


def test_a_car_on_its_way_goes_to_its_next_stop_with_who_sits_in_it() -> None:
    problem = city(SPOTS, (ask("1", 1, 3, dropoff_window=(0, 35)), ask("2", 2, 4)))
    plan = plan_of(problem)  # 1 boards at 10, 2 at 20, they leave at 30 and 40
    (position,) = underway_at(problem, plan, at=15.0, late={}).positions
    assert (position.place, position.free_at, position.aboard) == (2, 20.0, (("1", 10.0),))
    rest = rest_of(problem, underway_at(problem, plan, at=15.0, late={}))
    assert {r.code: (r.from_place, r.vehicle) for r in rest.requests} == {
        "1": (2, "A"),
        "2": (2, ""),
    }
    late = underway_at(problem, plan, at=15.0, late={"A": Late(seconds=10.0)})
    assert late.positions[0].free_at == 30.0
    done = underway_at(problem, plan, at=35.0, late={})
    assert done.done == ("1",)
    assert [s.request for s in done.positions[0].made] == ["1", "2", "1"]


def test_the_driver_says_which_stop_is_the_next() -> None:
    problem = city(SPOTS, (ask("1", 1, 3), ask("2", 2, 4)))
    plan = plan_of(problem)
    late = {"A": Late(seconds=20.0, following=("1", True))}
    (position,) = underway_at(problem, plan, at=15.0, late=late).positions
    assert (position.aboard, position.place, position.free_at) == ((), 1, 30.0)


def test_another_car_takes_who_would_wait_for_the_late_one() -> None:
    vehicles = tuple(Vehicle(code=c, seats=4, starts_in=0, ends_in=0, until=500) for c in "AB")
    requests = (ask("1", 1, 2, dropoff_window=(0, 30)), ask("2", 3, 4, pickup_window=(60, 80)))
    problem = city(SPOTS, requests, vehicles=vehicles)
    plan = plan_of(problem)
    assert [tour.vehicle for tour in plan.tours] == ["A"]
    late = {"A": Late(seconds=100.0)}
    underway, rest = again(problem, underway_at(problem, plan, at=15.0, late=late), plan)
    assert underway.wait == ()
    assert {t.vehicle: {s.request for s in t.stops} for t in rest.tours} == {"A": {"1"}, "B": {"2"}}
    assert not check(rest_of(problem, underway), rest).faults
    whole = {t.vehicle: [s.request for s in t.stops] for t in tours_of(problem, rest, underway)}
    assert whole == {"A": ["1", "1"], "B": ["2", "2"]}


def test_without_another_car_they_are_late_but_not_left() -> None:
    requests = (ask("1", 1, 2, dropoff_window=(0, 30)), ask("2", 3, 4, pickup_window=(30, 40)))
    problem = city(SPOTS, requests)
    plan = plan_of(problem)
    late = {"A": Late(seconds=700.0)}
    underway, rest = again(problem, underway_at(problem, plan, at=15.0, late=late), plan)
    assert rest.refused == ()
    assert dict(underway.wait) == {"2": 1200.0}
    assert not check(rest_of(problem, underway), rest).faults


def test_people_in_a_car_that_is_not_there_are_refused() -> None:
    with pytest.raises(ProblemError, match="sits in Z"):
        city(SPOTS, (ask("1", 1, 3, vehicle="Z"),))


def test_a_forged_change_of_cars_is_found_out() -> None:
    vehicles = tuple(Vehicle(code=c, seats=4, starts_in=0, ends_in=0, until=500) for c in "AB")
    problem = city(SPOTS, (ask("1", 1, 3),), vehicles=vehicles)
    plan = plan_of(problem)
    (tour,) = plan.tours
    other = "B" if tour.vehicle == "A" else "A"
    seated = replace(problem, requests=(ask("1", 1, 3, vehicle=other),))
    assert set(check(seated, plan).by_rule) == {"other_vehicle"}


def assert_never_above(problem: Problem, plan: DispatchPlan) -> None:
    bound = Bound(problem)
    before = bound.value
    for _ in range(20):
        assert before <= bound.value <= plan.objective + 1e-6
        before = bound.value
        bound.rise(plan.objective)


def test_the_bound_knows_that_seats_ask_for_several_ways() -> None:
    vehicles = tuple(Vehicle(code=c, seats=4, starts_in=0, ends_in=0, until=500) for c in "AB")
    window = {"pickup_window": (0, 20), "people": 3}
    problem = city(SPOTS, tuple(ask(f"{n}", 1, 4, **window) for n in range(2)), vehicles=vehicles)
    plan = plan_of(problem)
    assert plan.objective == pytest.approx(160)
    assert plan.bound == pytest.approx(160, rel=0.02)


SPOTS_DRAWN = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=7, unique=True
)


@settings(max_examples=30, deadline=None)
@given(SPOTS_DRAWN, st.data())
def test_at_any_moment_the_rest_can_be_done_and_nobody_changes_cars(
    spots: list[tuple[int, int]], data: st.DataObject
) -> None:
    requests = []
    for n in range(data.draw(st.integers(1, 6))):
        one, other = data.draw(st.permutations(range(len(spots))))[:2]
        first = data.draw(st.integers(0, 150))
        requests.append(
            ask(f"{n}", one, other, pickup_window=(first, first + 60), boarding=2.0,
                ride_max=data.draw(st.sampled_from([0, 60])))
        )  # fmt: skip
    vehicles = tuple(Vehicle(code=c, seats=4, starts_in=0, ends_in=0, until=600) for c in "AB")
    problem = city([(float(x), float(y)) for x, y in spots], tuple(requests), vehicles=vehicles)
    plan = plan_of(problem, rounds=1)
    assert_never_above(problem, plan)
    carried = {s.request for t in plan.tours for s in t.stops}
    tours, before = plan, None
    for at in sorted(data.draw(st.lists(st.integers(0, 300), min_size=1, max_size=3))):
        late = {
            c: Late(seconds=float(data.draw(st.integers(1, 200))))
            for c in data.draw(st.sets(st.sampled_from("AB")))
        }
        underway = underway_at(problem, tours, at=float(at), late=late, before=before)
        on_board = {c: p.vehicle for p in underway.positions for c, _ in p.aboard}
        before, tours = again(problem, underway, tours)
        rest = rest_of(problem, before)
        assert not check(rest, tours).faults
        assert_never_above(rest, tours)
        whole = tours_of(problem, tours, before)
        by_request = {s.request: t.vehicle for t in whole for s in t.stops}
        assert on_board.items() <= by_request.items()
        stops = [(s.request, s.is_pickup) for t in whole for s in t.stops]
        assert len(stops) == len(set(stops))
        assert {r for r, _ in stops} == carried - set(tours.refused)
        if not late:
            assert not set(tours.refused) & carried
