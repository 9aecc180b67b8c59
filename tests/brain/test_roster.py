"""Shifts on small cases with known answers, and random ones before the independent check."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.brain.roster.check import check, check_team
from sportsbrain.brain.roster.plan import RosterPlan
from sportsbrain.brain.roster.problem import (
    Applicant,
    Demand,
    Limits,
    Post,
    Problem,
    ProblemError,
    Shift,
    Team,
    Worker,
)
from sportsbrain.brain.roster.solve import Effort, solve, solve_team
from sportsbrain.brain.roster.solve.explain import contradictions, weakest
from sportsbrain.brain.roster.solve.posts import assign_posts
from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.planning import Stop

pytestmark = pytest.mark.brain
EARLY = Shift(code="early", starts_minute=360, minutes=480)
LATE = Shift(code="late", starts_minute=900, minutes=480, not_before=(0,))
EFFORT = Effort(seconds=5.0, is_deterministic=True)


def team(days: int, limits: Limits, *demands: Demand, people: int = 2, **more: Any) -> Team:
    """Return a team of some alike people."""
    workers = tuple(Worker(code=f"W{n}", limits=limits) for n in range(people))
    return Team(
        code="T", days=days, shifts=(EARLY, LATE),
        **{"workers": workers, "demands": demands, **more},
    )  # fmt: skip


def need(day: int, shift: int, people: int, **more: Any) -> Demand:
    """Return a demand."""
    return Demand(day=day, shift=shift, people=people, **more)


def test_a_late_shift_is_not_followed_by_an_early_one() -> None:
    built = team(2, Limits(), need(0, 1, 1), need(1, 0, 1), people=1)
    roster = solve_team(built, EFFORT)
    assert roster is not None
    assert roster.objective == roster.bound == 100
    assert not check_team(built, roster.shifts).faults


def test_days_in_a_row_end() -> None:
    demands = [need(day, 0, 1) for day in range(7)]
    built = team(7, Limits(in_row_max=3), *demands, people=1)
    roster = solve_team(built, EFFORT)
    assert roster is not None
    assert roster.objective == 100
    assert len(roster.shifts) == 6  # one of seven days is left open


def test_a_skill_is_asked_for() -> None:
    workers = (
        Worker(code="W0", limits=Limits(), skills=("first aid",)),
        Worker(code="W1", limits=Limits()),
    )
    demands = (need(0, 0, 1, skill="first aid"), need(0, 1, 1))
    roster = solve_team(team(1, Limits(), *demands, workers=workers), EFFORT)
    assert roster is not None
    assert roster.shifts == (("W0", 0, 0), ("W1", 0, 1))


def test_shifts_are_shared_fairly() -> None:
    demands = [need(day, 0, 1) for day in range(4)]
    roster = solve_team(team(4, Limits(), *demands, unfair_weight=3), EFFORT)
    assert roster is not None
    assert roster.objective == 0
    assert sorted(code for code, _, _ in roster.shifts) == ["W0", "W0", "W1", "W1"]


def test_contradicting_rules_are_named_and_no_others() -> None:
    limits = Limits(minutes_min=480 * 6, in_row_max=2, off_min=2, weekends_max=0)
    built = team(7, limits, need(0, 0, 1), people=1)
    assert solve_team(built, EFFORT) is None
    (conflict,) = contradictions(built)
    assert conflict.rules == ("least minutes", "weekends")
    built = team(7, replace(limits, weekends_max=-1), need(0, 0, 1), people=1)
    (conflict,) = contradictions(built)
    assert conflict.rules == ("least minutes", "days in a row at most")


def test_the_weakest_place_of_a_team_is_told() -> None:
    built = team(1, Limits(), need(0, 0, 3, skill="Arabic"))
    roster = solve_team(built, EFFORT)
    assert roster is not None
    assert "3 of 3 people with Arabic are missing; the team has 0" in weakest(built, roster)


def test_every_forged_roster_is_found_out() -> None:
    limits = Limits(in_row_max=2, off_min=2, minutes_max=1440, weekends_max=0, shifts_max=(9, 1))
    worker = Worker(code="W0", limits=limits, days_off=(1,))
    built = team(7, limits, workers=(worker,))
    shifts = (
        ("W0", 0, 1), ("W0", 1, 0), ("W0", 2, 1), ("W0", 4, 0), ("W0", 5, 0), ("W0", 5, 1),
        ("W9", 0, 0),
    )  # fmt: skip
    assert set(check_team(built, shifts).by_rule) == {
        "two_shifts", "day_off", "rest", "days_in_row", "days_off_in_row", "minutes",
        "shift_limit", "weekends", "unknown_worker",
    }  # fmt: skip


limits_drawn = st.builds(
    Limits,
    in_row_max=st.integers(1, 5),
    in_row_min=st.integers(1, 2),
    off_min=st.integers(1, 3),
    weekends_max=st.integers(-1, 2),
    minutes_max=st.sampled_from([960, 2400, 5000]),
)


@settings(max_examples=25, deadline=None)
@given(
    limits_drawn,
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 1), st.integers(0, 3)), max_size=10),
    st.integers(0, 4),
)
def test_random_teams_have_no_fault(
    limits: Limits, rows: list[tuple[int, int, int]], people: int
) -> None:
    unique = {(day, shift): count for day, shift, count in rows}
    demands = [need(day, shift, count) for (day, shift), count in unique.items()]
    built = team(9, limits, *demands, people=people, unfair_weight=1, preference_weight=1)
    roster = solve_team(built, EFFORT)
    assert roster is not None
    score = check_team(built, roster.shifts)
    assert not score.faults
    assert score.objective == pytest.approx(roster.objective)
    assert roster.bound <= roster.objective


def workforce(people: int = 6) -> Problem:
    """Return two posts, one at each end of the city."""
    shifts = (EARLY, LATE)
    posts = tuple(
        Post(
            code=code, area=area, at=at, people=2, demands=(need(0, 0, 2), need(1, 1, 1)),
            skill_people=(("first aid", 1),),
        )
        for code, area, at in (("P1", "medical", (41000, 0)), ("P2", "gates", (41500, 0)))
    )  # fmt: skip
    applicants = tuple(
        Applicant(
            code=f"A{n}", home=(41000 + 500 * (n % 2), 0),
            skills=("first aid",) if n < 2 else (),
        )
        for n in range(people)
    )  # fmt: skip
    return Problem(days=2, shifts=shifts, posts=posts, applicants=applicants, limits=Limits())


def plan_of(problem: Problem) -> RosterPlan:
    """Return the deterministic plan."""
    ticks = itertools.count()
    stop = Stop(seconds=20, rounds=2, deterministic=True)
    steps = solve(problem, seed=1, stop=stop, clock=lambda: next(ticks) * 0.01)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        found: RosterPlan = end.value
        return found


def test_people_join_the_team_near_them_and_skills_are_spread() -> None:
    problem = workforce()
    postings = assign_posts(problem)
    assert postings.of[0] == 0
    assert postings.of[1] == 1
    assert len(postings.left) == 2
    plan = plan_of(problem)
    score = check(problem, plan)
    assert not score.faults
    assert plan.objective == pytest.approx(score.objective)
    assert plan.bound <= plan.objective


def test_too_few_people_leave_places_empty_and_say_so() -> None:
    problem = workforce(people=3)
    postings = assign_posts(problem)
    assert sum(count for _, count in postings.empty) == 1
    assert not check(problem, plan_of(problem)).faults
    nobody = replace(problem, applicants=())
    assert check(nobody, plan_of(nobody)).soft["under"] == 600


def test_cancel_keeps_what_was_found() -> None:
    problem = workforce()
    steps = solve(problem, seed=1, stop=Stop(seconds=20), clock=lambda: 0.0)
    next(steps)
    try:
        while True:
            steps.send(True)
    except StopIteration as end:
        assert not check(problem, end.value).faults


def test_same_seed_same_plan_and_problems_survive_json() -> None:
    problem = workforce()
    assert frozen.from_json(Problem, frozen.to_json(problem)) == problem
    assert [t.shifts for t in plan_of(problem).teams] == [t.shifts for t in plan_of(problem).teams]


def test_a_problem_checks_itself() -> None:
    with pytest.raises(ProblemError, match="stands twice"):
        team(1, Limits(), workers=(Worker(code="1", limits=Limits()),) * 2)
    with pytest.raises(ProblemError, match="a demand on day 9"):
        team(1, Limits(), need(9, 0, 1))
