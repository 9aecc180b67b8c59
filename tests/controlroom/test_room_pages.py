"""The room's pages, doors for programs, the past by a slider, exercises, CAP and the pack."""

import datetime as dt
import json
import pathlib
import subprocess
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from sportsbrain.committee.actions import begin_exercise, end_exercise, make_api_token
from sportsbrain.committee.errors import ExerciseError
from sportsbrain.committee.models import User
from sportsbrain.committee.queries import games_clock
from sportsbrain.controlroom import actions, queries
from sportsbrain.controlroom.actions import By, Said
from sportsbrain.controlroom.models import Alert, Incident, LogEntry
from sportsbrain.controlroom.updates import RoomState
from sportsbrain.sport.actions import report_unit
from sportsbrain.vocabulary.statuses import ScheduleStatus
from sportsbrain.world.queries import schedule_facts
from tests.conftest import NOW, games_once
from tests.sport.test_pages import client_of

ROOM = "/games/REFS1/room/"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


@pytest.fixture(scope="module")
def games_once_here(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[Any]:
    """Import the small Games once for all tests of this file."""
    with games_once(django_db_blocker, small_folder) as games:
        yield games


@pytest.fixture
def small_games(db: None, games_once_here: Any) -> Any:
    """Return the small Games; each test begins from it again."""
    return games_once_here


def do(client: Client, what: str, **values: Any) -> Any:
    """Do one thing of the room."""
    return client.post(f"{ROOM}do/{what}/", {k: str(v) for k, v in values.items()}, follow=True)


def test_everything_can_be_done_from_the_pages(small_games: Any) -> None:
    ana, ben = client_of("planner"), client_of("approver")
    ana.post(f"{ROOM}station/", {"station": "Venue desk"})
    do(ana, "incident", text="Smoke", venue="V01", severity=1, area="Security")
    do(ana, "playbook", number=1, code="evacuation")
    do(ana, "note", number=1, text="Fire brigade is there", severity=2)
    do(ana, "done", number=2)
    page = do(ana, "done", number=2)
    assert b"another person has to confirm" in page.content
    do(ben, "done", number=2)
    for number in (1, 3, 4):
        do(ana, "skip", number=number, reason="drill")
    do(ana, "close", number=1, text="false alarm")
    assert Incident.objects.get().incident_state == "closed"
    do(ana, "line", text="Tea is ready")
    do(ana, "weather", area="City", text="fair", temperature="21,5", lightning_km=4)
    do(ana, "ready", venue="V01", item="field", is_ready="no", note="wet")
    do(ana, "shelve", kind="power", venue="", hours="1", reason="works")
    do(ana, "hand-over", note="quiet")
    do(ben, "take-over", number=1)
    do(ana, "chain", code="life", steps="0 owner\n3 Cluster manager")
    do(ana, "save-playbook", code="medical", title="Help", steps="Medical manager | 1 | Go | two")
    do(ana, "task", text="Call the baker", role="Kitchen")
    for address in ("", "venues/V01/", "incidents/1/", "log/", "figures/", "setup/", "handovers/"):
        assert ana.get(ROOM + address).status_code == 200, address
    words = ana.get(f"{ROOM}log/").content.decode()
    assert "false alarm" in words
    assert "Venue desk" in words
    assert "none was altered" in words
    assert ana.get(f"{ROOM}pack.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("what", "values", "words"),
    [
        ("incident", {"text": " ", "severity": 1}, "what happened"),
        ("incident", {"text": "x", "severity": 9}, "severity is 1"),
        ("incident", {"text": "x", "severity": "y"}, "a whole number"),
        ("shelve", {"kind": "fire", "hours": 1, "reason": "x"}, "about life"),
        ("chain", {"code": "life", "steps": "soon owner"}, "line 1"),
        ("save-playbook", {"code": "x", "title": "x", "steps": "nonsense"}, "line 1"),
        ("chain", {"code": "life", "steps": "0 owner\n99999999999 x"}, "1,440"),
        ("incident", {"text": "x", "severity": 2, "venue": "A/B"}, "no venue"),
    ],
)
def test_what_can_not_be_done_says_why(
    small_games: Any, what: str, values: dict[str, Any], words: str
) -> None:
    page = do(client_of("planner"), what, **values)
    assert words in page.content.decode()
    assert LogEntry.objects.count() == 0


def test_only_those_who_may_act_and_read(small_games: Any) -> None:
    viewer, planner, approver = (client_of(name) for name in ("viewer", "planner", "approver"))
    assert do(viewer, "line", text="x").status_code == 403
    assert do(planner, "nonsense").status_code == 404
    do(approver, "incident", text="A theft", severity=3, area="Security", is_confidential="on")
    assert planner.get(f"{ROOM}incidents/1/").status_code == 404
    for what in ("note", "close", "playbook"):
        assert do(planner, what, number=1, text="x", code="medical").status_code == 404
    assert do(planner, "task", incident=1, text="x").status_code == 404
    begin = do(planner, "begin-exercise", title="x", shows_at="2030-07-01T10:00")
    assert begin.status_code == 403
    assert b"A theft" not in planner.get(ROOM).content
    do(approver, "task", text="Look for the bag", role="Security", incident=1)
    for address in ("", "log/", "log.json", "venues/V01.json"):
        content = planner.get(ROOM + address).content
        assert b"A theft" not in content
        assert b"Look for the bag" not in content
    assert b"A theft" not in planner.get("/games/REFS1/room.json").content
    assert b"A theft" in approver.get("/games/REFS1/room.json").content
    assert b"A theft" in approver.get(f"{ROOM}log/").content
    assert Client().get(ROOM).status_code == 302


def test_state_as_of_a_moment_is_what_was_shown_then(small_games: Any) -> None:
    """Record what is shown at each step; later every step is rebuilt from the logs alike."""
    unit = next(f for f in schedule_facts(games_id=small_games.id) if f.starts_at is not None)
    assert unit.starts_at is not None
    start = unit.starts_at - dt.timedelta(minutes=10)
    shown = []
    for step in range(8):
        by = By(name="ana", now=start + dt.timedelta(minutes=5 * step), station="desk")
        _step(small_games, step, unit.code, unit.venue, by)
        shown.append((by.now, queries.situation(games=small_games, moment=by.now)))
    for moment, before in shown:
        again = queries.situation(games=small_games, moment=moment, is_past=True)
        assert again == before
    last = shown[-1][0] + dt.timedelta(minutes=1)
    assert queries.situation(games=small_games, moment=last) != shown[2][1]


def _step(games: Any, step: int, unit: str, venue: str, by: By) -> None:
    """Let something happen."""
    said = Said(source="s", kind="fire", fingerprint="f", at=by.now, venue=venue, text="Smoke",
                is_on=True)  # fmt: skip
    status = (ScheduleStatus.DELAYED, ScheduleStatus.RUNNING, ScheduleStatus.FINISHED)
    doing = (
        lambda: actions.receive_signals(games=games, said=[said], by=by),
        lambda: report_unit(games=games, unit=unit, status=status[0], late_minutes=12, actor="t",
                            now=by.now),
        lambda: actions.escalate_due(games=games, by=by),
        lambda: actions.acknowledge(games=games, number=1, by=by),
        lambda: report_unit(games=games, unit=unit, status=status[1], late_minutes=0, actor="t",
                            now=by.now),
        lambda: actions.open_incident(games=games, text="x", venue=venue, severity=2, area="",
                                      by=by, alert=1),
        lambda: actions.report_weather(games=games, area="City", body={"text": "rain"}, by=by),
        lambda: actions.resolve_alert(games=games, number=1, reason="out", by=by),
    )  # fmt: skip
    doing[step]()


def test_an_exercise_has_its_clock_its_watermark_and_its_cap_status(small_games: Any) -> None:
    real = dt.datetime.now(dt.UTC)
    values = {"games_id": small_games.id, "title": "Drill", "actor": "t", "now": real}
    begin_exercise(shows_at=NOW, speed=60.0, **values)
    later = real + dt.timedelta(seconds=30)
    assert games_clock(games_id=small_games.id, now=later) == NOW + dt.timedelta(minutes=30)
    with pytest.raises(ExerciseError, match="end it first"):
        begin_exercise(shows_at=NOW, speed=1.0, **values)
    client = client_of("approver")
    assert b"EXERCISE" in client.get(ROOM).content
    do(client, "incident", text="Smoke", venue="V01", severity=1, area="Security")
    root = ET.fromstring(client.get(f"{ROOM}incidents/1/cap.xml").content)  # noqa: S314  # our own
    assert root.findtext(f"{CAP}status") == "Exercise"
    assert root.findtext(f"{CAP}info/{CAP}severity") == "Extreme"
    sent = root.findtext(f"{CAP}sent") or ""
    assert sent.startswith("2030-07-01T")
    assert sent.endswith("-00:00")
    assert end_exercise(games_id=small_games.id, actor="t", now=later)
    assert b"EXERCISE" not in client.get(ROOM).content


def test_nothing_of_an_exercise_is_left_in_what_is_real(small_games: Any) -> None:
    real = dt.datetime.now(dt.UTC)
    begin_exercise(games_id=small_games.id, title="Drill", shows_at=NOW, speed=1.0, actor="t",
                   now=real)  # fmt: skip
    by = By(name="t", now=NOW + dt.timedelta(minutes=1), real_now=real, is_exercise=True)
    said = Said(source="s", kind="fire", fingerprint="f", at=by.now, is_on=True)
    actions.receive_signals(games=small_games, said=[said], by=by)
    number = actions.open_incident(games=small_games, text="x", venue="", severity=1, area="",
                                   by=by)  # fmt: skip
    actions.start_playbook(games=small_games, number=number, code="medical", by=by)
    assert actions.end_exercise_of_room(games=small_games, by=by)
    assert queries.room_state_now(games=small_games) == RoomState()
    now = By(name="t", now=real)
    assert actions.raise_and_clear(games=small_games, by=now) == (0, 0)
    again = queries.situation(games=small_games, moment=real, is_past=True)
    assert queries.situation(games=small_games, moment=real) == again
    assert not actions.end_exercise_of_room(games=small_games, by=now)


def test_programs_bring_signals_weather_and_ask_for_the_situation(small_games: Any) -> None:
    token = make_api_token(user_id=User.objects.get(username="approver").pk, name="t")
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def post(path: str, body: dict[str, Any]) -> Any:
        return client.post(f"/api/v1/games/REFS1/{path}", json.dumps(body), "application/json")

    rows = [{"source": "s", "kind": "fire", "fingerprint": "f", "is_on": True, "venue": "V01"},
            {"source": "s", "kind": "tea", "fingerprint": "g", "is_on": True}]  # fmt: skip
    answer = post("signals", {"signals": rows}).json()
    assert answer["taken"] == 1
    assert "no kind 'tea'" in answer["refused"][0]
    assert post("weather", {"area": "City", "temperature": 20.0}).status_code == 202
    assert post("incidents", {"text": "x", "severity": 3}).json() == {"incident": 1}
    assert post("incidents", {"text": "x", "severity": 8}).status_code == 409
    found = client.get("/api/v1/games/REFS1/situation").json()
    assert len(found["alerts"]) == 1
    unit = next(iter(schedule_facts(games_id=small_games.id))).code
    assert post(f"units/{unit}/status", {"status": "RUNNING"}).status_code == 202
    assert post("units/nonsense/status", {"status": "RUNNING"}).status_code == 404
    body = {"title": "Drill", "shows_at": NOW.isoformat(), "speed": 60}
    assert post("exercise", body).status_code == 201
    assert post("exercise", body).status_code == 409
    assert client.delete("/api/v1/games/REFS1/exercise").json() == {"ended": True}


def test_one_click_asks_what_would_mend_an_alert(
    small_games: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **_: started.append(words))
    by = By(name="t", now=NOW)
    said = Said(source="s", kind="power", fingerprint="p", at=NOW - dt.timedelta(minutes=1),
                venue="V01", text="No power", is_on=True)  # fmt: skip
    actions.receive_signals(games=small_games, said=[said], by=by)
    assert Alert.objects.get().kind == "power"
    do(client_of("planner"), "mend", number=1)
    assert len(started) == 1
    assert queries.what_ifs(games=small_games)[0].changes[0].KIND == "closure"


def test_key_figures_count_floods_and_chattering(small_games: Any) -> None:
    for n in range(60):
        by = By(name="t", now=NOW + dt.timedelta(seconds=5 * n))
        fire = Said(source="s", kind="fire", fingerprint=f"f{n}", at=by.now, is_on=True)
        power = Said(source="s", kind="power", fingerprint="p", at=by.now, is_on=n % 2 == 0)
        actions.receive_signals(games=small_games, said=[fire, power], by=by)
    found = queries.figures(games=small_games, until=NOW + dt.timedelta(minutes=10))
    assert found.alerts >= 60
    assert found.flood_share > 0
    assert found.chattering[0][0] == "p"
    assert found.first_priority_share > 0.9


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_moment_at_the_end_of_the_calendar_is_no_trouble(small_games: Any, moment: str) -> None:
    page = client_of("planner").get("/games/REFS1/room/", {"at": moment})
    assert page.status_code == 200
    token = make_api_token(user_id=User.objects.get(username="planner").pk, name="t")
    answer = Client().get("/api/v1/games/REFS1/situation", {"at": moment},
                          headers={"Authorization": f"Bearer {token}"})  # fmt: skip
    assert answer.status_code in {200, 422}
