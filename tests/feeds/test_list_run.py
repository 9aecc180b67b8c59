"""A list of people is registered by a child process: looked at, then kept."""

import contextlib
import datetime as dt
import pathlib
import time
from typing import Any

import pytest
from django.db import connection

from sportsbrain.access.models import Registration
from sportsbrain.feeds.people.record import StoppedError, carry_import
from sportsbrain.live.queries import updates_between
from sportsbrain.plans.actions import ask_cancel, start_run
from sportsbrain.plans.queries import run_row
from tests.access.office import a_games
from tests.access.test_pages import HOME, chef_of
from tests.feeds.test_list_pages import LIST, sent

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 60


def ended(games: Any, address: str) -> Any:
    """Return the run of an address as soon as its process has ended it."""
    run_id = int(address.rstrip("/").rsplit("/", 1)[1])
    until = time.monotonic() + PATIENCE_SECONDS
    while (row := run_row(games_id=games.id, run_id=run_id)).is_going:
        assert time.monotonic() < until, row
        time.sleep(0.05)
    return row


def test_a_list_is_looked_at_then_kept_and_every_row_accounted_for(
    tmp_path: pathlib.Path, settings: Any, monkeypatch: Any
) -> None:
    settings.UPLOADS = tmp_path
    own = connection.settings_dict
    address = f"postgresql://{own['USER']}@/{own['NAME']}?host={own['HOST']}&port={own['PORT']}"
    monkeypatch.setenv("DATABASE_URL", address)
    games = a_games()
    chef = chef_of(games)
    looked = sent(chef).url
    first = ended(games, looked)
    page = chef.get(looked).content.decode()
    assert "1 person would be registered" in page
    assert "2 rows are left out" in page
    assert "31 May" not in page  # what was written is nobody's business
    assert not Registration.objects.exists()
    answer: Any = chef.post(f"{HOME}import/{first.id}/keep/")
    kept = answer.url
    ended(games, kept)
    assert "1 person is registered" in chef.get(kept).content.decode()
    assert [row.code for row in Registration.objects.all()] == ["C1"]
    again = chef.post(f"{HOME}import/{first.id}/keep/", follow=True)
    assert b"send it again" in again.content


def test_a_list_that_is_stopped_in_time_changes_nothing_and_else_is_done(
    tmp_path: pathlib.Path,
) -> None:
    games = a_games()
    path = tmp_path / "people.csv"
    path.write_text(LIST)
    order = {"path": str(path), "is_applied": True, "client": ""}
    run = start_run(games_id=games.id, planner="people-import", order=order, actor="office")
    ask_cancel(games_id=games.id, run_id=run, actor="office")
    with contextlib.suppress(StoppedError):
        carry_import(run_id=run, clock=lambda: 0.0)
    row = run_row(games_id=games.id, run_id=run)
    kept = Registration.objects.count()
    assert (row.run_state, kept > 0) in {("done", True), ("cancelled", False)}
    assert not path.exists()
    days = dt.timedelta(days=1)
    moment = dt.datetime.now(dt.UTC)
    news = updates_between(
        games_id=games.id, topic="run.progress", since=moment - days, until=moment + days
    )
    assert not [n for n in news if "issues" in n.body]
