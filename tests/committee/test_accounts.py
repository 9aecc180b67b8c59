"""What an account of a person keeps: who came in is written down, sessions end, words are long."""

import datetime as dt
import logging

import pytest
from django.core import mail
from django.test import Client

from sportsbrain.committee.actions import make_sign_in_link
from sportsbrain.committee.models import AuditEntry, User

pytestmark = pytest.mark.django_db
WORD = "correct horse battery"


@pytest.fixture
def pam() -> User:
    user: User = User.objects.create_user("pam", "pam@x.example", WORD)
    return user


def came_in(word: str = WORD) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": "pam", "password": word})
    return client


def test_who_comes_in_is_written_down(pam: User) -> None:
    came_in()
    entry = AuditEntry.objects.get(verb="signed in")
    assert (entry.actor, entry.details["how"], entry.games_id) == ("pam", ["password"], None)
    assert entry.details["request"]


def test_who_does_not_come_in_is_noticed_and_not_named(
    pam: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        came_in("wrong")
    assert "a sign-in failed" in caplog.text
    assert "pam" not in caplog.text
    assert not AuditEntry.objects.filter(verb="signed in").exists()


def test_a_person_sees_where_they_are_signed_in_and_ends_the_others(pam: User) -> None:
    other, here = came_in(), came_in()
    page = here.get("/account/sessions/").content.decode()
    assert page.count("127.0.0.1") == 2
    token = make_sign_in_link(user_id=pam.pk, next_path="/", now=dt.datetime.now(dt.UTC))
    Client().get(f"/sign-in/{token}/")
    assert here.get("/account/sessions/").content.decode().count("127.0.0.1") == 3
    here.post("/account/sessions/")
    assert here.get("/account/2fa/").status_code == 200
    assert "/sign-in/" in other.get("/account/2fa/")["Location"]


def test_a_password_has_twelve_signs_and_its_change_is_told(pam: User) -> None:
    client = came_in()
    given = {"oldpassword": WORD, "password1": "elevensigns", "password2": "elevensigns"}
    assert client.post("/account/password/change/", given).status_code == 200
    assert not mail.outbox
    longer = "twelve signs and more"
    given = {"oldpassword": WORD, "password1": longer, "password2": longer}
    assert client.post("/account/password/change/", given).status_code == 302
    assert mail.outbox[0].to == ["pam@x.example"]
    assert longer not in mail.outbox[0].body
