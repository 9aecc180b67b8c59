"""Seats by least-cost flow in time, portions by the newsvendor rule."""

import math
from collections import defaultdict
from collections.abc import Callable, Generator
from statistics import NormalDist

from sportsbrain.brain.meals.plan import MealPlan, Portions, Seating
from sportsbrain.brain.meals.problem import Dish, Problem
from sportsbrain.vocabulary.planning import Progress, Stop, Term

SOLVER = "linear program (HiGHS) and newsvendor"
UNSEATED = 1000.0
NORMAL = NormalDist()


def solve(
    problem: Problem, *, seed: int, stop: Stop, clock: Callable[[], float]
) -> Generator[Progress, bool, MealPlan]:
    """
    Yield progress and return the plan.

    Who eats when and where is a linear program a day: least shifting and walking within the seats
    (a seat is taken for the whole stay). Whole people are rounded from it. Portions follow from
    the mean and spread of each dish: the quantile at which one more portion is as likely wasted as
    missing costs (newsvendor), which is best for each dish alone, so the bound is the same up to
    whole portions.
    """
    del stop
    began = clock()
    by_day: dict[int, list[int]] = defaultdict(list)
    for number, sitting in enumerate(problem.sittings):
        by_day[sitting.at // 86400].append(number)
    seatings: list[Seating] = []
    left: list[tuple[int, int]] = []
    least = 0.0
    for day in sorted(by_day):
        some, missing, bound = _seat(problem, by_day[day])
        seatings += some
        left += missing
        least += bound
        if (yield Progress(step="seats", seconds=clock() - began, note=f"day {day + 1}")):
            rest = [n for later in sorted(by_day) if later > day for n in by_day[later]]
            left += [(n, problem.sittings[n].people) for n in rest]
            break
    portions = _portions(problem, seatings)
    terms = _terms(problem, seatings, portions, least)
    return MealPlan(
        seatings=tuple(seatings),
        portions=portions,
        left=tuple(left),
        objective=sum(term.cost for term in terms),
        bound=sum(term.bound * term.weight for term in terms),
        terms=terms,
        seed=seed,
        solver=SOLVER,
        seconds=clock() - began,
        first_feasible_seconds=clock() - began,
    )


def _seat(
    problem: Problem, sittings: list[int]
) -> tuple[list[Seating], list[tuple[int, int]], float]:
    """Return the seatings of one day, who finds no seat, and the bound of shifting and walking."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix, vstack

    keys: list[tuple[int, int, int]] = []
    costs: list[float] = []
    for number in sittings:
        for hall, at, cost in _choices(problem, number):
            keys.append((number, hall, at))
            costs.append(cost)
    if not keys:
        return [], [(n, problem.sittings[n].people) for n in sittings], 0.0
    place = {number: row for row, number in enumerate(sittings)}
    full = sorted({(h, at + q * problem.step_seconds) for _, h, at in keys
                   for q in range(problem.stay_quarters)})  # fmt: skip
    rows = {key: row for row, key in enumerate(full)}
    count = len(keys)
    eat = coo_matrix(
        (np.ones(count), ([place[n] for n, _, _ in keys], range(count))),
        shape=(len(sittings), count),
    )
    seats = [
        (rows[h, at + q * problem.step_seconds], column)
        for column, (_, h, at) in enumerate(keys)
        for q in range(problem.stay_quarters)
    ]
    sit = coo_matrix(
        (np.ones(len(seats)), ([r for r, _ in seats], [c for _, c in seats])),
        shape=(len(full), count),
    )
    people = [problem.sittings[n].people for n in sittings]
    limits = {
        "A_ub": vstack([eat, sit]).tocsr(),
        "b_ub": [*people, *(problem.halls[h].seats for h, _ in full)],
        "bounds": (0, None), "method": "highs",
    }  # fmt: skip
    found = linprog([cost - UNSEATED for cost in costs], **limits)
    seatings, taken = _whole(problem, keys, found.x, people, place)
    missing = [(n, people[place[n]] - taken[n]) for n in sittings if taken[n] < people[place[n]]]
    served = sum(taken.values())
    if served < found.x.sum() - 1e-6:  # rounding left somebody out: the least for as many as eat
        found = linprog(costs, A_eq=np.ones((1, count)), b_eq=[served], **limits)
        return seatings, missing, float(found.fun)
    return seatings, missing, float(found.fun) + UNSEATED * float(found.x.sum())


def _choices(problem: Problem, number: int) -> list[tuple[int, int, float]]:
    """Return (hall, quarter, price) of where and when a sitting may eat."""
    sitting = problem.sittings[number]
    found = []
    for hall, minutes in sitting.halls:
        for shift in range(-sitting.shift_max, sitting.shift_max + 1):
            at = sitting.at + shift * problem.step_seconds
            stay = problem.stay_quarters * problem.step_seconds
            if any(a <= at and at + stay <= b for a, b in problem.halls[hall].opens):
                cost = abs(shift) * problem.shift_cost + minutes * problem.walk_cost
                found.append((hall, at, cost))
    return found


def _whole(
    problem: Problem,
    keys: list[tuple[int, int, int]],
    values: "list[float]",
    people: list[int],
    place: dict[int, int],
) -> tuple[list[Seating], dict[int, int]]:
    """Round to whole people: down first, then up where seats are left, the largest rests first."""
    free: dict[tuple[int, int], int] = {}
    for _, hall, at in keys:
        for q in range(problem.stay_quarters):
            free[hall, at + q * problem.step_seconds] = problem.halls[hall].seats
    counts = [int(value + 1e-9) for value in values]
    taken: dict[int, int] = defaultdict(int)
    for (number, hall, at), count in zip(keys, counts, strict=True):
        taken[number] += count
        for q in range(problem.stay_quarters):
            free[hall, at + q * problem.step_seconds] -= count
    order = sorted(range(len(keys)), key=lambda i: (counts[i] - values[i], i))
    for index in order:
        number, hall, at = keys[index]
        quarters = [at + q * problem.step_seconds for q in range(problem.stay_quarters)]
        room = min(free[hall, moment] for moment in quarters)
        more = min(people[place[number]] - taken[number], room)
        if more > 0 and (counts[index] > 0 or values[index] > 1e-9):
            counts[index] += more
            taken[number] += more
            for moment in quarters:
                free[hall, moment] -= more
    seatings = [
        Seating(sitting=number, hall=hall, at=at, people=count)
        for (number, hall, at), count in zip(keys, counts, strict=True)
        if count
    ]
    return seatings, taken


def _portions(problem: Problem, seatings: list[Seating]) -> tuple[Portions, ...]:
    eaters: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for seating in seatings:
        sitting = problem.sittings[seating.sitting]
        eaters[sitting.meal, seating.hall][sitting.cuisine] += seating.people
    found = []
    for (meal, hall), by_cuisine in sorted(eaters.items()):
        for dish in problem.dishes:
            expected, spread = demand_of(problem, dish, by_cuisine)
            if expected > 0:
                found.append(
                    _made(dish, meal, problem.halls[hall].code, expected=expected, spread=spread)
                )
    return tuple(found)


def demand_of(problem: Problem, dish: Dish, eaters: dict[str, int]) -> tuple[float, float]:
    """Return mean and standard deviation of the portions asked for: chance and taste together."""
    mean = variance = 0.0
    shares = dict(dish.shares)
    for cuisine, people in eaters.items():
        share = shares.get(cuisine, 0.0)
        mean += people * share
        variance += people * share * (1 - share) + (people * share * problem.share_spread) ** 2
    return mean, math.sqrt(variance)


def _made(dish: Dish, meal: str, hall: str, *, expected: float, spread: float) -> Portions:
    ratio = dish.shortage_cost / (dish.shortage_cost + dish.waste_cost)
    portions = max(0, round(expected + NORMAL.inv_cdf(ratio) * spread))
    waste, shortage = losses(portions, expected=expected, spread=spread)
    return Portions(
        meal=meal,
        hall=hall,
        dish=dish.code,
        portions=portions,
        expected=expected,
        spread=spread,
        waste=waste,
        shortage=shortage,
    )


def losses(portions: float, *, expected: float, spread: float) -> tuple[float, float]:
    """Return the expected portions wasted and missing when demand is normal."""
    if spread <= 0:
        return max(0.0, portions - expected), max(0.0, expected - portions)
    z = (portions - expected) / spread
    shortage = spread * (NORMAL.pdf(z) - z * (1 - NORMAL.cdf(z)))
    return portions - expected + shortage, shortage


def _terms(
    problem: Problem, seatings: list[Seating], portions: tuple[Portions, ...], least: float
) -> tuple[Term, ...]:
    dishes = {dish.code: dish for dish in problem.dishes}
    shifted = walk = 0.0
    for seating in seatings:
        sitting = problem.sittings[seating.sitting]
        shifted += seating.people * abs(seating.at - sitting.at) / problem.step_seconds
        walk += seating.people * dict(sitting.halls)[seating.hall]
    waste = sum(dishes[p.dish].waste_cost * p.waste for p in portions)
    shortage = sum(dishes[p.dish].shortage_cost * p.shortage for p in portions)
    best_waste = best_shortage = 0.0
    for row in portions:
        dish = dishes[row.dish]
        ratio = dish.shortage_cost / (dish.shortage_cost + dish.waste_cost)
        exact = row.expected + NORMAL.inv_cdf(ratio) * row.spread
        less, more = losses(exact, expected=row.expected, spread=row.spread)
        best_waste += dish.waste_cost * less
        best_shortage += dish.shortage_cost * more
    together = best_waste + best_shortage
    return (
        Term(key="waste", value=waste, weight=1.0, bound=min(waste, together)),
        Term(
            key="shortage", value=shortage, weight=1.0,
            bound=max(0.0, together - min(waste, together)),
        ),
        Term(key="shifted", value=shifted, weight=problem.shift_cost, bound=0.0),
        Term(
            key="walk", value=walk, weight=problem.walk_cost,
            bound=max(0.0, least / problem.walk_cost) if problem.walk_cost else 0.0,
        ),
    )  # fmt: skip
