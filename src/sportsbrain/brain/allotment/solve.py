"""
Share pieces out.

By quota the next piece goes to whom it adds least unfairness: with a sum of squares by weight that
is the best of all whole shares (Gross 1956), and what Sainte-Laguë found for seats. By lottery one
piece each in the order of a draw that anybody can repeat. By price to the highest bids, all at the
highest bid that went without: nobody pays more than the bid.
"""

import hashlib
import heapq
from collections.abc import Callable, Generator, Sequence

from sportsbrain.brain.allotment.plan import AllotmentPlan
from sportsbrain.brain.allotment.problem import Problem
from sportsbrain.vocabulary.planning import Progress, Stop, Term
from sportsbrain.vocabulary.rates import AllotmentRule

SOLVER = "allotment"
Given = tuple[list[int], int, tuple[int, ...], float, float]


def draw(problem: Problem, seed: int) -> tuple[int, ...]:
    """Return wishes in the order of the draw: by SHA-256 of seed, item and who, least first."""

    def mark(number: int) -> str:
        text = f"{seed}:{problem.item}:{problem.wishes[number].who}"
        return hashlib.sha256(text.encode()).hexdigest()

    return tuple(sorted(range(len(problem.wishes)), key=mark))


def solve(
    problem: Problem, *, seed: int, stop: Stop, clock: Callable[[], float]
) -> Generator[Progress, object, AllotmentPlan]:
    """Yield progress and return who gets what. It takes milliseconds: ``stop`` never ends it."""
    del stop
    began = clock()
    ways: dict[str, Callable[[Problem, int], Given]] = {
        AllotmentRule.QUOTA.value: _quota,
        AllotmentRule.LOTTERY.value: _lottery,
        AllotmentRule.PRICE.value: _price,
    }
    pieces, price, order, objective, bound = ways[problem.rule](problem, seed)
    key = {"quota": "unfairness", "lottery": "left", "price": "forgone"}[problem.rule]
    term = Term(key=key, value=objective, weight=1.0, bound=bound)
    yield Progress(step=problem.rule, seconds=clock() - began, objective=objective, bound=bound,
                   terms=(term,))  # fmt: skip
    return AllotmentPlan(
        pieces=tuple(pieces), price=price, order=order, objective=objective, bound=bound,
        terms=(term,), seed=seed, solver=SOLVER, seconds=clock() - began,
        first_feasible_seconds=clock() - began,
    )  # fmt: skip


def _begun(problem: Problem) -> tuple[list[int], int, list[int]]:
    """Return pieces as pinned, how many are left, and the wishes that are open."""
    pieces = [0] * len(problem.wishes)
    for number, n in problem.pinned:
        pieces[number] = n
    pinned = {number for number, _ in problem.pinned}
    numbers = [n for n in range(len(problem.wishes)) if n not in pinned]
    return pieces, problem.pieces - sum(pieces), numbers


def _quota(problem: Problem, _seed: int) -> Given:
    pieces, left, numbers = _begun(problem)
    weights = [wish.weight for wish in problem.wishes]
    heap = [(1 / weights[n], problem.wishes[n].who, n) for n in numbers if problem.cap(n)]
    heapq.heapify(heap)
    while left and heap:
        _, who, n = heapq.heappop(heap)
        pieces[n] += 1
        left -= 1
        if pieces[n] < problem.cap(n):
            heapq.heappush(heap, ((2 * pieces[n] + 1) / weights[n], who, n))
    objective = sum(a * a / w for a, w in zip(pieces, weights, strict=True))
    return pieces, 0, (), objective, min(objective, _filled(problem, numbers, pieces))


def _filled(problem: Problem, numbers: Sequence[int], pieces: Sequence[int]) -> float:
    """Return the least unfairness of shares that need not be whole: water in weighted vessels."""
    open_ones, fixed = list(numbers), [n for n in range(len(pieces)) if n not in set(numbers)]
    left = float(sum(pieces[n] for n in numbers))
    total = sum(pieces[n] ** 2 / problem.wishes[n].weight for n in fixed)
    open_ones.sort(key=lambda n: problem.cap(n) / problem.wishes[n].weight)
    weight = sum(problem.wishes[n].weight for n in open_ones)
    for n in open_ones:
        own = problem.wishes[n].weight
        share = min(float(problem.cap(n)), left * own / weight)
        total += share**2 / own
        left, weight = left - share, weight - own
    return total


def _lottery(problem: Problem, seed: int) -> Given:
    pieces, left, numbers = _begun(problem)
    order = draw(problem, seed)
    waiting = [n for n in order if n in set(numbers) and problem.cap(n)]
    while left and waiting:
        for n in waiting[:left]:
            pieces[n] += 1
        left -= min(left, len(waiting))
        waiting = [n for n in waiting if pieces[n] < problem.cap(n)]
    wanted = sum(problem.cap(n) for n in numbers) + sum(n for _, n in problem.pinned)
    nobody = max(0, problem.pieces - wanted)  # nobody wishes for these
    return pieces, 0, order, float(left), float(nobody)


def _price(problem: Problem, _seed: int) -> Given:
    pieces, left, numbers = _begun(problem)
    ranked = sorted(numbers, key=lambda n: (-problem.wishes[n].bid, problem.wishes[n].who))
    price, most = problem.reserve, 0
    for n in ranked:
        if problem.cap(n):
            got = min(left, problem.cap(n))
            pieces[n] += got
            left -= got
            most += got * problem.wishes[n].bid
            if got < problem.cap(n):
                price = max(price, problem.wishes[n].bid)
    earned = price * sum(pieces[n] for n in numbers)
    return pieces, price, (), float(most - earned), 0.0
