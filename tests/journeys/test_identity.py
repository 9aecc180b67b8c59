"""People come in by password, code, passkey, or at their organisation; nobody else does."""

import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from sportsbrain.committee.actions import seat_person
from sportsbrain.committee.models import User
from sportsbrain.vocabulary.statuses import Role
from tests.journeys import provider
from tests.journeys.conftest import CHROMIUM, _answers, a_free_port, serving
from tests.journeys.looks import faults_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: browser tests not run"),
]
WORD = "correct horse battery"
BACK = "/account/oidc/organisation/login/callback/"


@pytest.fixture
def pam(small_games: Any) -> User:
    key = seat_person(games_id=small_games.id, username="pam", display_name="Pam",
                      role=Role.PLANNER, actor="t", email=provider.PEOPLE[0][1])  # fmt: skip
    user = User.objects.get(pk=key)
    user.set_password(WORD)
    user.save()
    return user


def entered(page: Any, address: str, word: str = WORD) -> None:
    page.goto(f"{address}/sign-in/?next=/games/REFS1/")
    page.get_by_label("Name or mail address").fill("pam")
    page.get_by_label("Password").fill(word)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirmed(page: Any, address: str) -> None:
    """Open a page that asks for the password once more."""
    page.goto(address)
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(WORD)
        page.get_by_role("button", name="Confirm").click()
        page.wait_for_url(address)


def is_inside(page: Any) -> None:
    page.locator("header.top").get_by_text("Games 2030").wait_for()
    page.get_by_text("Pam · planner").wait_for()


def test_a_password_and_the_code_of_an_authenticator(
    browser: Any, live_server: Any, pam: User
) -> None:
    context = browser.new_context()
    page = context.new_page()
    entered(page, live_server.url, "wrong")
    page.get_by_role("alert").wait_for()
    entered(page, live_server.url)
    is_inside(page)
    confirmed(page, f"{live_server.url}/account/2fa/totp/activate/")
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    page.get_by_text("Recovery Codes", exact=True).first.wait_for()
    context.close()
    later = browser.new_context().new_page()
    entered(later, live_server.url)
    later.get_by_label("Code").wait_for()
    later.get_by_label("Code").fill(code_of(secret, step=1))
    later.get_by_role("button", name="Sign In", exact=True).click()
    is_inside(later)
    later.context.close()


def code_of(secret: str, *, step: int = 0) -> str:
    """Return the code that an authenticator shows now, or in half a minute."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))


def test_a_passkey_opens_without_a_password(browser: Any, live_server: Any, pam: User) -> None:
    context = browser.new_context()
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    entered(page, live_server.url)
    is_inside(page)
    confirmed(page, f"{live_server.url}/account/2fa/webauthn/add/")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/account/2fa/**codes/**")
    context.clear_cookies()
    page.goto(f"{live_server.url}/sign-in/?next=/games/REFS1/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    is_inside(page)
    context.close()


@pytest.fixture
def organisation(tmp_path: pathlib.Path) -> Iterator[tuple[str, int]]:
    """Start the sign-in of an organisation; yields its address and where it sends back to."""
    port, ours = a_free_port(), a_free_port()
    place = {"PROVIDER_FOLDER": str(tmp_path), "PROVIDER_PORT": str(port),
             "PROVIDER_BACK": f"http://127.0.0.1:{ours}{BACK}",
             "DJANGO_SETTINGS_MODULE": "tests.journeys.provider"}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.provider"], env={**os.environ, **place},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not _answers(port):
            assert time.monotonic() < end
            assert process.poll() is None
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", ours
    finally:
        process.terminate()
        process.wait()


def test_who_the_organisation_knows_comes_in_and_nobody_else(
    browser: Any, organisation: tuple[str, int], pam: User, transactional_db: None
) -> None:
    address, port = organisation
    place = {"SPORTSBRAIN_OIDC": address, "SPORTSBRAIN_OIDC_CLIENT": provider.CLIENT,
             "SPORTSBRAIN_OIDC_SECRET": provider.CLIENT_SECRET,
             "SPORTSBRAIN_OIDC_NAME": "Lumar 2030"}  # fmt: skip
    with serving(port, place) as served:
        for name, comes_in in (("pam", True), ("mel", False)):
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{served}/sign-in/?next=/games/REFS1/")
            page.get_by_role("link", name="Sign in with Lumar 2030").click()
            page.locator("[name=login]").fill(name)
            page.locator("[name=password]").fill(provider.WORD)
            page.locator("[type=submit]").first.click()
            if comes_in:
                is_inside(page)
            else:
                page.get_by_text("closed").first.wait_for()
            context.close()
    assert User.objects.filter(username="mel").count() == 0


def test_pages_of_an_account_are_clean_and_nobody_makes_one(
    browser: Any, live_server: Any, pam: User
) -> None:
    context = browser.new_context()
    page = context.new_page()
    assert faults_of(page, f"{live_server.url}/sign-in/") == []
    entered(page, live_server.url)
    is_inside(page)
    confirmed(page, f"{live_server.url}/account/2fa/totp/activate/")
    for path in ("2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "password/change/"):
        assert faults_of(page, f"{live_server.url}/account/{path}") == [], path
    context.close()
    told = Client().get("/account/signup/").content.decode()
    assert "closed" in told.lower()
    assert Client().post("/account/signup/", {"username": "eve"}).status_code == 200
    assert User.objects.filter(username="eve").count() == 0


def test_guessing_is_stopped(live_server: Any, pam: User) -> None:
    client = Client(REMOTE_ADDR="10.9.8.7")
    for _ in range(6):
        answer = client.post("/sign-in/", {"login": "pam", "password": "guess"})
    assert "Too many" in answer.content.decode()
    assert (
        "Too many" in client.post("/sign-in/", {"login": "pam", "password": WORD}).content.decode()
    )
