"""Versions are numbered without gaps, never change, and one is in force."""

import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection

from sportsbrain.plans.actions import Draft, draft_version, publish_version
from sportsbrain.plans.models import Version
from sportsbrain.plans.queries import number_in_force, versions_of
from tests.conftest import NOW


def draft(games_id: int) -> int:
    made = Draft(
        planner="timetable",
        title="t",
        problem_hash="0",
        seed=1,
        solver="test",
        objective=2.0,
        bound=1.0,
        terms=[],
        faults=[],
        items={"u": [0, 60, "A"]},
    )
    return draft_version(games_id=games_id, draft=made, actor="t", run_id=None, now=NOW)


def publish(games_id: int, number: int) -> int | None:
    return publish_version(
        games_id=games_id, planner="timetable", number=number, actor="t", now=NOW
    )


def test_one_version_is_in_force_and_an_older_one_can_come_back(small_games: Any) -> None:
    first, second = draft(small_games.id), draft(small_games.id)
    assert (first, second) == (1, 2)
    assert publish(small_games.id, 1) is None
    assert publish(small_games.id, 2) == 1
    assert number_in_force(games_id=small_games.id, planner="timetable") == 2
    assert publish(small_games.id, 1) == 2
    states = [v.version_state for v in versions_of(games_id=small_games.id, planner="timetable")]
    assert sorted(states) == ["published", "superseded"]


def test_the_database_refuses_to_change_a_version(small_games: Any) -> None:
    draft(small_games.id)
    with pytest.raises(DatabaseError, match="never changes"):
        Version.objects.filter(games_id=small_games.id).update(objective=0.0)


@pytest.mark.django_db(transaction=True)
def test_many_writers_number_versions_without_gap_or_double() -> None:
    from sportsbrain.committee.actions import save_games

    games, _ = save_games(
        code="T9", actor="t", values={"name": "T", "starts_on": NOW.date(), "ends_on": NOW.date()}
    )

    def write() -> None:
        for _ in range(3):
            draft(games.id)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    numbers = [v.number for v in versions_of(games_id=games.id, planner="timetable")]
    assert sorted(numbers) == list(range(1, 13))
