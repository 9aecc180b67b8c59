"""Judge a night's moves. Shares nothing with the solver but the problem."""

from collections.abc import Iterator

from sportsbrain.brain.retail.plan import RetailPlan
from sportsbrain.brain.retail.problem import Problem
from sportsbrain.vocabulary.planning import Fault, Score

RULES = ("not_there", "no_room", "no_truck", "pinned_moved")


def check(problem: Problem, plan: RetailPlan) -> Score:
    """Return the faults and the soft terms of a plan."""
    counts = [list(row) for row in problem.stock]
    for haul in plan.hauls:
        counts[haul.item][haul.store] += haul.pieces
    faults = [*_supply(problem, counts), *_room(problem, counts), *_trucks(problem, plan)]
    return Score(
        faults=tuple(faults), soft=_soft(problem, plan, counts),
        weights={"lost": 1.0, "moves": 1.0},
    )  # fmt: skip


def _supply(problem: Problem, counts: list[list[int]]) -> Iterator[Fault]:
    for number, item in enumerate(problem.items):
        have = item.warehouse + sum(problem.stock[number])
        if sum(counts[number]) > have:
            text = f"{item.code}: {sum(counts[number])} pieces in stores, and there are {have}"
            yield Fault(rule="not_there", text=text, units=(item.code,))
        for place, pieces in enumerate(counts[number]):
            if pieces < 0:
                store = problem.stores[place].code
                text = f"{-pieces} more of {item.code} leave {store} than are there"
                yield Fault(rule="not_there", text=text, units=(item.code,), places=(store,))


def _room(problem: Problem, counts: list[list[int]]) -> Iterator[Fault]:
    for number, store in enumerate(problem.stores):
        held = sum(row[number] for row in counts)
        if held > store.room:
            text = f"{store.code}: {held} pieces in room for {store.room}"
            yield Fault(rule="no_room", text=text, places=(store.code,))


def _trucks(problem: Problem, plan: RetailPlan) -> Iterator[Fault]:
    brought = sum(max(0, haul.pieces) for haul in plan.hauls)
    if brought > problem.trucks:
        text = f"{brought} pieces on trucks for {problem.trucks}"
        yield Fault(rule="no_truck", text=text)
    pinned = set(problem.pinned)
    for haul in plan.hauls:
        if (haul.item, haul.store) in pinned and haul.pieces:
            item, store = problem.items[haul.item].code, problem.stores[haul.store].code
            text = f"{item} of {store} is pinned, and {haul.pieces} are moved"
            yield Fault(rule="pinned_moved", text=text, units=(item,), places=(store,))


def _soft(problem: Problem, plan: RetailPlan, counts: list[list[int]]) -> dict[str, float]:
    """Return expected lost margin, by the distribution of scipy, and the cost of the moves."""
    import numpy as np
    from scipy import stats

    means = np.array(problem.means, dtype=float)
    pieces = np.array(counts, dtype=int)
    margins = np.array([item.margin for item in problem.items])
    k = problem.dispersion
    lost = 0.0
    most = int(pieces.max(initial=0))
    shares = np.where(means > 0, k / (k + np.maximum(means, 1e-12)), 1.0)
    sold = np.zeros_like(means)
    for n in range(most):
        sold += np.where(pieces > n, stats.nbinom.sf(n, k, shares), 0.0)
    lost = float((margins[:, None] * (means - sold)).sum())
    moved = sum(abs(haul.pieces) for haul in plan.hauls)
    return {"lost": lost, "moves": problem.move_cost * moved}
