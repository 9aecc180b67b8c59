"""A seat may be for some areas and venues: there it is what it says, elsewhere its person looks."""

import dataclasses
import json
import pathlib
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from sportsbrain.committee.actions import Seating, make_api_token, seat_people, seat_person
from sportsbrain.committee.models import User
from sportsbrain.committee.queries import get_games, seat_of
from sportsbrain.controlroom.actions import By, Said, open_incident, receive_signals
from sportsbrain.controlroom.models import Alert, Incident
from sportsbrain.vocabulary.areas import Area, area_of
from sportsbrain.vocabulary.statuses import Role
from tests.committee.test_seats import HEAD, said
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
WRITES = {  # an address of each area that changes something
    Area.SPORT: "duplicates/merge/", Area.VENUES: "queues/V01/lanes/",
    Area.TRANSPORT: "transport/delays/", Area.VILLAGE: "village/desk/begin/",
    Area.WORKFORCE: "workforce/absences/", Area.RETAIL: "shop/sellers/pay/",
    Area.MEDIA: "stories/write/", Area.CONTROL: "room/do/line/",
}  # fmt: skip
SCAN = {"entrance": "G1", "starts_at": "2030-07-20T10:00:00Z", "people": 3}


def a_client(games: Any, name: str, role: Role = Role.PLANNER, **limits: Any) -> Client:
    key = seat_person(games_id=games.id, username=name, display_name=name, role=role, actor="t",
                      **limits)  # fmt: skip
    client = Client()
    client.force_login(User.objects.get(pk=key))
    return client


def patterns() -> set[str]:
    def walk(resolver: Any, before: str = "") -> Any:
        for part in resolver.url_patterns:
            words = before + str(part.pattern)
            if isinstance(part, URLPattern):
                yield words
            elif isinstance(part, URLResolver):
                yield from walk(part, words)

    return {words for words in walk(get_resolver()) if "games/<" in words}


def test_every_address_is_some_areas_work() -> None:
    generic = {"api/v1/games/<code>/<kind>", "api/v1/games/<code>/<kind>/<key>"}  # they only read
    assert {words for words in patterns() - generic if area_of(f"/{words}") is None} == set()
    assert area_of("/games/X/units/U1/results") is Area.MEDIA
    assert area_of("/api/v1/games/X/venues/V01/lanes") is Area.VENUES
    assert area_of("/games/X/nonsense/") is None


def test_a_planner_of_an_area_plans_there_and_looks_elsewhere(small_games: Any) -> None:
    for own in WRITES:
        role = Role.APPROVER if own is Area.RETAIL else Role.PLANNER
        client = a_client(small_games, f"of-{own}", role, areas=[own])
        refused = {
            area for area, path in WRITES.items()
            if client.post(f"/games/REFS1/{path}", {}).status_code == 403
        }  # fmt: skip
        assert refused == WRITES.keys() - {own}
        assert client.get("/games/REFS1/schedule/").status_code == 200


def test_a_refusal_says_what_the_seat_is_for(small_games: Any) -> None:
    client = a_client(small_games, "some", areas=[Area.TRANSPORT])
    page = client.post("/games/REFS1/village/desk/begin/").content.decode()
    assert "the role planner here (you are one for transport)" in page
    assert "</a> · planner: transport" in page
    token = make_api_token(user_id=User.objects.get(username="some").pk, name="t")
    head = {"headers": {"Authorization": f"Bearer {token}"}}
    told = client.post("/api/v1/games/REFS1/incidents", "{}", "application/json", **head)  # type: ignore[arg-type]
    assert told.status_code in {403, 422}
    body = '{"text": "a", "severity": 1}'
    told = client.post("/api/v1/games/REFS1/incidents", body, "application/json", **head)  # type: ignore[arg-type]
    assert told.status_code == 403


