"""The door for results: by right, whole or not at all."""

import json
from typing import Any

import pytest
from django.test import Client

from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import AuditEntry, User
from sportsbrain.world.models import EventUnit, Medal, MedalDecision, Result
from tests.world.test_results import final_of


def get(who: str, path: str) -> Any:
    token = make_api_token(user_id=User.objects.get(username=who).pk, name="t")
    return Client().get(
        f"/api/v1/games/REFS1/{path}", headers={"Authorization": f"Bearer {token}"}
    )  # fmt: skip


def post(who: str, path: str, body: Any) -> Any:
    token = make_api_token(user_id=User.objects.get(username=who).pk, name="t")
    return Client().post(
        f"/api/v1/games/REFS1/{path}", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip


def lines(order: list[str]) -> list[dict[str, Any]]:
    return [{"competitor": code, "rank": n} for n, code in enumerate(order, 1)]


def test_an_operator_records_results_and_the_audit_says_so(small_games: Any) -> None:
    unit, order = final_of(small_games)
    body = {"status": "OFFICIAL", "results": lines(order), "version": 3}
    answer = post("planner", f"units/{unit}/results", body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["version"] == 3
    assert Medal.objects.count() == 3
    entry = AuditEntry.objects.filter(verb="recorded results of").get()
    assert entry.details["version"] == 3
    stale = post("planner", f"units/{unit}/results", body)
    assert stale.status_code == 409
    assert "not newer than 3" in stale.json()["detail"]


@pytest.mark.parametrize(("change", "status", "word"), [
    ({"results": [{"competitor": "NOBODY"}]}, 404, "NOBODY"),
    ({"status": "PERFECT"}, 422, "status"),
    ({"results": [{"competitor": "A", "medal": "GOLD"}]}, 422, "medal"),
    ({"unit": "X"}, 422, "unit"),
    ({"version": 2**31}, 409, "largest"),
    ({"finished_at": "2030-07-24T20:00:00"}, 409, "zone"),
    ({"reason": "a\x00b"}, 409, "no text"),
    ({"results": [{"competitor": "A", "value": "9" * 61}]}, 409, "60 characters"),
    ({"results": [{"competitor": "A", "rank": 10**9}]}, 409, "rank"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_kept(
    small_games: Any, change: dict[str, Any], status: int, word: str
) -> None:
    unit, order = final_of(small_games)
    before = Result.objects.count()
    body = {"status": "LIVE", "results": lines(order), **change}
    answer = post("planner", f"units/{unit}/results", body)
    assert answer.status_code == status
    assert word in answer.json()["detail"]
    assert Result.objects.count() == before
    assert EventUnit.objects.get(code=unit).result_version == 0


def test_results_are_for_planners_and_decisions_for_approvers(small_games: Any) -> None:
    unit, order = final_of(small_games)
    event = EventUnit.objects.get(code=unit).phase.event.code
    body = {"status": "LIVE", "results": lines(order)}
    decision = {"medals": [{"kind": "GOLD", "competitor": order[0]}], "reason": "appeal"}
    assert post("viewer", f"units/{unit}/results", body).status_code == 403
    assert post("planner", f"events/{event}/medals", decision).status_code == 403
    assert MedalDecision.objects.count() == 0
    assert post("approver", f"events/{event}/medals", decision).status_code == 201
    assert Medal.objects.get().kind == "GOLD"


def test_stories_come_in_by_right_and_go_out_when_an_approver_says(small_games: Any) -> None:
    body = {"kind": "story", "words": {"language": "en", "title": "Dawn", "text": "Fog."}}
    assert post("viewer", "stories", body).status_code == 403
    assert post("planner", "stories", {**body, "kind": "song"}).status_code == 422
    assert post("planner", "stories", {**body, "about": ["unit-NONE"]}).status_code == 409
    assert post("planner", "stories", body).json() == {"story": "dawn"}
    words = {"language": "fr", "title": "Aube", "text": "Brume."}
    told = {"words": words, "source_number": 1}
    assert post("planner", "stories/dawn/texts", told).status_code == 201
    assert post("planner", "stories/dawn/texts", told).status_code == 409, "one is there already"
    assert post("planner", "stories/dawn/publish", {}).status_code == 403
    assert post("approver", "stories/dawn/publish", {"at": "2099-01-01T10:00"}).status_code == 409
    answer = post("approver", "stories/dawn/publish", {"at": "2099-01-01T10:00Z"})
    assert answer.json()["state"] == "scheduled"
    assert post("approver", "stories/dawn/publish", {}).json()["state"] == "published"
    assert post("planner", "stories/dawn/retract", {"reason": ""}).status_code == 409
    assert post("planner", "stories/dawn/retract", {"reason": "wrong"}).status_code == 200
    assert post("planner", "stories/none/retract", {"reason": "wrong"}).status_code == 404
    (row,) = get("viewer", "stories").json()
    assert (row["code"], row["state"]) == ("dawn", "retracted")
