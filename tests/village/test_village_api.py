"""What programs ask of the village: with their people's rights, once, and in open standards."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from sportsbrain.committee.actions import make_api_token, seat_person
from sportsbrain.committee.queries import get_games
from sportsbrain.village.actions import (
    PointValues,
    begin_rates,
    register_points,
    save_service_kinds,
)
from sportsbrain.vocabulary.devices import ValueKind
from sportsbrain.vocabulary.statuses import Role
from tests.village.houses import NOW, OFFICE, houses
from tests.village.test_life import counted, in_house, signing
from tests.village.test_rates import the_games
from tests.village.test_stay_pages import GAMES, client_of

__all__ = ["signing"]
pytestmark = pytest.mark.django_db


def api(role: Role, *, leads: str = "") -> Any:
    """Return how a program of somebody asks: (method, path, body) to (status, JSON)."""
    client_of(f"api-{role.value}", role, leads=leads)
    user = seat_person(games_id=the_games_now().id, username=f"api-{role.value}",
                       display_name="x", role=role, actor="t")  # fmt: skip
    token = make_api_token(user_id=user, name="t")

    def ask(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = getattr(Client(), method)(
            f"/api/v1/games/VIL30/village/{path}".replace("village/../", ""), body,
            content_type="application/json", headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        return answer.status_code, answer.json()

    return ask


def the_games_now() -> Any:
    return get_games(code="VIL30")


@pytest.mark.usefixtures("signing")
def test_programs_do_what_their_people_may_and_nothing_of_others() -> None:
    games = in_house()
    save_service_kinds(games_id=games)
    begin_rates(games=the_games(games), residents=500, by=OFFICE)
    chef = api(Role.PORTAL, leads="AAA")
    wish = {"key": "k-1", "item": "DESK", "quantity": 1}
    first = chef("post", "folios/AAA/orders", wish)
    assert first[0] == 200
    assert chef("post", "folios/AAA/orders", wish) == first
    assert chef("get", "folios/AAA")[1]["count"] == 2
    assert chef("post", "folios/AAA/orders", {**wish, "quantity": 2})[0] == 409
    for path in ("folios/BBB", "stays/BBB"):
        assert chef("get", path)[0] == 404
    assert chef("post", "folios/BBB/orders", {**wish, "key": "k-2"})[0] == 404
    for path in ("requests", "earnings", "energy"):
        assert chef("get", path)[0] == 403
    assert chef("post", "gates", {"reads": []})[0] == 403
    step = {"key": "s-1", "step": "depart", "person": "ann"}
    assert chef("post", "stays/AAA/steps", step)[1]["state"] == "departed"
    office = api(Role.PLANNER)
    assert office("post", "requests", {"kind": "water", "place": "A1"})[0] == 202
    number = office("get", "requests")[1]["open"][0]["id"]
    assert office("post", f"requests/{number}/done", {})[0] == 200
    assert office("post", f"requests/{number}/done", {})[0] == 409
    read = {"uid": "g1", "text": "SB1:X", "zone": "R", "direction": "in", "at": NOW.isoformat()}
    assert office("post", "gates", {"reads": [read]})[1]["g1"]["colour"] == "red"
    assert office("post", "turnover", {"space": "PLAZA-1", "day": "2030-07-20", "amount": -1})[0] \
        == 409  # fmt: skip


def test_programs_tell_devices_with_an_approvers_right_only() -> None:
    games = houses()
    register_points(games_id=games, points=[
        PointValues(principal="gw", device="door", key="locked", value_kind=ValueKind.FLAG,
                    device_kind="lock", may_be_told=True),
    ])  # fmt: skip
    wish = {"principal": "gw", "device": "door", "key": "locked", "value": False, "reason": "fire"}
    assert api(Role.PLANNER)("post", "commands", wish)[0] == 403
    approver = api(Role.APPROVER)
    assert approver("post", "commands", wish)[0] == 202
    assert approver("post", "commands", {**wish, "device": "none"})[0] == 409
    (told,) = approver("get", "commands")[1]
    assert (told["asked_by"], told["command_state"]) == ("api-approver", "queued")
    assert "Told lately" in client_of("viewer", Role.VIEWER).get(
        f"{GAMES}devices/").content.decode()  # fmt: skip


def test_devices_and_buildings_are_read_as_ngsi_ld_entities() -> None:
    games = houses()
    counted(games, 1, 10.0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO village_newest SELECT point_id, at, epoch, sequence, number, words,"
            " quality, received FROM (SELECT DISTINCT ON (point_id) * FROM village_history"
            " ORDER BY point_id, at DESC) h"
        )
    office = api(Role.PLANNER)
    path = "../ngsi-ld/v1/entities"
    every = office("get", path)[1]
    assert {row["type"] for row in every} == {"Device", "Building"}
    device = office("get", f"{path}?type=Device")[1][0]
    assert device["@context"]
    meter = office("get", f"{path}/urn:ngsi-ld:Device:VIL30:M-A")[1]
    assert meter["controlledAsset"]["object"] == "urn:ngsi-ld:Building:VIL30:A"
    assert meter["power"]["type"] == "Property"
    assert meter["power"]["standing"]["value"] == "unknown"  # nobody said that it is online
    assert office("get", f"{path}/urn:ngsi-ld:Device:VIL30:none")[0] == 404
    assert api(Role.PORTAL, leads="AAA")("get", path)[0] == 403
