"""Where a committee asks for a second factor nobody works without giving one in this session."""

import datetime as dt
import time
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.test import Client, RequestFactory

from sportsbrain.committee.actions import make_sign_in_link
from sportsbrain.committee.middleware import SINCE
from sportsbrain.committee.models import User

pytestmark = pytest.mark.django_db
PAGE, FACTORS = "/games/REFS1/schedule/", "/account/2fa/"
DOORS = [PAGE, "/start/", "/status/", "/admin/", "/"]
WORD = "correct horse battery"


@pytest.fixture
def planner(small_games: Any, settings: Any) -> User:
    settings.SECOND_FACTOR = True
    user = User.objects.get(username="planner")
    user.is_staff = True
    user.set_password(WORD)
    user.save()
    return user


def by_link(user: User) -> Client:
    client = Client()
    token = make_sign_in_link(user_id=user.pk, next_path="/", now=dt.datetime.now(dt.UTC))
    client.get(f"/sign-in/{token}/")
    return client


def test_who_has_none_is_sent_to_add_one_wherever_they_go(planner: User) -> None:
    client = by_link(planner)
    assert {client.get(door)["Location"] for door in DOORS} == {FACTORS}
    assert "asks for a second factor" in client.get(FACTORS).content.decode()


def test_who_has_one_has_to_give_it_whichever_way_they_came(planner: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(planner, secret)
    client = by_link(planner)
    for door in DOORS:
        assert client.get(door)["Location"].startswith(f"{FACTORS}reauthenticate/"), door
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post(f"{FACTORS}reauthenticate/", {"code": code})
    assert client.get(PAGE).status_code == 200


def test_the_admin_has_no_door_of_its_own(planner: User) -> None:
    client = Client()
    answer = client.post("/admin/login/", {"username": "planner", "password": WORD})
    assert "/sign-in/" in answer["Location"]
    assert client.get("/admin/").status_code == 302


def test_who_comes_in_by_their_organisation_has_its_own(planner: User) -> None:
    client = by_link(planner)
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, planner, method="socialaccount", provider="organisation")
    request.session.save()
    assert client.get(PAGE).status_code == 200


def test_a_sign_in_ends_after_its_hours_however_busy(planner: User, settings: Any) -> None:
    settings.SECOND_FACTOR = False
    client = by_link(planner)
    assert client.get(PAGE).status_code == 200
    session = client.session
    session[SINCE] -= settings.SESSION_HOURS * 3600 + 1
    session.save()
    token = make_sign_in_link(user_id=planner.pk, next_path=PAGE, now=dt.datetime.now(dt.UTC))
    assert "/sign-in/" in client.get(PAGE)["Location"]
    assert client.get(PAGE).status_code == 302
    client = by_link(planner)
    client.get(PAGE)
    session = client.session
    session[SINCE] -= settings.SESSION_HOURS * 3600 + 1
    session.save()
    assert client.get(f"/sign-in/{token}/")["Location"] == PAGE, "a new link signs in at once"
    assert client.get(PAGE).status_code == 200
