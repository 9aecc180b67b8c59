"""The timetable planner beside a list schedule, the plan as held and PyJobShop; and the pages."""

import datetime as dt
import pathlib
import resource
import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from sportsbrain.bench.games import REAL_GAMES
from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.problem import Problem
from sportsbrain.brain.timetable.solve import greedy_timetable
from sportsbrain.brain.timetable.solve.search import Search
from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.feeds.tables.reference import reference_games
from sportsbrain.sport.planning import (
    Built,
    build_for,
    draft_held,
    least_for_closure,
    moves_for,
)
from sportsbrain.vocabulary.changes import Closure
from sportsbrain.vocabulary.planning import Stop, relative_gap

REPEATS = 20
CLOSURES_2024 = (
    ("BCY", "2024-07-30T14:00+02:00", "2024-07-30T20:00+02:00"),
    ("CPL", "2024-07-30T08:00+02:00", "2024-07-30T13:00+02:00"),
    ("EIF", "2024-07-30T14:00+02:00", "2024-07-30T20:00+02:00"),
    ("YDM", "2024-07-29T10:00+02:00", "2024-07-29T14:00+02:00"),
    ("MAM", "2024-07-30T00:00+02:00", "2024-08-02T00:00+02:00"),
)


def bench_timetable(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """
    Return the rows of one Games, and the pages of the large reference Games.

    Without a name the real Games is taken when it is imported, else the large reference.
    """
    del data  # the real Games is imported
    large = reference_games("large")
    games = get_games(code=games_code) if games_code else get_games(code=REAL_GAMES) or large
    if games is None:
        message = f"no Games {games_code!r}; import it first"
        raise LookupError(message)
    built = build_for(games=games)
    rows = _plan(games, built, seconds, on_progress)
    on_progress("closures")
    rows += _closures(games, built)
    on_progress("PyJobShop")
    rows += _pyjobshop(built.problem)
    on_progress("pages of the large Games")
    return rows + _pages(large)


def _peak_memory_mb() -> float:
    """Return the most memory this process and the largest of its children held, in MB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + children) / 1024


def _plan(
    games: GamesRow, built: Built, seconds: float, on_progress: Callable[[str], None]
) -> list[BenchRow]:
    problem = built.problem
    held = check(problem, built.held)
    greedy = check(problem, greedy_timetable(problem))
    ceilings = {k: v for k, v in held.soft.items() if k != "stability"}
    search = Search(
        problem, seed=1, stop=Stop(seconds=seconds), clock=time.monotonic, ceilings=ceilings
    )
    for progress in search.run(None):
        share = "no plan yet" if progress.gap is None else f"gap {progress.gap:.1%}"
        on_progress(f"{games.code} {progress.seconds:.0f} of {seconds:.0f} s, {share}")
    plan = search.timetable()
    score = check(problem, plan.start_of())
    gap = relative_gap(objective=score.objective, bound=plan.bound)
    case = f"{games.code}, {len(problem.units)} units"
    rows = [
        BenchRow(line=4, case=f"{case}: hard faults", value=len(score.faults), unit="faults",
                 peer="as held", peer_value=len(held.faults), op="==", target=0),
        BenchRow(line=4, case=f"{case}: first feasible", value=plan.first_feasible_seconds,
                 unit="s", op="<=", target=60),
        BenchRow(line=4, case=f"{case}: objective", value=score.objective, unit="cost",
                 peer="as held", peer_value=held.objective),
        BenchRow(line=6, case=f"{case}: objective", value=score.objective, unit="cost",
                 peer=f"list schedule ({len(greedy.faults)} faults)",
                 peer_value=greedy.objective),
        BenchRow(line=4, case=f"{case}: bound", value=plan.bound, unit="cost"),
        # the target is meant for 300 s and the real Games
        BenchRow(line=4, case=f"{case}: gap in {seconds:.0f} s", value=gap, unit="",
                 target=0.15 if games.code == REAL_GAMES and seconds >= 300 else None),
        BenchRow(line=4, case="memory at most, this process and one of the crew",
                 value=_peak_memory_mb(), unit="MB"),
    ]  # fmt: skip
    bounds = {term.key: term.bound for term in plan.terms}
    for key, value in score.soft.items():
        if key != "stability":
            rows.append(
                BenchRow(line=4, case=f"{key} (alone at least {bounds[key]:.1f})", value=value,
                         unit="", peer="as held", peer_value=held.soft[key], op="<=",
                         target=held.soft[key] if games.code == REAL_GAMES else None)
            )  # fmt: skip
    return rows


def _closures(games: GamesRow, built: Built) -> list[BenchRow]:
    if games.code != REAL_GAMES:
        return []
    rows = []
    for venue, since, until in CLOSURES_2024:
        closure = Closure(
            venue=venue,
            starts_at=dt.datetime.fromisoformat(since),
            ends_before=dt.datetime.fromisoformat(until),
        )
        began = time.monotonic()
        moves, _ = moves_for(
            built=built, starts=built.held, changes=(closure,), seconds=9.0, seed=1
        )
        spent = time.monotonic() - began
        apart = least_for_closure(built=built, starts=built.held, closure=closure)
        rows.append(BenchRow(line=5, case=f"{venue} closed: time", value=spent, unit="s",
                             op="<=", target=10))  # fmt: skip
        rows.append(BenchRow(line=5, case=f"{venue} closed: units moved", value=moves.moved,
                             unit="units", peer="least by a separate model", peer_value=apart,
                             op="<=", target=apart))  # fmt: skip
        rows.append(BenchRow(line=5, case=f"{venue} closed: least by the planner's own model",
                             value=moves.bound, unit="units"))  # fmt: skip
    return rows


def _pyjobshop(problem: Problem) -> list[BenchRow]:
    """Let PyJobShop place what it can express: one machine a place, fewest last minutes."""
    try:
        from pyjobshop import Model
    except ImportError:
        return [BenchRow(line=6, case="PyJobShop is not installed", value=None, unit="")]
    model = Model()
    machines = [model.add_machine(name=place.code) for place in problem.locations]
    tasks: dict[int, dict[int, list[Any]]] = {}
    for unit in problem.units:
        task = model.add_task(name=unit.code)
        model.add_mode(task, machines[unit.location], duration=-(-unit.seconds // 60))
        tasks.setdefault(unit.event, {}).setdefault(unit.stage, []).append(task)
    for stages in tasks.values():
        order = sorted(stages)
        for before, after in pairwise(order):
            for one in stages[before]:
                for other in stages[after]:
                    model.add_end_before_start(one, other)
    began = time.monotonic()
    result = model.solve(time_limit=60, display=False)
    spent = time.monotonic() - began
    began = time.monotonic()
    greedy_timetable(problem)
    mine = time.monotonic() - began
    return [
        BenchRow(
            line=6, case="all rules, list schedule (peer: places and stages only)", value=mine,
            unit="s", peer=f"PyJobShop {result.status.value}", peer_value=spent,
        )
    ]  # fmt: skip


def _pages(games: GamesRow) -> list[BenchRow]:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from sportsbrain.sport.queries import Filters, unit_rows

    draft_held(games=games, actor="bench", now=dt.datetime.now(dt.UTC))
    client = Client()
    client.force_login(get_user_model().objects.get(username="demo-planner"))
    row = unit_rows(games=games, filters=Filters(is_medal_only=True))[0].line
    names = (
        "", "schedule/", "venues/", f"venues/{row.venue_code}/", f"events/{row.event_code}/",
        f"units/{row.code}/", "organisations/", "participants/P00001/", "timetables/",
        "timetables/1/",
    )  # fmt: skip
    rows = []
    for name in names:
        address = f"/games/{games.code}/{name}"
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        count = len(queries)
        times = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            answer = client.get(address)
            times.append(1000 * (time.perf_counter() - began))
        if answer.status_code != 200:
            message = f"{address} answered {answer.status_code}"
            raise RuntimeError(message)
        p95 = statistics.quantiles(times, n=20)[-1]
        rows.append(BenchRow(line=7, case=f"page /{name} p95", value=p95, unit="ms", target=150))
        rows.append(BenchRow(line=7, case=f"page /{name} queries", value=count, unit="",
                             target=12))  # fmt: skip
    return rows
