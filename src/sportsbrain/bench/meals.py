"""Meals of the large and the real Games beside making the mean of every dish."""

import pathlib
import time
from collections.abc import Callable

from sportsbrain.bench.games import games_to_plan, to_the_end
from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.meals.check import check
from sportsbrain.brain.meals.solve import losses, solve
from sportsbrain.plans.queries import Sources, version_of
from sportsbrain.village import jobs
from sportsbrain.village.planning import build_meals
from sportsbrain.vocabulary.planning import Order, Stop, relative_gap


def bench_meals(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of line 1; rooms are planned first where there are none."""
    del data
    rows = []
    for games in games_to_plan(games_code):
        if version_of(games_id=games.id, planner="rooms", sources=Sources()) is None:
            jobs.run_order(games=games, planner="rooms", order=Order(seconds=30), actor="bench")
        problem = build_meals(games=games, order=Order()).problem
        began = time.monotonic()
        steps = solve(problem, seed=1, stop=Stop(seconds=seconds), clock=time.monotonic)
        plan = to_the_end(steps, games.code, on_progress)
        spent = time.monotonic() - began
        score = check(problem, plan)
        dishes = {dish.code: dish for dish in problem.dishes}
        mean = 0.0
        for row in plan.portions:
            waste, shortage = losses(round(row.expected), expected=row.expected, spread=row.spread)
            dish = dishes[row.dish]
            mean += waste * dish.waste_cost + shortage * dish.shortage_cost
        stock = score.soft["waste"] + score.soft["shortage"]
        gap = relative_gap(objective=score.objective, bound=plan.bound)
        people = sum(seating.people for seating in plan.seatings)
        case = f"{games.code}, {people} meals"
        rows += [
            BenchRow(line=1, case=f"{case}: hard faults", value=len(score.faults), unit="faults",
                     op="==", target=0),
            BenchRow(line=1, case=f"{case}: waste and shortage", value=stock, unit="cost",
                     peer="the mean of each dish", peer_value=mean),
            BenchRow(line=1, case=f"{case}: gap", value=100 * gap, unit="%"),
            BenchRow(line=1, case=f"{case}: time", value=spent, unit="s", op="<=", target=300),
        ]  # fmt: skip
    return rows