def test_a_planner_of_a_venue_acts_there_alone(small_games: Any) -> None:
    client = a_client(small_games, "gate", venues=["V01"])
    assert client.post("/games/REFS1/queues/V01/lanes/", {}).status_code == 302
    assert client.post("/games/REFS1/queues/V02/lanes/", {}).status_code == 403
    assert "/room/do/incident/" in client.get("/games/REFS1/room/").content.decode()
    by = By(name="t", now=NOW, real_now=NOW, station="s")
    far = open_incident(games=small_games, text="Far", venue="V02", severity=2, area="", by=by)
    act = "/games/REFS1/room/do"
    told = {"text": "Here", "venue": "V01", "severity": "2"}
    assert client.post(f"{act}/incident/", told).status_code == 302
    here = Incident.objects.get(games_id=small_games.id, text="Here").number
    assert client.post(f"{act}/incident/", {**told, "venue": "V02"}).status_code == 403
    assert client.post(f"{act}/note/", {"number": here, "text": "more"}).status_code == 302
    forged = {"number": far, "text": "not theirs", "venue": "V01"}
    assert client.post(f"{act}/note/", forged).status_code == 403
    assert client.post(f"{act}/line/", {"text": "of nowhere"}).status_code == 403
    assert client.post(f"{act}/line/", {"text": "here", "venue": "V01"}).status_code == 302
    kept = {"text": "All of it", "venue": "V02", "severity": "2", "alert": alert_at("V01")}
    assert client.post(f"{act}/incident/", kept).status_code == 403
    token = make_api_token(user_id=User.objects.get(username="gate").pk, name="t")
    for venue, status in (("V01", 202), ("V02", 403)):
        answer = client.post(
            "/api/v1/games/REFS1/scans", json.dumps({"scans": [{**SCAN, "venue": venue}]}),
            "application/json", headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert answer.status_code == status, venue


def alert_at(venue: str) -> int:
    """Return the number of an alert at a venue."""
    games = get_games(code="REFS1")
    assert games is not None
    said = Said(source="s", kind="fire", fingerprint="f", at=NOW, venue=venue, text="Smoke",
                is_on=True)  # fmt: skip
    receive_signals(games=games, said=[said], by=By(name="t", now=NOW, real_now=NOW, station="s"))
    return Alert.objects.get(venue=venue).number


def test_a_confidential_incident_is_hidden_however_its_number_is_written(small_games: Any) -> None:
    by = By(name="t", now=NOW, real_now=NOW, station="s")
    number = open_incident(games=small_games, text="Q", venue="V01", severity=2, area="", by=by,
                           is_confidential=True)  # fmt: skip
    client = a_client(small_games, "all")
    for text in (f"{number}", f" {number}", f"+{number}"):
        answer = client.post("/games/REFS1/room/do/note/", {"number": text, "text": "x"})
        assert answer.status_code == 404, text


def test_a_list_without_columns_leaves_what_was_there_and_a_wrong_one_is_refused(
    small_games: Any, tmp_path: pathlib.Path
) -> None:
    a_client(small_games, "ann", areas=[Area.RETAIL])
    path = tmp_path / "people.csv"
    path.write_text("username,name,email,role\nann,Ann,,planner\n")
    assert said("seats", "import", str(path), "--games", "REFS1").exit_code == 0
    found = seat_of(user_id=User.objects.get(username="ann").pk, games_code="REFS1")
    assert found is not None
    assert found.areas == ("retail",)
    path.write_text("username,role,area\nann,planner,retail\n")
    told = said("seats", "import", str(path), "--games", "REFS1")
    assert (told.exit_code, "not area" in told.output) == (2, True)


def test_who_brings_a_whole_games_needs_a_whole_seat(small_games: Any) -> None:
    assert a_client(small_games, "all").get("/start/").status_code == 200
    client = Client()
    User.objects.exclude(username="all").update(is_staff=False)
    client = a_client(small_games, "part", areas=[Area.SPORT])
    assert client.get("/start/").status_code == 403


def test_a_list_says_areas_and_venues_and_tells_what_changed(
    small_games: Any, tmp_path: pathlib.Path
) -> None:
    one = Seating(username="ann", name="Ann", role=Role.PLANNER, areas=(Area.RETAIL,))
    assert seat_people(games_id=small_games.id, people=[one], actor="t").added == 1
    again = dataclasses.replace(one, venues=("V01",))
    assert seat_people(games_id=small_games.id, people=[again], actor="t").changed == 1
    assert seat_people(games_id=small_games.id, people=[again], actor="t").changed == 0
    path = tmp_path / "people.csv"
    path.write_text(HEAD.strip() + ",areas,venues\nben,Ben,,planner,,transport village,V01 V02\n")
    assert said("seats", "import", str(path), "--games", "REFS1").exit_code == 0
    found = seat_of(user_id=User.objects.get(username="ben").pk, games_code="REFS1")
    assert found is not None
    assert (found.areas, found.venues) == (("transport", "village"), ("V01", "V02"))
    path.write_text(HEAD.strip() + ",areas\ncy,Cy,,planner,,moon\n")
    told = said("seats", "import", str(path), "--games", "REFS1")
    assert (told.exit_code, "line 2: area 'moon'" in told.output) == (2, True)
