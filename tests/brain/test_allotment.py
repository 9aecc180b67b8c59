"""Sharing out what is scarce: small cases with known answers, and rules for any."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.brain.allotment.check import check
from sportsbrain.brain.allotment.plan import AllotmentPlan
from sportsbrain.brain.allotment.problem import Problem, ProblemError, Wish
from sportsbrain.brain.allotment.solve import draw, solve
from sportsbrain.vocabulary.planning import Stop


def solved(problem: Problem, seed: int = 1) -> AllotmentPlan:
    steps = solve(problem, seed=seed, stop=Stop(), clock=lambda: 0.0)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            plan: AllotmentPlan = done.value
            return plan


def problem_of(rule: str, pieces: int, *wishes: tuple[str, int, int, int], **more: int) -> Problem:
    return Problem(
        item="CAR", pieces=pieces, rule=rule, most=more.get("most", 0),
        reserve=more.get("reserve", 0),
        wishes=tuple(Wish(who=w, pieces=n, weight=g, bid=b) for w, n, g, b in wishes),
    )  # fmt: skip


def test_a_quota_is_in_proportion_to_people() -> None:
    problem = problem_of("quota", 10, ("A", 9, 60, 0), ("B", 9, 30, 0), ("C", 9, 10, 0))
    assert solved(problem).pieces == (6, 3, 1)


def test_what_one_does_not_wish_for_goes_to_the_others() -> None:
    problem = problem_of("quota", 10, ("A", 2, 60, 0), ("B", 9, 30, 0), ("C", 9, 10, 0))
    assert solved(problem).pieces == (2, 6, 2)


def test_nobody_gets_more_than_the_most() -> None:
    problem = problem_of("quota", 10, ("A", 9, 90, 0), ("B", 9, 10, 0), most=5)
    assert solved(problem).pieces == (5, 5)


def test_a_quota_is_the_best_of_all_whole_shares() -> None:
    problem = problem_of("quota", 7, ("A", 5, 7, 0), ("B", 4, 4, 0), ("C", 3, 3, 0))
    plan = solved(problem)
    every = [p for p in itertools.product(range(6), range(5), range(4)) if sum(p) == 7]
    best = min(sum(n * n / w for n, w in zip(p, (7, 4, 3), strict=True)) for p in every)
    assert plan.objective == pytest.approx(best)
    assert plan.bound <= best


def test_a_draw_can_be_repeated_and_another_seed_is_another_draw() -> None:
    wishes = [(f"D{n}", 2, 1, 0) for n in range(12)]
    problem = problem_of("lottery", 6, *wishes)
    assert solved(problem, 5).pieces == solved(problem, 5).pieces
    assert len({solved(problem, seed).pieces for seed in range(8)}) > 1
    assert sum(solved(problem).pieces) == 6
    assert max(solved(problem).pieces) == 1  # everybody one before anybody two


def test_every_place_of_a_draw_is_as_likely() -> None:
    problem = problem_of("lottery", 1, *((f"D{n}", 1, 1, 0) for n in range(4)))
    firsts = [draw(problem, seed)[0] for seed in range(2_000)]
    counts = [firsts.count(n) for n in range(4)]
    assert all(430 < n < 570 for n in counts)  # 500, within 3.6 standard deviations


def test_all_pay_the_highest_bid_that_went_without() -> None:
    problem = problem_of("price", 3, ("A", 2, 1, 900), ("B", 2, 1, 700), ("C", 2, 1, 500))
    plan = solved(problem)
    assert (plan.pieces, plan.price) == ((2, 1, 0), 700)


def test_with_enough_for_all_the_least_price_is_paid() -> None:
    problem = problem_of("price", 9, ("A", 2, 1, 900), ("B", 2, 1, 100), reserve=300)
    plan = solved(problem)
    assert (plan.pieces, plan.price) == ((2, 0), 300)


def test_what_is_pinned_stays() -> None:
    wishes = (Wish(who="A", pieces=3, weight=90), Wish(who="B", pieces=3))
    pinned = Problem(item="CAR", pieces=3, rule="quota", pinned=((1, 2),), wishes=wishes)
    assert solved(pinned).pieces == (1, 2)
    assert not check(pinned, solved(pinned)).faults


@pytest.mark.parametrize("wrong", [
    {"rule": "whim"}, {"pieces": -1}, {"pinned": ((0, 9),)}, {"pinned": ((7, 0),)},
    {"wishes": (Wish(who="A", pieces=1), Wish(who="A", pieces=1))},
    {"wishes": (Wish(who="A", pieces=0),)},
])  # fmt: skip
def test_a_problem_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    given: dict[str, object] = {"item": "CAR", "pieces": 3, "rule": "quota",
                                "wishes": (Wish(who="A", pieces=3),)}  # fmt: skip
    with pytest.raises(ProblemError, match="CAR"):
        Problem(**(given | wrong))  # type: ignore[arg-type]  # what is wrong is the point


WISHES = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 400), st.integers(0, 50)), min_size=1, max_size=9
)


@given(wishes=WISHES, pieces=st.integers(0, 40),
       rule=st.sampled_from(("quota", "lottery", "price")),
       most=st.integers(0, 6), reserve=st.integers(0, 30), seed=st.integers(0, 9))  # fmt: skip
def test_whatever_is_wished_the_check_finds_no_fault(
    wishes: list[tuple[int, int, int]], pieces: int, rule: str, most: int, reserve: int, seed: int
) -> None:
    named = [(f"D{n}", *wish) for n, wish in enumerate(wishes)]
    problem = problem_of(rule, pieces, *named, most=most, reserve=reserve)
    plan = solved(problem, seed)
    score = check(problem, plan)
    assert not score.faults
    assert score.objective == pytest.approx(plan.objective)
    assert plan.bound <= plan.objective + 1e-9
    assert Problem.from_json(problem.to_json()) == problem


@pytest.mark.parametrize(("rule", "pieces", "fault"), [
    ("quota", (3, 1), "not_in_proportion"), ("quota", (1, 1), "left_over"),
    ("quota", (0, 4), "more_than_wished"), ("quota", (4, 4), "more_than_there_is"),
    ("price", (1, 3), "passed_over"), ("lottery", (4, 0), "not_as_drawn"),
])  # fmt: skip
def test_the_check_names_the_rule_that_broke(
    rule: str, pieces: tuple[int, ...], fault: str
) -> None:
    problem = problem_of(rule, 4, ("A", 4, 1, 90), ("B", 3, 1, 50))
    plan = AllotmentPlan(pieces=pieces, price=60, order=(), objective=0, bound=0, terms=(), seed=1,
                         solver="", seconds=0, first_feasible_seconds=None)  # fmt: skip
    assert fault in check(problem, plan).by_rule
