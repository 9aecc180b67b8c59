"""Pages, programs and lists of rides: who may do what, and what they say back."""

import datetime as dt
import json
import pathlib
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import User
from sportsbrain.feeds.rides.parse import parse_rides
from sportsbrain.feeds.rides.record import import_rides
from sportsbrain.feeds.rides.reference import reference_rides
from sportsbrain.transport.queries import ride_day, ride_places, rides_of
from tests.conftest import NOW, games_once
from tests.sport.test_pages import client_of

ROOT = "/games/REFS1/transport/rides/"
HEAD = "code,from,to,people,arrive_by,fetch_at,client\n"


@pytest.fixture(scope="module")
def games_made(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[Any]:
    """Import the small Games once; each test begins from it again."""
    with games_once(django_db_blocker, small_folder) as games:
        yield games


@pytest.fixture
def games(games_made: Any, db: None) -> Any:
    """Return the small Games."""
    return games_made


def form(games: Any, **more: str) -> dict[str, str]:
    """Return a filled form to book."""
    venue = ride_places(games=games)[2][0]
    day = games.starts_on.isoformat()
    return {
        "day": day, "start": "village", "end": venue, "kind": "arrive", "at": f"{day}T09:30",
        "people": "2", "client": "the mayor", **more,
    }  # fmt: skip


def test_a_planner_books_plans_reports_and_cancels(games: Any) -> None:
    client, day = client_of("planner"), games.starts_on
    assert b"No ride is booked" in client.get(f"{ROOT}?day={day}").content
    for _ in range(2):
        answer = client.post(ROOT + "book/", form(games), follow=True)
        assert b"is booked" in answer.content
    assert b"2 have no car yet" in answer.content
    answer = client.post(ROOT + "plan/", {"day": day}, follow=True)
    assert b"2 rides got a car" in answer.content
    tour = ride_day(games=games, day=day).tours[0]
    page = client.get(f"{ROOT}cars/{tour.car}/?day={day}")
    assert b"Next stop" in page.content
    first = tour.stops[0]
    at = first.at.astimezone(ZoneInfo(games.time_zone)) - dt.timedelta(minutes=1)
    report = {
        "car": tour.car, "day": day, "minutes": "30", "following": f"{first.ride.code} boards",
        "at": f"{at:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    answer = client.post(ROOT + "late/", report, follow=True)
    assert b"Planned again and in force" in answer.content
    answer = client.post(f"{ROOT}R00001/cancel/", {"day": day}, follow=True)
    assert b"R00001 is cancelled" in answer.content
    assert [ride.code for ride in rides_of(games=games)] == ["R00002"]


@pytest.mark.parametrize(
    "more", [{"people": "0"}, {"at": "soon"}, {"end": "MOON"}, {"end": "village"}, {"client": ""}]
)
def test_a_wrong_form_books_nothing_and_says_so(games: Any, more: dict[str, str]) -> None:
    answer = client_of("planner").post(ROOT + "book/", form(games, **more), follow=True)
    assert b"Nothing was booked" in answer.content
    assert rides_of(games=games) == ()


def test_a_viewer_sees_and_does_nothing(games: Any) -> None:
    reference_rides(games, a_day=2, now=NOW)
    viewer = client_of("viewer")
    assert b"Book a ride" not in viewer.get(f"{ROOT}?day={games.starts_on}").content
    for address in ("book/", "plan/", "late/", "R00001/cancel/"):
        assert viewer.post(ROOT + address, form(games)).status_code == 403, address
    rows = viewer.get(f"/games/REFS1/transport/rides.json?day={games.starts_on}").json()
    assert [row["state"] for row in rows] == ["waiting", "waiting"]


def test_programs_book_list_report_and_cancel_by_right(games: Any) -> None:
    tokens = {
        name: {"Authorization": f"Bearer {make_api_token(user_id=user.pk, name='t')}"}
        for name in ("planner", "viewer")
        for user in (User.objects.get(username=name),)
    }
    ride = {
        "from_place": "village", "to_place": ride_places(games=games)[2][0], "people": 3,
        "wanted_at": f"{games.starts_on}T09:30:00+00:00", "is_arrival": True, "client": "press",
        "code": "DESK-7",
    }  # fmt: skip
    root, client = "/api/v1/games/REFS1", Client()

    def send(method: str, path: str, body: Any, who: str = "planner") -> Any:
        call = getattr(client, method)
        return call(root + path, json.dumps(body), "application/json", headers=tokens[who])

    assert send("post", "/rides", [ride], "viewer").status_code == 403
    for created in (1, 0):
        assert send("post", "/rides", [ride]).json()["created"] == created
    assert send("post", "/rides", [{**ride, "people": 99}]).status_code == 409
    report = {"day": f"{games.starts_on}", "at": f"{games.starts_on}T05:00:00+00:00"}
    assert send("post", "/cars/late", report).json()["faults"] == 0
    rows = client.get(f"{root}/rides?day={games.starts_on}", headers=tokens["viewer"]).json()
    assert [row["state"] for row in rows["items"]] == ["planned"]
    assert send("delete", "/rides/DESK-7", {}).status_code == 200
    assert send("delete", "/rides/DESK-7", {}).status_code == 404


def test_a_list_is_booked_once_and_again_changes_nothing(
    games: Any, tmp_path: pathlib.Path
) -> None:
    venue = ride_places(games=games)[2][0]
    path = tmp_path / "rides.csv"
    day = games.starts_on
    path.write_text(
        HEAD
        + f"A1,village,{venue},2,{day}T09:30,,the mayor\nA2,{venue},hotels,3,,{day}T12:00,press\n"
    )
    seen = [
        import_rides(games=games, path=path, is_applied=is_applied, actor="t", now=NOW)
        for is_applied in (False, True, True)
    ]
    assert [(r.read, r.created, r.same) for r in seen] == [(2, 2, 0), (2, 2, 0), (2, 0, 2)]
    assert len(rides_of(games=games)) == 2


def test_a_list_with_a_wrong_row_books_nothing_and_says_where(
    games: Any, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "rides.csv"
    day = games.starts_on
    path.write_text(HEAD + f"A1,village,hotels,2,{day}T09:30,,the mayor\n,village,hotels,two,,,x\n")
    report = import_rides(games=games, path=path, is_applied=True, actor="t", now=NOW)
    assert report.issues == ("line 3, people 'two': is not a whole number",)
    path.write_text(HEAD + f"A1,village,MOON,2,{day}T09:30,,the mayor\n")
    report = import_rides(games=games, path=path, is_applied=True, actor="t", now=NOW)
    assert "no place 'MOON'" in report.issues[0]
    assert rides_of(games=games) == ()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A,village,,2,2030-07-24T09:30,,x", "line 2, to: is empty"),
        ("A,village,V1,2,,,x", "give either arrive_by or fetch_at"),
        ("A,village,V1,2,2030-07-24T09:30,2030-07-24T09:30,x", "give either"),
        ("A,village,V1,2,soon,,x", "is not a time"),
    ],
)
def test_a_row_that_can_not_be_read_says_what_to_do(row: str, words: str) -> None:
    rides, issues = parse_rides((HEAD + row).encode(), zone=ZoneInfo("UTC"))
    assert rides == ()
    assert words in str(issues[0])


def test_a_list_may_have_semicolons_an_old_encoding_and_a_code_only_once() -> None:
    row = "A;village;V1;2;2030-07-24T09:30;;Müller\n"
    text = HEAD.replace(",", ";") + row + row
    rides, issues = parse_rides(text.encode("cp1252"), zone=ZoneInfo("Europe/Lisbon"))
    assert [(r.client, r.wanted_at.utcoffset()) for r in rides] == [
        ("Müller", dt.timedelta(hours=1))
    ]
    assert "is in line 2 too" in str(issues[0])
    assert parse_rides(b"a,b\n1,2\n", zone=ZoneInfo("UTC"))[1][0].column == "from"
