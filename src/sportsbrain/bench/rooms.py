"""Beds of the large and the real Games beside two greedy assignments."""

import pathlib
import time
from collections.abc import Callable

from sportsbrain.bench.games import games_to_plan, to_the_end
from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.rooms.check import check
from sportsbrain.brain.rooms.solve import greedy_plan, solve
from sportsbrain.village.planning import build_rooms
from sportsbrain.vocabulary.planning import Order, Stop, relative_gap

SECONDS = 120.0
HELD = ("not_accessible", "pair_together")


def bench_rooms(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of lines 1 and 2."""
    del data
    rows = []
    for games in games_to_plan(games_code):
        problem = build_rooms(games=games, order=Order()).problem
        greedy = check(problem, tuple(greedy_plan(problem)))
        nearest = check(problem, tuple(greedy_plan(problem, nearest=True)))
        began = time.monotonic()
        stop = Stop(seconds=min(seconds, SECONDS))
        steps = solve(problem, seed=1, stop=stop, clock=time.monotonic)
        plan = to_the_end(steps, games.code, on_progress)
        spent = time.monotonic() - began
        score = check(problem, plan.beds)
        gap = relative_gap(objective=score.objective, bound=plan.bound)
        case = f"{games.code}, {len(problem.people)} residents"
        missed = sum(score.by_rule.get(rule, 0) for rule in HELD)
        explained = {split.delegation for split in plan.splits if split.text}
        rows += [
            BenchRow(line=1, case=f"{case}: hard faults", value=len(score.faults), unit="faults",
                     peer="greedy", peer_value=len(greedy.faults), op="==", target=0),
            BenchRow(line=1, case=f"{case}: time", value=spent, unit="s", op="<=", target=300),
            BenchRow(line=2, case=f"{case}: objective", value=score.objective, unit="cost",
                     peer="greedy, best fit", peer_value=greedy.objective),
            BenchRow(line=2, case=f"{case}: below greedy",
                     value=100 * (1 - score.objective / greedy.objective), unit="%",
                     op=">=", target=15),
            BenchRow(line=2, case=f"{case}: objective", value=score.objective, unit="cost",
                     peer="greedy, nearest fit", peer_value=nearest.objective),
            BenchRow(line=2, case=f"{case}: gap in {stop.seconds:.0f} s", value=100 * gap, unit="%",
                     op="<=", target=5),
            BenchRow(line=2, case=f"{case}: accessible or apart missed", value=missed,
                     unit="faults", op="==", target=0),
            BenchRow(line=2, case=f"{case}: splits unexplained",
                     value=len(plan.splits) - len(explained), unit="", op="==", target=0),
        ]  # fmt: skip
    return rows
