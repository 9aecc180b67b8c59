"""Readers of the log never miss an update, however late a writer commits."""

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, connection, transaction

from sportsbrain.live.actions import append_update, forget_before
from sportsbrain.live.errors import CursorLostError
from sportsbrain.live.queries import Cursor, newest_cursor, updates_after
from tests.database import until_readable

NOW = dt.datetime(2030, 7, 20, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _empty_log(request: pytest.FixtureRequest) -> None:
    if "django_db" in request.keywords:
        request.getfixturevalue("transactional_db")
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE live_update, live_horizon")


def say(key: str, games_id: int = 1) -> int:
    return append_update(games_id=games_id, topic="t", key=key, body={}, recorded_at=NOW)


def keys(cursor: Cursor, games_id: int = 1) -> list[str]:
    return [n.key for n in updates_after(games_id=games_id, cursor=cursor)]


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_commits_late_is_not_jumped_over() -> None:
    wrote, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            say("slow, began first")
            wrote.set()
            assert may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    assert wrote.wait(10)
    with transaction.atomic():
        say("fast, began later")
    seen = keys(Cursor())
    cursor = newest_cursor(games_id=1)
    assert seen == [], "the fast update waits until nothing can appear before it"
    may_commit.set()
    thread.join(10)
    until_readable()
    assert keys(cursor) == ["slow, began first", "fast, began later"]


@pytest.mark.django_db(transaction=True)
def test_a_reader_resumes_behind_its_cursor() -> None:
    for key in "abc":
        say(key)
    until_readable()
    first = updates_after(games_id=1, cursor=Cursor(), rows_max=2)
    assert [n.key for n in first] == ["a", "b"]
    assert keys(Cursor.parse(str(first[-1].cursor))) == ["c"]
    assert keys(Cursor(), games_id=2) == []


@pytest.mark.django_db(transaction=True)
def test_a_cursor_behind_dropped_updates_is_lost_and_says_so() -> None:
    say("old")
    until_readable()
    old = newest_cursor(games_id=1)
    say("new")
    until_readable()
    forget_before(games_id=1, transaction_id=newest_cursor(games_id=1).transaction_id)
    with pytest.raises(CursorLostError):
        keys(old)


@pytest.mark.parametrize("text", ["", "7", "a.b", "1.2.3", "-1.2"])
def test_a_text_that_is_no_cursor_is_lost(text: str) -> None:
    with pytest.raises(CursorLostError):
        Cursor.parse(text)


@pytest.mark.django_db(transaction=True)
def test_the_log_refuses_to_be_edited() -> None:
    say("a")
    with pytest.raises(DatabaseError, match="append only"), connection.cursor() as cursor:
        cursor.execute("UPDATE live_update SET key = 'b'")
