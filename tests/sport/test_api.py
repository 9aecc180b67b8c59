"""The API says what the pages say, with tokens, paging, ETags and problems."""

import json
from typing import Any

import pytest
from django.test import Client

from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import User
from sportsbrain.sport.planning import draft_held
from tests.conftest import NOW

ROOT = "/api/v1/games"


@pytest.fixture
def token(small_games: Any) -> dict[str, str]:
    draft_held(games=small_games, actor="t", now=NOW)
    user = User.objects.get(username="planner")
    return {"Authorization": f"Bearer {make_api_token(user_id=user.pk, name='test')}"}


def get(path: str, token: dict[str, str], **headers: str) -> Any:
    return Client().get(ROOT + path, headers={**token, **headers})


def test_without_a_token_there_is_nothing(small_games: Any) -> None:
    assert Client().get(ROOT).status_code == 401


def test_units_come_in_pages(token: dict[str, str]) -> None:
    first = get("/REFS1/units?limit=10&version=held", token).json()
    assert len(first["items"]) == 10
    assert first["next_offset"] == 10
    second = get("/REFS1/units?limit=10&offset=10&version=held", token).json()
    assert second["items"][0] != first["items"][0]


def test_what_one_has_already_is_not_sent_again(token: dict[str, str]) -> None:
    answer = get("/REFS1/venues", token)
    again = get("/REFS1/venues", token, **{"If-None-Match": answer["ETag"]})
    assert (answer.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/NONE", 404), ("/REFS1/timetables/99", 404), ("/REFS1/cheese/1", 404)],
)
def test_what_is_not_there_is_a_problem(token: dict[str, str], path: str, status: int) -> None:
    answer = get(path, token)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_an_unknown_field_is_an_error(token: dict[str, str]) -> None:
    answer = Client().post(
        ROOT + "/REFS1/runs",
        json.dumps({"secondz": 5}),
        content_type="application/json",
        headers=token,
    )
    assert answer.status_code == 422


def test_a_planner_may_not_publish(token: dict[str, str]) -> None:
    answer = Client().post(ROOT + "/REFS1/timetables/1/publish", headers=token)
    assert answer.status_code == 403
    assert "approver" in answer.json()["detail"]


def test_the_api_describes_itself() -> None:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    assert "/api/v1/games/{code}/units" in paths


def test_people_are_found_and_merged(token: dict[str, str]) -> None:
    assert get("/REFS1/search?q=ma", token).status_code == 200
    assert get("/REFS1/duplicates", token).json()["count"] == 0
    assert get("/REFS1/rejects", token).json()["items"] == []
    refused = Client().post(
        ROOT + "/REFS1/duplicates/merge",
        json.dumps({"keep": "nobody", "drop": "nobody"}),
        content_type="application/json",
        headers=token,
    )
    assert refused.status_code == 409
