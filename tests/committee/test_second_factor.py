"""Where a committee asks for a second factor nobody works without one."""

from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, RequestFactory

from sportsbrain.committee.models import User

pytestmark = pytest.mark.django_db
PAGE, FACTORS = "/games/REFS1/schedule/", "/account/2fa/"


def a_client() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="planner"))
    return client


def test_who_has_none_is_sent_to_add_one_and_then_works(small_games: Any, settings: Any) -> None:
    client = a_client()
    assert client.get(PAGE).status_code == 200
    settings.SECOND_FACTOR = True
    assert client.get(PAGE)["Location"] == FACTORS
    assert "asks for a second factor" in client.get(FACTORS).content.decode()
    TOTP.activate(User.objects.get(username="planner"), generate_totp_secret())
    assert client.get(PAGE).status_code == 200


def test_who_comes_in_by_their_organisation_has_its_own(small_games: Any, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    client = a_client()
    request = RequestFactory().get("/")
    request.session = client.session
    user = User.objects.get(username="planner")
    record_authentication(request, user, method="socialaccount", provider="organisation")
    request.session.save()
    assert client.get(PAGE).status_code == 200
