"""From facts to a drafted version and back to facts."""

import itertools
import pathlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

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
from tests.conftest import NOW, games_once


def plan(games: Any, **values: Any) -> Outcome:
    order = Order(seconds=5.0, **values)
    steps = plan_timetable(
        games=games, order=order, actor="t", clock=time.monotonic, now=lambda: NOW
    )
    try:
        progress = next(steps)
        while True:
            assert progress.seconds >= 0
            progress = steps.send(False)
    except StopIteration as stop:
        outcome: Outcome = stop.value
    return outcome


@pytest.fixture(scope="module")
def planned_once(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[tuple[Any, Outcome]]:
    """Plan the small Games once; each test begins from that again."""
    with games_once(django_db_blocker, small_folder) as games:
        yield games, plan(games)


@pytest.fixture
def planned(planned_once: tuple[Any, Outcome], db: None) -> tuple[Any, Outcome]:
    """Return the small Games and a drafted timetable."""
    return planned_once


def test_a_run_drafts_a_version_that_the_check_accepts(planned: tuple[Any, Outcome]) -> None:
    small_games, outcome = planned
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
        number = stop.value.version
    row = version_row(games_id=small_games.id, planner=PLANNER, number=number)
    assert row.objective <= progress.objective


def test_an_adopted_version_becomes_fact(planned: tuple[Any, Outcome]) -> None:
    small_games, outcome = planned
    changed = adopt_timetable(games=small_games, number=outcome.version, actor="t", now=NOW)
    assert changed > 0
    items = version_items(games_id=small_games.id, planner=PLANNER, number=outcome.version)
    lines = {u.code: u for u in unit_lines(games_id=small_games.id)}
    built = build_for(games=small_games)
    assert all(built.held[code] == item[0] for code, item in items.items())
    assert all(lines[code].schedule_status == "SCHEDULED" for code in items)
    assert score_of(built=built, starts=built.held).faults == ()
