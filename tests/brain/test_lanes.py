"""Lanes of venue-days: least that keep the promise, judged by loops of the check's own."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.brain.crowd.check import check
from sportsbrain.brain.crowd.plan import StaffingPlan
from sportsbrain.brain.crowd.problem import (
    QUARTER,
    Arrival,
    Bank,
    Entrance,
    Ingress,
    ProblemError,
    Site,
    Staffing,
)
from sportsbrain.brain.crowd.solve import solve
from sportsbrain.vocabulary.planning import Stop

QUARTERS = 10


def site(code: str = "A/1", people: float = 1200.0, most: int = 12) -> Site:
    """Return a venue with one entrance and a curve over six quarters."""
    shares = (0.1, 0.2, 0.3, 0.25, 0.1, 0.05)
    closed = (0,) * QUARTERS
    entrance = Entrance(
        code="main",
        share=1.0,
        screening=(Bank(code="s", opens_at=0.0, open_lanes=closed, headway=10.0),),
        gates=Bank(code="g", opens_at=0.0, open_lanes=closed, headway=5.0, headway_cv=0.3),
        walks=(60.0, 30.0, 60.0),
    )
    arrival = Arrival(mode="foot", starts_at=0.0, people=tuple(people * s for s in shares))
    ingress = Ingress(starts_at=6.0 * QUARTER, arrivals=(arrival,), entrances=(entrance,))
    return Site(code=code, ingress=ingress, lanes_max=(most,), gates_max=(most,))


def done(
    problem: Staffing, *, content: Callable[[int], bool] = lambda _n: False, **more: Any
) -> StaffingPlan:
    """Return the plan of a run that is told to be content by its number of steps."""
    going = solve(problem, seed=1, stop=Stop(seconds=60), clock=time.monotonic, **more)
    try:
        next(going)
        for n in range(1_000_000):
            going.send(content(n))
    except StopIteration as end:
        plan: StaffingPlan = end.value
        return plan
    raise AssertionError


def test_every_quarter_is_proved_and_the_check_agrees() -> None:
    problem = Staffing(sites=(site(), site("B/1", 300.0)))
    plan = done(problem)
    score = check(problem, plan)
    assert score.faults == ()
    assert abs(score.objective - plan.objective) < 1e-6
    assert plan.bound <= plan.objective
    for bank in plan.banks:
        assert bank.proved == QUARTERS
        assert bank.constant_hours is not None
        assert bank.hours <= bank.constant_hours
    assert done(problem).banks == plan.banks


def test_one_lane_fewer_in_any_quarter_breaks_the_promise_by_the_check() -> None:
    problem = Staffing(sites=(site(),))
    plan = done(problem)
    screening = plan.bank("A/1", "main", "screening")
    others = tuple(bank for bank in plan.banks if bank is not screening)
    for quarter, lanes in enumerate(screening.open_lanes):
        if not lanes:
            continue
        fewer = list(screening.open_lanes)
        fewer[quarter] -= 1
        worse = replace(plan, banks=(replace(screening, open_lanes=tuple(fewer)), *others))
        assert "promise" in check(problem, worse).by_rule


def test_too_few_lanes_are_said_with_the_quarter_that_breaks() -> None:
    problem = Staffing(sites=(site(most=1),))
    plan = done(problem)
    screening = plan.bank("A/1", "main", "screening")
    assert screening.broken > 0
    assert "quarter" in screening.reason
    assert screening.open_lanes == (1,) * QUARTERS
    assert check(problem, plan).by_rule["promise"] >= 1


def test_a_missing_bank_and_too_many_lanes_are_faults() -> None:
    problem = Staffing(sites=(site(),))
    plan = done(problem)
    assert "no_lanes" in check(problem, replace(plan, banks=plan.banks[1:])).by_rule
    many = replace(plan.banks[0], open_lanes=(13,) * QUARTERS)
    assert "too_many" in check(problem, replace(plan, banks=(many, *plan.banks[1:]))).by_rule


def test_known_sites_are_kept_and_others_solved() -> None:
    problem = Staffing(sites=(site(), site("B/1", 300.0)))
    plan = done(problem)
    known = {problem.sites[0].fingerprint(): plan.banks[:2]}
    again = done(problem, known=known)
    assert again.banks == plan.banks


def test_a_run_that_is_content_at_once_still_serves_everybody() -> None:
    problem = Staffing(sites=(site(), site("B/1", 300.0)))
    plan = done(problem, content=lambda _n: True)
    assert len(plan.banks) == 4
    assert check(problem, plan).faults == ()


def test_sites_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ProblemError, match="entrances need"):
        replace(site(), lanes_max=(1, 2))


@settings(max_examples=15, deadline=None)
@given(people=st.integers(0, 900), most=st.integers(1, 9))
def test_the_check_never_finds_more_than_the_plan_says(people: int, most: int) -> None:
    problem = Staffing(sites=(site(people=float(people), most=most),), days=2)
    plan = done(problem)
    broken = sum(bank.broken for bank in plan.banks)
    assert check(problem, plan).soft["promise"] == broken
