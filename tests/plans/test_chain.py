"""From the schedule to demand, beds, buses, meals and shifts: every plan follows the one before."""

import datetime as dt
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from sportsbrain.config import cli
from sportsbrain.plans.actions import Outcome, publish_version
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import Sources, schedule_now, version_items, version_row
from sportsbrain.sport.planning import draft_held
from sportsbrain.transport.planning import PLANNERS as TRANSPORT
from sportsbrain.transport.planning import score_of_version as transport_score
from sportsbrain.venues.planning import PLANNERS as VENUES
from sportsbrain.venues.planning import score_of_version as venues_score
from sportsbrain.village.planning import PLANNERS as VILLAGE
from sportsbrain.village.planning import score_of_version as village_score
from sportsbrain.vocabulary.planning import Order
from sportsbrain.workforce.planning import PLANNERS as WORKFORCE
from sportsbrain.workforce.planning import score_of_version as workforce_score
from tests.conftest import NOW

PLANNERS = {**VILLAGE, **TRANSPORT, **VENUES, **WORKFORCE}
CHECKS = {
    "rooms": village_score,
    "meals": village_score,
    "demand": transport_score,
    "lanes": venues_score,
    "fleet": transport_score,
    "roster": workforce_score,
}
CHAIN = ("rooms", "demand", "lanes", "fleet", "meals", "roster")


def plan(games: Any, planner: str, **values: Any) -> Outcome:
    """Return the outcome of a quick deterministic run."""
    ticks = itertools.count()
    order = Order(rounds=1, is_deterministic=True, **values)
    return carried_out(games, planner, order, clock=lambda: next(ticks) * 0.001)


def carried_out(games: Any, planner: str, order: Order, clock: Callable[[], float]) -> Outcome:
    """Return the outcome of a run."""
    steps = PLANNERS[planner](games=games, order=order, actor="t", clock=clock, now=lambda: NOW)
    try:
        while True:
            next(steps)
    except StopIteration as stop:
        outcome: Outcome = stop.value
        return outcome


def test_the_whole_chain_is_planned_and_accepted_by_the_checks(small_games: Any) -> None:
    for planner in CHAIN:
        outcome = plan(small_games, planner)
        assert outcome.score.faults == (), planner
        row = version_row(games_id=small_games.id, planner=planner, number=outcome.version)
        assert row.bound <= row.objective + 1e-6
        score, assumptions = CHECKS[planner](
            games=small_games, planner=planner, number=outcome.version
        )
        assert score.faults == (), planner
        assert score.objective == pytest.approx(row.objective), planner
        assert assumptions


def test_a_timetable_that_moves_changes_the_problem_of_those_who_follow(small_games: Any) -> None:
    before = {name: plan(small_games, name).problem_hash for name in ("demand", "fleet")}
    number = draft_held(games=small_games, actor="t", now=NOW)
    assert number is not None
    same = plan(small_games, "demand", sources=(("timetable", number),))
    assert same.problem_hash == before["demand"]
    items = version_items(games_id=small_games.id, planner="timetable", number=number)
    moved = {code: [i[0] + 1800, i[1] + 1800, *i[2:]] for code, i in items.items()}
    from sportsbrain.plans.actions import Draft, draft_version

    later = draft_version(
        games_id=small_games.id,
        draft=Draft(
            planner="timetable", title="later", problem_hash="x", seed=1, solver="t",
            objective=0, bound=0, terms=[], faults=[], items=moved,
        ),
        actor="t",
        run_id=None,
        now=NOW,
    )  # fmt: skip
    for name, digest in before.items():
        outcome = plan(small_games, name, sources=(("timetable", later),))
        assert outcome.problem_hash != digest
    # a draft is read only where it is handed on; what is in force is read by everybody
    here = schedule_now(games=small_games, sources=Sources())
    assert here.version is None
    publish_version(games_id=small_games.id, planner="timetable", number=later, actor="t", now=NOW)
    moment = schedule_now(games=small_games, sources=Sources())
    assert moment.version == later
    assert moment.units[0].starts_at - here.units[0].starts_at == 1800


def test_rooms_are_kept_when_nothing_changed(small_games: Any) -> None:
    first = plan(small_games, "rooms")
    again = plan(small_games, "rooms", from_version=first.version)
    assert again.score.soft["moves"] == 0
    beds = version_items(games_id=small_games.id, planner="rooms", number=first.version)
    kept = version_items(games_id=small_games.id, planner="rooms", number=again.version)
    assert kept == beds


def test_meals_need_rooms_and_say_so(small_games: Any) -> None:
    with pytest.raises(NothingToPlanError, match="plan the rooms first"):
        plan(small_games, "meals")


def test_same_seed_same_plans(small_games: Any) -> None:
    for planner in ("rooms", "fleet"):
        one, other = plan(small_games, planner), plan(small_games, planner)
        assert version_items(
            games_id=small_games.id, planner=planner, number=one.version
        ) == version_items(games_id=small_games.id, planner=planner, number=other.version)


def test_the_command_line_says_the_agreed_words(
    small_games: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "start_django", lambda: None)
    if not cli.root.registered_groups:
        cli._mount()  # what main() does first
    runner = CliRunner()
    words = ["plan", "fleet", "--games", small_games.code, "--seconds", "20", "--json"]
    result = runner.invoke(cli.root, words)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert set(report) >= {
        "planner", "games", "version", "seed", "objective", "bound", "gap",
        "first_feasible_seconds", "seconds", "hard_faults", "soft",
    }  # fmt: skip
    assert set(report["soft"]["vehicle_days"]) >= {"value", "weight"}
    words = ["check", "fleet", "--games", small_games.code, "--json"]
    result = runner.invoke(cli.root, words)
    assert result.exit_code == 0
    assert set(json.loads(result.stdout)) >= {"hard_faults", "by_rule", "soft"}
    words = ["plan", "rooms", "--games", small_games.code, "--use", "timetable"]
    result = runner.invoke(cli.root, words)
    assert result.exit_code == 2
    words = ["plan", "meals", "--games", small_games.code]
    result = runner.invoke(cli.root, words)
    assert result.exit_code == 3
    assert "plan the rooms first" in result.output


def test_the_schedule_counts_from_midnight_of_the_first_day(small_games: Any) -> None:
    schedule = schedule_now(games=small_games, sources=Sources())
    assert schedule.epoch == dt.datetime.combine(small_games.starts_on, dt.time(), tzinfo=dt.UTC)
    assert sum(len(session.units) for session in schedule.sessions) == len(schedule.units)


def test_the_command_line_starts_without_the_tables() -> None:
    import subprocess
    import sys

    words = [sys.executable, "-m", "sportsbrain", "plan", "--help"]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    for planner in ("timetable", *CHAIN):
        assert planner in found.stdout
