"""Sixty-four days that could be, on processes of this machine and on Ray: the same answers."""

import datetime as dt
import time
from importlib.util import find_spec

from sportsbrain.bench.database import own_server
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.small_games import own_games
from sportsbrain.brain.crowd.sweep import Answered, Task, answered, scenarios
from sportsbrain.plans.jobs import HERE, LOCAL, spread
from sportsbrain.plans.queries import Sources, version_items, version_of
from sportsbrain.venues.planning.sweep import sweep_tasks

WORKERS, DAYS = 2, 20
SHARES, LATE, LANES = (0.9, 1.0, 1.1, 1.2), (0.0, 10.0, 20.0, 30.0), (0.7, 0.8, 0.9, 1.0)


def sweeps() -> list[BenchRow]:
    """Return times and efficiency of one process, two of ours, and two workers of Ray."""
    tasks = _tasks()
    answered(tasks[0])  # compiled and kept: what is measured is the work
    alone, truth = _timed(tasks, workers=1, address=LOCAL)
    local, ours = _timed(tasks, workers=WORKERS, address=LOCAL)
    rows = [
        BenchRow(line=6, case="64 scenarios, one process", value=alone, unit="s"),
        BenchRow(line=6, case="two processes of ours", value=local, unit="s", peer="one process",
                 peer_value=alone),
        BenchRow(line=6, case="of the best that two can do", value=alone / local / WORKERS,
                 unit="share"),
        BenchRow(line=6, case="scenarios with another answer", value=_other(truth, ours),
                 unit="", op="==", target=0),
    ]  # fmt: skip
    if find_spec("ray") is None:
        return rows
    begins, _ = _timed(tasks[:WORKERS], workers=WORKERS, address=HERE)
    far, theirs = _timed(tasks, workers=WORKERS, address=HERE)
    work = max(far - begins, 1e-9) / (1 - WORKERS / len(tasks))
    return [
        *rows,
        BenchRow(line=6, case="Ray, two workers, its beginning and end too", value=far, unit="s",
                 peer="two processes", peer_value=local),
        BenchRow(line=6, case="Ray begins, does two of them, ends", value=begins, unit="s"),
        BenchRow(line=6, case="of the best that two can do, by Ray, once it has begun",
                 value=alone / work / WORKERS, unit="share"),
        BenchRow(line=6, case="scenarios with another answer, by Ray", value=_other(truth, theirs),
                 unit="", op="==", target=0),
    ]  # fmt: skip


def _tasks() -> tuple[Task, ...]:
    with own_server():
        games = own_games()
        number = version_of(games_id=games.id, planner="lanes", sources=Sources())
        items = version_items(games_id=games.id, planner="lanes", number=number or 0)
        fullest = max(items["sites"].values(), key=lambda row: sum(n for _, n in row["comes"]))
        wanted = scenarios(people=SHARES, late_minutes=LATE, lanes=LANES)
        date = dt.date.fromisoformat(fullest["date"])
        return sweep_tasks(
            games=games, venue=fullest["venue"], date=date, wanted=wanted, days=DAYS, seed=1
        )


def _timed(tasks: tuple[Task, ...], *, workers: int, address: str) -> tuple[float, list[Answered]]:
    began = time.perf_counter()
    found = list(spread(answered, tasks, workers=workers, address=address))
    return time.perf_counter() - began, found


def _other(truth: list[Answered], found: list[Answered]) -> float:
    return float(sum(a != b for a, b in zip(truth, found, strict=True)))
