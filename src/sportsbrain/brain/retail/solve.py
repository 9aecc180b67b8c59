"""Tonight's moves: each piece where it is worth most, by prices of supply, room and trucks."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from sportsbrain.brain.retail.plan import Haul, RetailPlan
from sportsbrain.brain.retail.problem import Problem
from sportsbrain.vocabulary.planning import Progress, Stop, Term

SOLVER = "newsvendor by prices (Lagrange)"
ROUNDS = 24


@dataclass(slots=True, kw_only=True)
class _Night:
    """The problem as arrays, by item and store."""

    means: Any
    stock: Any
    pinned: Any
    margins: Any
    supply: Any
    room: Any
    k: float
    cost: float
    trucks: int


def solve(
    problem: Problem, *, seed: int, stop: Stop, clock: Callable[[], float]
) -> Generator[Progress, bool, RetailPlan]:
    """
    Yield progress and return the moves of a night.

    Without limits of room and trucks a night falls apart into items, and each is a newsvendor over
    stores: pieces go where the chance that they are asked for is highest, until the supply is gone.
    Room and trucks get prices that rise where too much is wanted (subgradient). Any prices give a
    bound of the gain; the plan is made feasible at the end by giving up the pieces worth least.
    """
    import numpy as np

    from sportsbrain.brain.retail import kernels

    began = clock()
    night = _night(problem)
    prices = np.zeros(len(problem.items))
    rooms, truck = np.zeros(len(problem.stores)), 0.0
    counts = np.zeros_like(night.stock)
    most, best, cheapest = float(night.margins.max(initial=1.0)), np.inf, np.inf
    chosen = night.stock.copy()
    possible = float((night.margins[:, None] * night.means).sum())
    rounds = stop.rounds if stop.deterministic else min(stop.rounds or ROUNDS, ROUNDS)
    for n in range(max(1, rounds)):
        kernels.placed(night.means, night.stock, night.pinned, night.margins, night.supply, rooms,
                       night.k, night.cost, truck, counts, prices)  # fmt: skip
        best = min(best, kernels.dual(
            night.means, night.stock, night.pinned, night.margins, night.supply, rooms, night.room,
            night.k, night.cost, truck, night.trucks, prices,
        ))  # fmt: skip
        over = counts.sum(axis=0) - night.room
        more = float(np.maximum(counts - night.stock, 0).sum()) - night.trucks
        tried = _feasible(night, counts.copy())
        cost = sum(kernels.worth(night.means, night.stock, night.margins, night.k, night.cost,
                                 tried))  # fmt: skip
        if cost < cheapest:
            cheapest, chosen = cost, tried
        bound = possible - best
        if (yield Progress(step="prices", seconds=clock() - began, objective=cheapest,
                           bound=bound, note=f"round {n + 1}")):  # fmt: skip
            break
        is_free = not (over > 0).any() and more <= 0 and not rooms.any() and not truck
        if is_free or (clock() - began > stop.seconds and not stop.deterministic):
            break
        step = 0.5 * most / (n + 1) ** 0.7
        rooms = np.maximum(0.0, rooms + step * over / np.maximum(night.room, 1))
        truck = max(0.0, truck + step * more / max(night.trucks, 1))
    return _plan(problem, night, chosen, possible - best, seed, clock() - began)


def _night(problem: Problem) -> _Night:
    import numpy as np

    shape = (len(problem.items), len(problem.stores))
    stock = np.array(problem.stock, dtype=np.int64).reshape(shape)
    pinned = np.zeros(shape, dtype=np.bool_)
    for item, store in problem.pinned:
        pinned[item, store] = True
    return _Night(
        means=np.array(problem.means, dtype=np.float64).reshape(shape), stock=stock, pinned=pinned,
        margins=np.array([item.margin for item in problem.items]),
        supply=stock.sum(axis=1) + np.array([item.warehouse for item in problem.items]),
        room=np.array([store.room for store in problem.stores], dtype=np.int64),
        k=problem.dispersion, cost=problem.move_cost, trucks=problem.trucks,
    )  # fmt: skip


def _feasible(night: _Night, counts: Any) -> Any:
    """Give up what does not fit, worth least first; then use what room and trucks are left."""
    import numpy as np

    from sportsbrain.brain.retail import kernels

    for store in np.flatnonzero(counts.sum(axis=0) > night.room):
        _cut(night, counts, [int(store)], int(counts[:, store].sum() - night.room[store]))
    over = int(np.maximum(counts - night.stock, 0).sum()) - night.trucks
    if over > 0:
        _cut(night, counts, list(range(counts.shape[1])), over)
    left = night.supply - counts.sum(axis=1)
    free = night.room - counts.sum(axis=0)
    trucks = night.trucks - int(np.maximum(counts - night.stock, 0).sum())
    kernels.fill(night.means, night.stock, night.pinned, night.margins, left, free, night.k,
                 night.cost, trucks, counts)  # fmt: skip
    return counts


def _cut(night: _Night, counts: Any, stores: list[int], over: int) -> None:
    """Take so many of the pieces that were brought to some stores away, worth least first."""
    import heapq

    from sportsbrain.brain.retail import kernels

    def value(item: int, store: int) -> float:
        pieces = int(counts[item, store]) - 1
        return float(
            night.margins[item] * kernels.chance(night.means[item, store], night.k, pieces)
        )

    heap = [
        (value(item, store), item, store)
        for store in stores
        for item in range(counts.shape[0])
        if counts[item, store] > night.stock[item, store]
    ]
    heapq.heapify(heap)
    while over > 0 and heap:
        _, item, store = heapq.heappop(heap)
        counts[item, store] -= 1
        over -= 1
        if counts[item, store] > night.stock[item, store]:
            heapq.heappush(heap, (value(item, store), item, store))


def _plan(
    problem: Problem, night: _Night, counts: Any, bound: float, seed: int, seconds: float
) -> RetailPlan:
    import numpy as np

    from sportsbrain.brain.retail import kernels

    moved = counts - night.stock
    hauls = tuple(
        Haul(item=int(item), store=int(store), pieces=int(moved[item, store]))
        for item, store in zip(*np.nonzero(moved), strict=True)
    )
    lost, moves = kernels.worth(night.means, night.stock, night.margins, night.k, night.cost,
                                counts)  # fmt: skip
    del problem
    return RetailPlan(
        hauls=hauls, objective=lost + moves, bound=max(0.0, min(bound, lost + moves)),
        terms=(Term(key="lost", value=lost, weight=1.0, bound=0.0),
               Term(key="moves", value=moves, weight=1.0, bound=0.0)),
        seed=seed, solver=SOLVER, seconds=seconds, first_feasible_seconds=seconds,
    )  # fmt: skip
