"""Programs register and scan with the rights of a person."""

import json
from typing import Any

import pytest
from django.test import Client

from sportsbrain.access.actions import give_duty
from sportsbrain.committee.actions import make_api_token, seat_person
from sportsbrain.vocabulary.people import Duty
from sportsbrain.vocabulary.statuses import Role
from tests.access.office import OFFICE, a_games

pytestmark = pytest.mark.django_db
PERSON = {
    "code": "A1", "organisation": "AAA", "category": "ATH", "family_name": "Brelin",
    "birth_date": "2004-05-31",
}  # fmt: skip


@pytest.fixture
def games(db: None) -> Any:
    return a_games()


def call(games: Any, path: str, body: Any, *duties: tuple[Duty, str]) -> Any:
    user_id = seat_person(
        games_id=games.id, username="robot", display_name="robot", role=Role.PORTAL, actor="test"
    )
    for duty, client in duties:
        give_duty(games=games, user_id=user_id, duty=duty, client=client, by=OFFICE)
    token = make_api_token(user_id=user_id, name="t")
    return Client().post(
        f"/api/v1/games/PEO30/{path}", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip


def test_a_program_registers_its_own_people_and_hears_what_is_wrong(games: Any) -> None:
    people = [PERSON, {**PERSON, "code": "A2", "organisation": "BBB"}]
    answer = call(games, "people", {"people": people}, (Duty.REGISTER, "AAA"))
    assert answer.status_code == 200
    found = answer.json()
    assert (found["created"], [r["code"] for r in found["refused"]]) == (1, ["A2"])
    again = call(games, "people", {"people": people}).json()
    assert (again["created"], again["same"]) == (0, 1)


@pytest.mark.parametrize("body", [{"people": [{**PERSON, "shoe": "42"}]}, {"people": [{}]}, []])
def test_unknown_and_missing_fields_are_errors(games: Any, body: Any) -> None:
    assert call(games, "people", body, (Duty.REGISTRATION, "")).status_code == 422


def test_without_the_duty_nothing_is_answered(games: Any) -> None:
    assert call(games, "people", {"people": [PERSON]}, (Duty.GATE, "")).status_code == 403
    assert call(games, "people/scan", {"text": "SB1:X"}).json()["colour"] == "red"
