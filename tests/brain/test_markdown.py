"""Markdown: prices with known answers, the closed form, a bound that nobody beats."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sportsbrain.brain.markdown.check import check
from sportsbrain.brain.markdown.plan import Mark, MarkdownPlan
from sportsbrain.brain.markdown.problem import Item, Problem, ProblemError
from sportsbrain.brain.markdown.solve import sales, solve
from sportsbrain.vocabulary.planning import Stop

pytestmark = pytest.mark.brain
LADDER = (1.0, 0.8, 0.65, 0.5, 0.35)


def a_night(*items: Item, **more: Any) -> Problem:
    return Problem(**{"items": items, "ladder": LADDER, "label_cost": 0.0, **more})


def an_item(**more: Any) -> Item:
    return Item(
        **{"code": "CAP", "price": 2_000.0, "share": 1.0, "pieces": 10, "mean": 5.0, **more}
    )


def plan_of(problem: Problem) -> MarkdownPlan:
    steps = solve(problem, seed=1, clock=lambda: 0.0,
                  stop=Stop(seconds=60, rounds=9, deterministic=True))  # fmt: skip
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: MarkdownPlan = done.value
            return found


def shares(problem: Problem) -> list[float]:
    found = {mark.item: mark.share for mark in plan_of(problem).marks}
    return [found.get(n, item.share) for n, item in enumerate(problem.items)]


@pytest.mark.parametrize(("mean", "k", "pieces"), [(0.3, 0.7, 4), (40.0, 6.0, 25), (900.0, 2.0, 1)])
def test_expected_sales_are_those_of_the_distribution(mean: float, k: float, pieces: int) -> None:
    exact = stats.nbinom.sf(np.arange(pieces), k, k / (k + mean)).sum()
    assert sales(mean, k, pieces) == pytest.approx(exact)


def test_what_sells_anyway_keeps_its_price_and_what_does_not_goes_down() -> None:
    scarce, plenty = an_item(mean=500.0), an_item(pieces=500)
    assert shares(a_night(scarce, plenty)) == [1.0, 0.35]


def test_where_a_lower_price_brings_in_less_it_stays() -> None:
    assert shares(a_night(an_item(pieces=500), elasticity=0.8)) == [1.0]


def test_floors_pins_and_labels_hold_a_price() -> None:
    plenty = an_item(pieces=500)
    assert shares(a_night(an_item(pieces=500, floor=0.6))) == [0.65]
    assert shares(a_night(plenty, pinned=(0,))) == [1.0]
    assert shares(a_night(plenty, label_cost=50.0)) == [1.0], "500 labels cost more than they bring"
    assert shares(a_night(an_item(pieces=500, share=0.5))) == [0.35], "only down"


def test_the_check_names_what_is_wrong() -> None:
    problem = a_night(an_item(share=0.65, floor=0.5), an_item(), pinned=(1,))
    wrong = plan_of(problem)
    for mark, rules in (
        (Mark(item=0, share=0.6), {"not_on_ladder"}),
        (Mark(item=0, share=0.8), {"goes_up"}),
        (Mark(item=0, share=0.35), {"below_floor"}),
        (Mark(item=1, share=0.5), {"pinned_moved"}),
    ):
        plan = MarkdownPlan(marks=(mark,), objective=0, bound=0, terms=(), seed=1, solver="",
                            seconds=0, first_feasible_seconds=None)  # fmt: skip
        assert {fault.rule for fault in check(problem, plan).faults} == rules
    assert check(problem, wrong).faults == ()


@pytest.mark.parametrize(
    "wrong",
    [{"ladder": ()}, {"ladder": (1.2,)}, {"dispersion": 0}, {"salvage": 1.0}, {"elasticity": -1}],
)
def test_what_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ProblemError):
        a_night(an_item(), **wrong)
    with pytest.raises(ProblemError):
        a_night(an_item(price=0))


ITEMS = st.builds(
    Item, code=st.just("X"), price=st.floats(100, 9_000), share=st.sampled_from(LADDER),
    pieces=st.integers(0, 60), mean=st.floats(0, 90), floor=st.sampled_from([0.0, 0.5]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(ITEMS, max_size=3), st.floats(0.5, 4), st.floats(0, 30), st.floats(0.5, 20))
def test_no_static_prices_are_better_and_the_bound_holds(
    items: list[Item], elasticity: float, label_cost: float, dispersion: float
) -> None:
    problem = a_night(*items, elasticity=elasticity, label_cost=label_cost, dispersion=dispersion)
    plan = plan_of(problem)
    score = check(problem, plan)
    assert score.faults == ()
    assert sum(score.soft.values()) == pytest.approx(plan.objective, rel=1e-6, abs=1e-3)
    assert plan.bound <= plan.objective + 1e-6
    for some in itertools.product(*(problem.choices(n) for n in range(len(items)))):
        marks = tuple(Mark(item=n, share=share) for n, share in enumerate(some)
                      if share != items[n].share)  # fmt: skip
        other = MarkdownPlan(marks=marks, objective=0, bound=0, terms=(), seed=1, solver="",
                             seconds=0, first_feasible_seconds=None)  # fmt: skip
        assert sum(check(problem, other).soft.values()) >= plan.objective - 1e-3


def test_nobody_who_knows_the_popularity_and_moves_prices_beats_the_bound() -> None:
    problem = a_night(an_item(pieces=40, mean=30.0), dispersion=3.0)
    plan, item, dice = plan_of(problem), problem.items[0], np.random.default_rng(1)
    earned = []
    for _ in range(4_000):  # ten days; the price that sells out what is left, popularity known
        popular, left, money = dice.gamma(3.0, 1 / 3.0), item.pieces, 0.0
        for day in range(10):
            rest = 10 - day
            wanted = [popular * problem.mean_at(0, s) / 10 for s in LADDER]
            best = max(range(5), key=lambda n: LADDER[n] * min(left, wanted[n] * rest))
            sold = min(left, dice.poisson(wanted[best]))
            left, money = left - sold, money + sold * LADDER[best] * item.price
        earned.append(money + left * problem.salvage * item.price)
    assert item.price * item.pieces - float(np.mean(earned)) >= plan.bound
