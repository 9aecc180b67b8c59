"""Judge a meal plan. Shares nothing with the solver but the problem."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import NormalDist

from sportsbrain.brain.meals.plan import MealPlan
from sportsbrain.brain.meals.problem import Problem
from sportsbrain.vocabulary.planning import Fault, Score

RULES = ("not_fed", "hall_full", "hall_closed", "too_early_or_late", "short_stock")
NORMAL = NormalDist()


def check(problem: Problem, plan: MealPlan) -> Score:
    """Return the faults and the soft terms of a plan."""
    faults = [*_fed(problem, plan), *_seats(problem, plan), *_stock(problem, plan)]
    weights = {
        "waste": 1.0,
        "shortage": 1.0,
        "shifted": problem.shift_cost,
        "walk": problem.walk_cost,
    }
    return Score(faults=tuple(faults), soft=_soft(problem, plan), weights=weights)


def _fed(problem: Problem, plan: MealPlan) -> Iterator[Fault]:
    fed: Counter[int] = Counter()
    for seating in plan.seatings:
        fed[seating.sitting] += seating.people
    missing: Counter[str] = Counter()
    for number, sitting in enumerate(problem.sittings):
        if fed[number] != sitting.people:
            missing[sitting.meal] += sitting.people - fed[number]
    for meal, people in sorted(missing.items()):
        text = f"{people} people find no seat" if people > 0 else f"{-people} eat twice"
        yield Fault(rule="not_fed", text=f"{meal}: {text}", units=(meal,))


def _seats(problem: Problem, plan: MealPlan) -> Iterator[Fault]:
    taken: Counter[tuple[int, int]] = Counter()
    step, stay = problem.step_seconds, problem.stay_quarters
    for seating in plan.seatings:
        sitting, hall = problem.sittings[seating.sitting], problem.halls[seating.hall]
        for quarter in range(stay):
            taken[seating.hall, seating.at + quarter * step] += seating.people
        ends = seating.at + stay * step
        if not any(a <= seating.at and ends <= b for a, b in hall.opens):
            text = f"{seating.people} people eat in {hall.code} while it is closed"
            yield Fault(rule="hall_closed", text=text, places=(hall.code,), seconds=seating.at)
        may = seating.hall in dict(sitting.halls)
        if not may or abs(seating.at - sitting.at) > sitting.shift_max * step:
            text = f"{sitting.meal}: {seating.people} people at another time or hall than they can"
            yield Fault(rule="too_early_or_late", text=text, places=(hall.code,))
    for (number, moment), people in sorted(taken.items()):
        hall = problem.halls[number]
        if people > hall.seats:
            text = f"{people} people on {hall.seats} seats of {hall.code}"
            yield Fault(rule="hall_full", text=text, places=(hall.code,), seconds=moment)


def _demands(problem: Problem, plan: MealPlan) -> dict[tuple[str, str, str], tuple[float, float]]:
    """Return mean and spread by meal, hall and dish from the seatings."""
    eaters: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for seating in plan.seatings:
        sitting = problem.sittings[seating.sitting]
        eaters[sitting.meal, problem.halls[seating.hall].code][sitting.cuisine] += seating.people
    found = {}
    for (meal, hall), cuisines in eaters.items():
        for dish in problem.dishes:
            mean = variance = 0.0
            for cuisine, share in dish.shares:
                people = cuisines[cuisine]
                mean += people * share
                variance += people * share * (1 - share)
                variance += (people * share * problem.share_spread) ** 2
            if mean > 0:
                found[meal, hall, dish.code] = (mean, math.sqrt(variance))
    return found


def _stock(problem: Problem, plan: MealPlan) -> Iterator[Fault]:
    """Yield dishes of which less is made than the mean that will be asked for."""
    made = {(p.meal, p.hall, p.dish): p.portions for p in plan.portions}
    for (meal, hall, dish), (mean, _) in sorted(_demands(problem, plan).items()):
        portions = made.get((meal, hall, dish), 0)
        if portions < math.floor(mean):
            text = f"{meal}, {hall}: {portions} portions of {dish}, {mean:.0f} will be asked for"
            yield Fault(rule="short_stock", text=text, units=(meal, dish), places=(hall,))


def _soft(problem: Problem, plan: MealPlan) -> dict[str, float]:
    dishes = {dish.code: dish for dish in problem.dishes}
    made = {(p.meal, p.hall, p.dish): p.portions for p in plan.portions}
    waste = shortage = 0.0
    for key, (mean, spread) in sorted(_demands(problem, plan).items()):
        dish, portions = dishes[key[2]], made.get(key, 0)
        z = (portions - mean) / spread if spread else 0.0
        missing = max(0.0, mean - portions)
        if spread:
            missing = spread * (NORMAL.pdf(z) - z * (1 - NORMAL.cdf(z)))
        shortage += dish.shortage_cost * missing
        waste += dish.waste_cost * (portions - mean + missing)
    shifted = walk = 0.0
    for seating in plan.seatings:
        sitting = problem.sittings[seating.sitting]
        shifted += seating.people * abs(seating.at - sitting.at) / problem.step_seconds
        walk += seating.people * dict(sitting.halls).get(seating.hall, 0.0)
    return {"waste": waste, "shortage": shortage, "shifted": shifted, "walk": walk}
