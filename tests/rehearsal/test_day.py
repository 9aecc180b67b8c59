"""A day comes in by the doors of reality; it knows nothing of the planners it tests."""

import ast
import datetime as dt
import pathlib
import time
from typing import Any

import pytest

from sportsbrain import rehearsal
from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import User
from sportsbrain.committee.queries import exercise_of
from sportsbrain.controlroom.models import Alert
from sportsbrain.live.queries import newest_by_key
from sportsbrain.plans.actions import publish_version
from sportsbrain.rehearsal.day import joined, rehearse
from sportsbrain.rehearsal.doors import DoorError, Doors
from sportsbrain.rehearsal.outside import Happening, Unit, VenueDay, the_day
from tests.conftest import NOW
from tests.plans.test_chain import plan

MORNING = dt.datetime(2030, 7, 21, 6, tzinfo=dt.UTC)


def a_day(seed: int = 1) -> tuple[Happening, ...]:
    """Return a day of one venue and two units."""
    starts = MORNING + dt.timedelta(hours=6)
    ends = starts + dt.timedelta(hours=2)
    lanes = tuple(
        (starts - dt.timedelta(hours=3) + n * dt.timedelta(minutes=15), 8) for n in range(18)
    )
    venue = VenueDay(code="V", name="Venue", sessions=((starts, ends, 3000),), lanes=lanes)
    units = tuple(
        Unit(code=f"U{n}", venue="V", starts_at=starts, ends_before=ends) for n in range(2)
    )
    runs = tuple((f"R{n}", MORNING + n * dt.timedelta(minutes=3)) for n in range(200))
    return the_day(venues=(venue,), units=units, runs=runs, begins_at=MORNING, seed=seed)


def test_the_same_seed_is_the_same_day_and_another_is_not() -> None:
    assert a_day() == a_day()
    assert a_day() != a_day(2)
    assert [h.at for h in a_day()] == sorted(h.at for h in a_day())


def test_about_as_many_come_as_have_tickets() -> None:
    people: dict[tuple[str, str], int] = {}
    for happening in a_day():
        for row in happening.body.get("scans", ()):
            people[row["entrance"], row["starts_at"]] = max(0, row["people"])
    assert 2300 < sum(people.values()) < 3500


def test_it_imports_no_planner_and_touches_no_row() -> None:
    folder = pathlib.Path(rehearsal.__file__).parent
    for file in ("outside.py", "day.py", "doors.py"):
        for node in ast.walk(ast.parse((folder / file).read_text())):
            if isinstance(node, ast.ImportFrom):
                assert not str(node.module).startswith("sportsbrain.") or str(
                    node.module
                ).startswith("sportsbrain.rehearsal"), node.module


def test_what_comes_at_once_is_brought_at_once() -> None:
    at = MORNING
    rows = [Happening(at=at, door="scans", body={"scans": [n]}) for n in range(3)]
    rows.append(Happening(at=at, door="weather", body={"area": "x"}))
    assert [h.door for h in joined(rows)] == ["scans", "weather"]


def test_without_a_server_it_says_what_to_do() -> None:
    doors = Doors(server="http://127.0.0.1:9", games="X", token="")
    with pytest.raises(DoorError, match="sportsbrain serve"):
        doors.get("queues")


@pytest.mark.django_db(transaction=True)
def test_an_hour_comes_in_through_the_doors(live_server: Any, small_games: Any) -> None:
    for planner in ("demand", "lanes"):
        number = plan(small_games, planner).version
        publish_version(games_id=small_games.id, planner=planner, number=number, actor="t", now=NOW)
    token = make_api_token(user_id=User.objects.get(username="approver").pk, name="t")
    doors = Doors(server=live_server.url, games="REFS1", token=token)
    began = time.monotonic()
    going = rehearse(doors=doors, date=dt.date(2030, 7, 22), time_zone="Europe/Lisbon",
                     speed=3600.0, seed=1, hours=3.0, begins=dt.time(8))  # fmt: skip
    brought = 0
    for told in going:
        brought = told.brought
        assert exercise_of(games_id=small_games.id) is not None
        assert time.monotonic() - began < 120
    assert brought > 50
    assert exercise_of(games_id=small_games.id) is None
    for topic in ("gate.scanned", "unit.status", "weather.reported"):
        assert newest_by_key(games_id=small_games.id, topic=topic), topic
    assert Alert.objects.filter(games_id=small_games.id, is_exercise=True).exists()
