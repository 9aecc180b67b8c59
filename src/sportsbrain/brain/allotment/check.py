"""Judge an allotment. Shares nothing with the solver but the problem."""

import hashlib
import itertools
from collections.abc import Iterator

from sportsbrain.brain.allotment.plan import AllotmentPlan
from sportsbrain.brain.allotment.problem import Problem
from sportsbrain.vocabulary.planning import Fault, Score
from sportsbrain.vocabulary.rates import AllotmentRule

RULES = ("more_than_there_is", "more_than_wished", "left_over", "pinned_moved", "not_in_proportion",
         "not_as_drawn", "passed_over", "dearer_than_bid")  # fmt: skip
SAME = 1e-9


def check(problem: Problem, plan: AllotmentPlan) -> Score:
    """Return the faults of an allotment and its soft term."""
    faults = tuple(_faults(problem, plan))
    got = dict(enumerate(plan.pieces))
    if problem.rule == AllotmentRule.QUOTA.value:
        soft = {"unfairness": sum(n**2 / problem.wishes[i].weight for i, n in got.items())}
    elif problem.rule == AllotmentRule.LOTTERY.value:
        soft = {"left": float(problem.pieces - sum(got.values()))}
    else:
        pinned = {number for number, _ in problem.pinned}
        free = {i: n for i, n in got.items() if i not in pinned}
        gaps = [n * (problem.wishes[i].bid - plan.price) for i, n in free.items()]
        soft = {"forgone": float(sum(gaps))}
    return Score(faults=faults, soft=soft, weights=dict.fromkeys(soft, 1.0))


def _faults(problem: Problem, plan: AllotmentPlan) -> Iterator[Fault]:
    got = plan.pieces
    if len(got) != len(problem.wishes) or min(got, default=0) < 0 or sum(got) > problem.pieces:
        text = f"{sum(got)} of {problem.pieces} pieces of {problem.item} for {len(got)} wishes"
        yield Fault(rule="more_than_there_is", text=text, units=(problem.item,))
        return
    for number, wish in enumerate(problem.wishes):
        if got[number] > problem.cap(number):
            yield Fault(
                rule="more_than_wished",
                units=(wish.who,),
                text=f"{wish.who} gets {got[number]}, and may have {problem.cap(number)}",
            )
    for number, pieces in problem.pinned:
        if got[number] != pieces:
            who = problem.wishes[number].who
            yield Fault(rule="pinned_moved", text=f"{who} keeps {pieces}", units=(who,))
    free = [n for n in range(len(got)) if n not in dict(problem.pinned)]
    short = [n for n in free if got[n] < problem.cap(n)]
    if short and sum(got) < problem.pieces:
        who = problem.wishes[short[0]].who
        yield Fault(rule="left_over", text=f"pieces are left, and {who} goes without", units=(who,))
    judged = {
        AllotmentRule.QUOTA.value: _quota,
        AllotmentRule.LOTTERY.value: _lottery,
        AllotmentRule.PRICE.value: _price,
    }
    yield from judged[AllotmentRule(problem.rule).value](problem, plan, free)


def _quota(problem: Problem, plan: AllotmentPlan, free: list[int]) -> Iterator[Fault]:
    """No piece that changes hands makes it fairer."""
    got, wishes = plan.pieces, problem.wishes
    for a, b in itertools.permutations(free, 2):
        if got[a] and got[b] < problem.cap(b):
            less = (2 * got[a] - 1) / wishes[a].weight
            more = (2 * got[b] + 1) / wishes[b].weight
            if more < less - SAME:
                text = f"a piece of {wishes[a].who} belongs to {wishes[b].who}"
                yield Fault(rule="not_in_proportion", text=text,
                            units=(wishes[a].who, wishes[b].who))  # fmt: skip


def _lottery(problem: Problem, plan: AllotmentPlan, free: list[int]) -> Iterator[Fault]:
    """Who was drawn later has no more than who was drawn before, unless that one had enough."""
    marks = {
        n: hashlib.sha256(
            f"{plan.seed}:{problem.item}:{problem.wishes[n].who}".encode()
        ).hexdigest()
        for n in free
    }
    for a, b in itertools.permutations(free, 2):
        if marks[a] < marks[b] and plan.pieces[a] < problem.cap(a):
            who, other = problem.wishes[a].who, problem.wishes[b].who
            if plan.pieces[b] > plan.pieces[a]:
                yield Fault(
                    rule="not_as_drawn",
                    units=(who, other),
                    text=f"{who} was drawn before {other} and gets less",
                )
        if plan.pieces[b] < problem.cap(b) and plan.pieces[a] > plan.pieces[b] + 1:
            who, other = problem.wishes[a].who, problem.wishes[b].who
            yield Fault(
                rule="not_as_drawn",
                units=(who, other),
                text=f"{who} was served twice before {other}",
            )


def _price(problem: Problem, plan: AllotmentPlan, free: list[int]) -> Iterator[Fault]:
    if plan.price < problem.reserve:
        text = f"{problem.item} goes for less than its least price"
        yield Fault(rule="dearer_than_bid", text=text, units=(problem.item,))
    for n in free:
        wish = problem.wishes[n]
        if plan.pieces[n] and wish.bid < plan.price:
            yield Fault(
                rule="dearer_than_bid",
                units=(wish.who,),
                text=f"{wish.who} bid {wish.bid} and would pay {plan.price}",
            )
        if plan.pieces[n] < problem.cap(n) and wish.bid > plan.price:
            yield Fault(
                rule="passed_over",
                units=(wish.who,),
                text=f"{wish.who} bid more than {plan.price} and goes without",
            )
