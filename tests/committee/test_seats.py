"""Seats from a list: everybody or nobody; tokens for less than their person."""

import datetime as dt
import json
import pathlib
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from typer.testing import CliRunner

from sportsbrain.committee.actions import make_api_token, save_games, seat_person
from sportsbrain.committee.cli import app
from sportsbrain.committee.models import ApiToken, Membership, User
from sportsbrain.vocabulary.statuses import Role

pytestmark = pytest.mark.django_db
HEAD = "username,name,email,role,discipline\n"
DAY = dt.date(2030, 7, 19)


@pytest.fixture(autouse=True)
def games() -> Any:
    values = {"name": "G", "city": "L", "time_zone": "UTC", "starts_on": DAY, "ends_on": DAY}
    return save_games(code="SEA30", values=values, actor="t")[0]


def said(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def imported(folder: pathlib.Path, lines: str, *more: str) -> Any:
    path = folder / "people.csv"
    path.write_text(HEAD + lines)
    return said("seats", "import", str(path), "--games", "SEA30", *more)


def test_a_list_seats_changes_and_takes_away(tmp_path: pathlib.Path) -> None:
    first = imported(tmp_path, "ann,Ann,Ann@x.example,planner,\nben,Ben,,viewer,ATH\n")
    assert "2 seated, 0 with another role, 0 gone" in first.output
    assert EmailAddress.objects.get(user__username="ann").email == "ann@x.example"
    token = make_api_token(user_id=User.objects.get(username="ben").pk, name="t")
    again = imported(tmp_path, "ann,Ann,ann@x.example,approver,\n", "--whole")
    assert "0 seated, 1 with another role, 1 gone" in again.output
    assert list(Membership.objects.values_list("user__username", "role")) == [("ann", "approver")]
    assert Client().get("/api/v1/games/SEA30/plan/units", **bearer(token)).status_code == 401


@pytest.mark.parametrize(("lines", "why"), [
    ("ann,Ann,,planner,\nben,Ben,,king,\n", "line 3: role 'king'"),
    ("ann,Ann,,planner,\n,Ben,,viewer,\n", "line 3: no username"),
    ("ann,Ann,a@x.example,planner,\nben,Ben,A@x.example,viewer,\n", "is the address of Ann"),
])  # fmt: skip
def test_a_wrong_line_changes_nothing(tmp_path: pathlib.Path, lines: str, why: str) -> None:
    told = imported(tmp_path, lines)
    assert told.exit_code == 2
    assert why in told.output
    assert not Membership.objects.exists()
    assert not EmailAddress.objects.exists()


def bearer(token: str) -> dict[str, Any]:
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def asked(token: str, method: str, path: str) -> int:
    where = f"/api/v1/games/{path}"
    if method == "get":
        return int(Client().get(where, **bearer(token)).status_code)
    body = json.dumps({})
    told = Client().post(where, body, content_type="application/json", **bearer(token))
    return int(told.status_code)


def test_a_token_does_what_it_is_for_and_no_more(games: Any) -> None:
    user = seat_person(games_id=games.id, username="ann", display_name="Ann", role=Role.PLANNER,
                       actor="t")  # fmt: skip

    def token(**more: Any) -> str:
        return make_api_token(user_id=user, name="t", **more)

    whole, reads = token(), token(reads_only=True)
    here, there = token(games="SEA30"), token(games="OTHER")
    scans = token(areas=["scans"])
    path = "SEA30/queues"
    assert [asked(t, "get", path) for t in (whole, reads, here, there, scans)] == [
        200, 200, 200, 403, 403
    ]  # fmt: skip
    assert [asked(t, "post", "SEA30/scans") for t in (whole, reads, there, scans)] == [
        422, 403, 403, 422
    ]  # fmt: skip
    assert asked(scans, "get", "SEA30/scansx") == 403
    gone = token(expires_at=dt.datetime.now(dt.UTC))
    assert asked(gone, "get", path) == 401


def test_tokens_are_made_shown_and_ended_at_the_console(games: Any) -> None:
    seat_person(games_id=games.id, username="ann", display_name="Ann", role=Role.PLANNER, actor="t")
    made = said("token", "make", "ann", "--name", "gates", "--only", "scans", "--games", "SEA30")
    token = made.output.strip()
    assert asked(token, "post", "SEA30/scans") == 422
    told = said("token", "list", "ann").output
    assert "gates: reads and writes, SEA30, scans; until" in told
    assert token not in told
    assert "1 ended" in said("token", "revoke", "ann", "--name", "gates").output
    assert asked(token, "post", "SEA30/scans") == 401
    assert ApiToken.objects.filter(token_hash__contains=token).count() == 0
    assert said("token", "make", "zoe", "--name", "x").exit_code == 2
