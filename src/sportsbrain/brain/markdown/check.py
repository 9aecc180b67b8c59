"""Judge a night's prices. Shares nothing with the solver but the problem."""

from collections.abc import Iterator

from sportsbrain.brain.markdown.plan import Mark, MarkdownPlan
from sportsbrain.brain.markdown.problem import SAME, Problem
from sportsbrain.vocabulary.planning import Fault, Score

RULES = ("not_on_ladder", "goes_up", "below_floor", "pinned_moved")


def check(problem: Problem, plan: MarkdownPlan) -> Score:
    """Return the faults and the soft terms of prices."""
    faults = tuple(fault for mark in plan.marks for fault in _faults(problem, mark))
    return Score(
        faults=faults, soft=_soft(problem, {mark.item: mark.share for mark in plan.marks}),
        weights={"forgone": 1.0, "labels": 1.0},
    )  # fmt: skip


def _faults(problem: Problem, mark: Mark) -> Iterator[Fault]:
    item = problem.items[mark.item]
    words = f"{item.code} at {mark.share:.0%} of its price"
    if not any(abs(mark.share - share) < SAME for share in problem.ladder):
        yield Fault(rule="not_on_ladder", text=f"{words} is not on the ladder", units=(item.code,))
    if mark.share > item.share + SAME:
        text = f"{words} costs more than today: {item.share:.0%}"
        yield Fault(rule="goes_up", text=text, units=(item.code,))
    if mark.share < item.floor - SAME:
        text = f"{words} costs less than it may: {item.floor:.0%}"
        yield Fault(rule="below_floor", text=text, units=(item.code,))
    if mark.item in problem.pinned and abs(mark.share - item.share) > SAME:
        yield Fault(rule="pinned_moved", text=f"{words}, and it is pinned", units=(item.code,))


def _soft(problem: Problem, shares: dict[int, float]) -> dict[str, float]:
    """Return what is forgone and the labels, sales as a sum over scipy's distribution."""
    import numpy as np
    from scipy import stats

    forgone = labels = 0.0
    k = problem.dispersion
    for number, item in enumerate(problem.items):
        share = shares.get(number, item.share)
        mean = item.mean * (item.share / share) ** problem.elasticity
        sold = 0.0
        if mean > 0:
            sold = float(stats.nbinom.sf(np.arange(item.pieces), k, k / (k + mean)).sum())
        left = problem.salvage * item.price
        forgone += item.price * (item.pieces - share * sold) - left * (item.pieces - sold)
        labels += problem.label_cost * item.pieces * (abs(share - item.share) > SAME)
    return {"forgone": forgone, "labels": labels}
