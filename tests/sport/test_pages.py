"""Pages: who may see them, how few queries they need, what they say when something is wrong."""

import inspect
import pathlib
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.problem import TERMS
from sportsbrain.committee.models import User
from sportsbrain.plans.queries import number_in_force
from sportsbrain.sport.planning import draft_held
from sportsbrain.sport.templatetags import timetable_words
from sportsbrain.world.models import EventUnit, Participant
from tests.conftest import NOW

QUERIES_MAX = 12


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=role))
    return client


def addresses(games_id: int) -> list[str]:
    unit = EventUnit.objects.filter(games_id=games_id, medal="1").order_by("pk")[0]
    assert unit.location is not None
    person = Participant.objects.filter(games_id=games_id).order_by("pk")[0]
    return [
        "", "schedule/", "schedule/?discipline=JUD&medal=1", "venues/",
        f"venues/{unit.location.venue.code}/", f"events/{unit.phase.event.code}/",
        f"units/{unit.code}/", "organisations/", f"organisations/{person.organisation.code}/",
        f"participants/{person.code}/", "search/?q=ma", "timetables/", "timetables/1/",
        "timetables/1/notices/", "audit/", "clashes/", "duplicates/", "rejects/",
    ]  # fmt: skip


def test_every_page_answers_with_few_queries_and_as_json(small_games: Any) -> None:
    draft_held(games=small_games, actor="t", now=NOW)
    client = client_of("planner")
    for address in addresses(small_games.id):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(f"/games/REFS1/{address}")
        assert page.status_code == 200, address
        assert 0 < len(queries) <= QUERIES_MAX, (address, len(queries))
        stem, _, query = address.partition("?")
        machine = client.get(f"/games/REFS1/{stem}".rstrip("/") + f".json?{query}")
        assert machine["Content-Type"] == "application/json", address


def test_without_a_seat_the_games_do_not_exist(small_games: Any) -> None:
    assert Client().get("/games/REFS1/").status_code == 302
    User.objects.create_user("stranger", password="long enough word")
    client = Client()
    client.force_login(User.objects.get(username="stranger"))
    for address in addresses(small_games.id)[:4]:
        assert client.get(f"/games/REFS1/{address}").status_code == 404


def test_who_may_not_is_told_who_can(small_games: Any) -> None:
    draft_held(games=small_games, actor="t", now=NOW)
    refused = client_of("viewer").post("/games/REFS1/timetables/1/publish/")
    assert refused.status_code == 403
    assert b"approver" in refused.content
    assert number_in_force(games_id=small_games.id, planner="timetable") is None


def test_publishing_waits_for_no_refusal_and_then_lists_who_is_affected(small_games: Any) -> None:
    draft_held(games=small_games, actor="t", now=NOW)
    delegate, approver = client_of("delegate"), client_of("approver")
    sign = "/games/REFS1/timetables/1/sign/"
    delegate.post(sign, {"discipline_code": "ATH", "remark": "not mine"})
    delegate.post(sign, {"discipline_code": "JUD", "remark": "too early"})
    page = approver.post("/games/REFS1/timetables/1/publish/", follow=True)
    assert b"JUD: too early" in page.content
    assert b"ATH" not in page.content.split(b"too early")[0][-40:]
    delegate.post(sign, {"discipline_code": "JUD", "is_agreed": "on"})
    page = approver.post("/games/REFS1/timetables/1/publish/", follow=True)
    assert number_in_force(games_id=small_games.id, planner="timetable") == 1
    assert b"Who is affected" in page.content


def test_a_sign_in_link_works_once(small_games: Any) -> None:
    from sportsbrain.committee.actions import make_sign_in_link

    now = __import__("datetime").datetime.now(__import__("datetime").timezone.utc)
    user = User.objects.get(username="planner")
    token = make_sign_in_link(user_id=user.pk, next_path="/games/REFS1/", now=now)
    client = Client()
    assert client.get(f"/sign-in/{token}/", follow=True).status_code == 200
    assert client.get("/games/REFS1/").status_code == 200
    assert Client().get(f"/sign-in/{token}/").status_code == 410


@pytest.mark.parametrize(
    ("file_format", "start"),
    [
        ("csv", b"unit,rsc"),
        ("json", b"[{"),
        ("xlsx", b"PK"),
        ("ics", b"BEGIN:VCALENDAR\r\n"),
        ("pdf", b"%PDF"),
    ],
)
def test_a_timetable_leaves_in_every_format(
    small_games: Any, file_format: str, start: bytes
) -> None:
    draft_held(games=small_games, actor="t", now=NOW)
    sent = client_of("viewer").get(f"/games/REFS1/export/1.{file_format}")
    assert sent.content.startswith(start)
    if file_format == "csv":
        assert (
            sent.content.count(b"\n")
            == 1 + EventUnit.objects.filter(games_id=small_games.id).count()
        )


def test_every_term_and_rule_has_a_name_for_readers() -> None:
    check_source = pathlib.Path(inspect.getsourcefile(check) or "").read_text()
    rules = set(re.findall(r'(?:rule=|return |else )"([a-z_]+)"', check_source))
    assert set(timetable_words.TERMS) == set(TERMS)
    assert set(timetable_words.RULES) == rules, "a rule of the check has no name on pages"
