"""From facts to a drafted version and back to facts."""

import itertools
from typing import Any

from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.sport.actions import adopt_timetable
from sportsbrain.sport.planning import (
    PLANNER,
    Order,
    Outcome,
    build_for,
    plan_timetable,
    score_of,
    starts_of_version,
)
from sportsbrain.world.queries import unit_lines
from tests.conftest import NOW


def plan(games: Any, **values: Any) -> Outcome:
    ticks = itertools.count()
    order = Order(rounds=2, is_deterministic=True, **values)
    steps = plan_timetable(
        games=games, order=order, actor="t", clock=lambda: float(next(ticks)), now=lambda: NOW
    )
    try:
        progress = next(steps)
        while True:
            assert progress.seconds >= 0
            progress = steps.send(False)
    except StopIteration as stop:
        outcome: Outcome = stop.value
    return outcome


def test_a_run_drafts_a_version_that_the_check_accepts(small_games: Any) -> None:
    outcome = plan(small_games)
    built = build_for(games=small_games)
    held = score_of(built=built, starts=built.held)
    assert outcome.score.faults == ()
    assert outcome.objective < held.objective
    version = version_row(games_id=small_games.id, planner=PLANNER, number=outcome.version)
    assert version.fault_count == 0
    assert version.bound <= version.objective
    starts = starts_of_version(games=small_games, number=outcome.version)
    assert score_of(built=built, starts=starts).objective == version.objective


def test_cancelling_keeps_the_best_so_far(small_games: Any) -> None:
    ticks = itertools.count()
    steps = plan_timetable(
        games=small_games,
        order=Order(rounds=50, is_deterministic=True),
        actor="t",
        clock=lambda: float(next(ticks)),
        now=lambda: NOW,
    )
    progress = next(steps)
    while progress.objective is None:
        progress = steps.send(False)
    try:
        while True:
            steps.send(True)
    except StopIteration as stop:
        assert stop.value.version == 1


def test_an_adopted_version_becomes_fact(small_games: Any) -> None:
    outcome = plan(small_games)
    changed = adopt_timetable(games=small_games, number=outcome.version, actor="t", now=NOW)
    assert changed > 0
    items = version_items(games_id=small_games.id, planner=PLANNER, number=outcome.version)
    lines = {u.code: u for u in unit_lines(games_id=small_games.id)}
    built = build_for(games=small_games)
    assert all(built.held[code] == item[0] for code, item in items.items())
    assert all(lines[code].schedule_status == "SCHEDULED" for code in items)
    assert score_of(built=built, starts=built.held).faults == ()
