"""
Every address, asked by everybody who must not: the list is made from the addresses themselves.

Who has no right learns nothing, also not that something is there; who may look changes nothing; and
when our own queries forget to say their Games, PostgreSQL still shows nobody the rows of others.
"""

import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from sportsbrain.committee.actions import make_api_token, seat_person
from sportsbrain.committee.models import User
from sportsbrain.committee.queries import get_games
from sportsbrain.feeds.people.reference import reference_people
from sportsbrain.feeds.tables.files import write_csv_folder
from sportsbrain.feeds.tables.record import import_tables
from sportsbrain.reference.games import generate_games
from sportsbrain.shop.actions import begin_shop
from sportsbrain.sport.planning import draft_held
from sportsbrain.village.actions import seat_chef
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.wall import scope
from sportsbrain.world.models import Event, Organisation, Participant, Venue
from tests.conftest import NOW, import_games

MARK = "QZXMARK"  # in names of the first Games (not of its wares: those are for everybody)
OPEN = {  # whoever comes may ask these; they find what they show by a secret, or sell
    "", "sign-in/", "sign-out/", "api/v1/openapi.json", "api/v1/docs", "api/v1/",
}  # fmt: skip
# a script in the page itself (data for machines is none), or in an attribute
INLINE = re.compile(r'<script(?![^>]*(?:src=|type="application/(?:ld\+)?json"))|\son[a-z]+="', re.I)
BY_COOKIE: dict[str, Any] = {}
FOR_APPROVERS = {  # what puts something in force, pays out, gives rights, or speaks to everybody
    "decisions/<int:decision_id>/withdraw/", "exercise", "people/duties/",
    "results/<str:unit>/decision/", "shop/sellers/pay/", "stories/<key>/publish",
    "stories/<slug:code>/settle/", "timetables/<int:number>/adopt/",
    "timetables/<int:number>/publish/", "timetables/<int:number>/sign/",
    "timetables/<number>/adopt", "timetables/<number>/publish",
    "what-ifs/<int:number>/approve/", "what-ifs/<number>/approve",
}  # fmt: skip
WRITES = ("INSERT", "UPDATE", "DELETE", "COPY", "MERGE")
OWN = ("django_session", 'committee_user"')  # a sign-in is kept, and when it was


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern with the names of what it asks for."""

    pattern: str
    names: tuple[str, ...]

    def of(self, values: dict[str, str]) -> str:
        """Return the path with values; 1 where none is known."""
        path = self.pattern
        for name in self.names:
            for kind in ("str", "slug", "int", "path"):
                path = path.replace(f"<{kind}:{name}>", values.get(name, "1"))
            path = path.replace(f"<{name}>", values.get(name, "1"))
        return f"/{path}"


def addresses() -> list[Address]:
    """Return every address of the site but those of Django's admin."""

    def walk(resolver: Any, before: str = "") -> Iterator[Address]:
        for part in resolver.url_patterns:
            words = before + str(part.pattern)
            if isinstance(part, URLPattern):
                yield Address(words, tuple(part.pattern.converters))
            elif isinstance(part, URLResolver):
                yield from walk(part, words)

    return sorted(
        {one for one in walk(get_resolver()) if not one.pattern.startswith("admin/")},
        key=lambda one: one.pattern,
    )


PAGES = [one for one in addresses() if "games_code" in one.names]
API = [one for one in addresses() if one.pattern.startswith("api/v1/games/<")]
REST = [one for one in addresses() if one not in PAGES and one not in API]


def second_games(folder: pathlib.Path) -> Any:
    write_csv_folder(folder, generate_games(size="small", seed=2))
    import_tables(path=folder, mapping_name="", games_code="", is_applied=True, actor="t", now=NOW)
    return get_games(code="REFS2")


@pytest.fixture(scope="module")
def world_once(
    django_db_setup: None,
    django_db_blocker: Any,
    small_folder: pathlib.Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """Make two Games, one of them marked, and people with every kind of right, once."""
    with django_db_blocker.unblock(), transaction.atomic():
        ours = import_games(small_folder)
        theirs = second_games(tmp_path_factory.mktemp("second"))
        for games in (ours, theirs):
            reference_people(games, count=40, now=NOW)
            begin_shop(games=games, now=NOW)
            draft_held(games=games, actor="t", now=NOW)
        for model, name in ((Venue, "name"), (Organisation, "name"), (Event, "name"),
                            (Participant, "name")):  # fmt: skip
            rows = model._default_manager.filter(games_id=ours.id)
            rows.update(**{name: Concat(F(name), Value(f" {MARK}"))})
        seat_person(games_id=ours.id, username="planner", display_name="Planner",
                    role=Role.PLANNER, actor="t")  # fmt: skip
        seat_person(games_id=theirs.id, username="stranger", display_name="Stranger",
                    role=Role.APPROVER, actor="t")  # fmt: skip
        yield ours, theirs
        transaction.set_rollback(True)


@pytest.fixture
def two(world_once: Any, db: None) -> Any:
    return world_once


@pytest.fixture
def values(two: Any) -> dict[str, str]:
    """Return what addresses of the first Games name, where it is there."""
    ours, _theirs = two
    delegation, other = Organisation.objects.filter(games_id=ours.id).order_by("code")[:2]
    return {
        "games_code": ours.code, "shop_code": ours.code, "code": ours.code,
        "delegation": other.code, "own": delegation.code,
        "venue": Venue.objects.filter(games_id=ours.id).order_by("code")[0].code,
        "event": Event.objects.filter(games_id=ours.id).order_by("code")[0].code,
    }  # fmt: skip


def client_of(username: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=username))
    return client


def token_of(username: str) -> dict[str, Any]:
    token = make_api_token(user_id=User.objects.get(username=username).pk, name="t")
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def both(client: Client, path: str, **more: Any) -> list[Any]:
    """Return the answers to reading and to writing nothing."""
    posted = client.post(path, "{}", content_type="application/json", **more)
    return [client.get(path, **more), posted]


def text_of(answer: Any) -> str:
    return "" if answer.streaming else answer.content.decode(errors="replace")


def said(answer: Any, code: str) -> tuple[int, str]:
    """Return status and words of an answer without the name of the Games in it."""
    return answer.status_code, text_of(answer).replace(code, "CODE")


def test_there_are_as_many_addresses_as_we_think() -> None:
    assert len(PAGES) > 200
    assert len(API) > 60


def test_a_stranger_can_not_tell_a_games_from_one_that_is_not_there(
    two: Any, values: dict[str, str]
) -> None:
    stranger, token = client_of("stranger"), token_of("stranger")
    nowhere = {**values, "games_code": "NOSUCH", "code": "NOSUCH"}
    for some, more in ((PAGES, BY_COOKIE), (API, token)):
        for address in some:
            there = both(stranger, address.of(values), **more)
            missing = both(stranger, address.of(nowhere), **more)
            for one, other in zip(there, missing, strict=True):
                assert one.status_code in {404, 405, 422}, address
                assert said(one, values["code"]) == said(other, "NOSUCH"), address
                assert MARK not in text_of(one), address


def test_nobody_gets_anything_without_signing_in(two: Any, values: dict[str, str]) -> None:
    for address in PAGES:
        for answer in both(Client(), address.of(values)):
            assert answer.status_code in {302, 403, 404}, address
            assert answer.status_code != 302 or "/sign-in/" in answer["Location"], address
    for address in API:
        for answer in both(Client(), address.of(values)):
            assert answer.status_code in {401, 405}, address
    for address in REST:
        for answer in both(Client(raise_request_exception=False), address.of(values)):
            assert answer.status_code < 500, address
            is_shop = address.pattern.startswith("shop/")
            assert is_shop or MARK not in text_of(answer), address


def _writing(found: list[str]) -> Callable[..., Any]:
    def look(execute: Any, sql: str, *given: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES) and not any(own in sql for own in OWN):
            found.append(sql)
        return execute(sql, *given)

    return look


@pytest.mark.parametrize("username", ["viewer", "portal"])
def test_who_may_not_change_anything_changes_nothing(
    two: Any, values: dict[str, str], username: str
) -> None:
    person, token = client_of(username), token_of(username)
    for some, more in ((PAGES, BY_COOKIE), (API, token)):
        for address in some:
            written: list[str] = []
            with connection.execute_wrapper(_writing(written)):
                answer = person.post(address.of(values), "{}", content_type="application/json",
                                     **more)  # fmt: skip
            assert answer.status_code < 500, (address, answer.status_code)
            assert written == [], address


def test_what_approvers_alone_may_is_refused_to_planners(two: Any, values: dict[str, str]) -> None:
    """A planner is told who may, writes nothing, and an approver is not told that."""
    refused = set()
    for some, is_api in ((PAGES, False), (API, True)):
        more = [token_of(name) if is_api else BY_COOKIE for name in ("planner", "approver")]
        planner, approver = client_of("planner"), client_of("approver")
        for address in some:
            for method in ("post", "put", "patch", "delete") if is_api else ("post",):
                written: list[str] = []
                path = address.of(values)
                with transaction.atomic(), connection.execute_wrapper(_writing(written)):
                    answer = getattr(planner, method)(path, "{}", content_type="application/json",
                                                      **more[0])  # fmt: skip
                    transaction.set_rollback(True)
                assert answer.status_code < 500, (address, answer.status_code)
                if answer.status_code != 403:
                    continue
                assert written == [], address
                with transaction.atomic():
                    allowed = getattr(approver, method)(path, "{}", content_type="application/json",
                                                        **more[1])  # fmt: skip
                    transaction.set_rollback(True)
                if allowed.status_code != 403:  # else it needs a duty that neither of them has
                    refused.add(
                        address.pattern.partition("<")[2].partition(">/")[2] or address.pattern
                    )
    assert refused == FOR_APPROVERS


def test_who_has_one_duty_opens_nothing_else(two: Any, values: dict[str, str]) -> None:
    """A chef de mission reads pages of the own delegation and gets those of no other."""
    ours, _theirs = two
    chef = User.objects.get(username="portal")
    seat_chef(games_id=ours.id, delegation=values["own"], user_id=chef.pk, username="portal")
    person, token = client_of("portal"), token_of("portal")
    for some, more in ((PAGES, BY_COOKIE), (API, token)):
        for address in (one for one in some if "delegation" in one.names):
            for answer in both(person, address.of(values), **more):
                assert answer.status_code in {403, 404, 405, 422}, address


def test_every_answer_says_what_a_browser_may_do_with_it(two: Any, values: dict[str, str]) -> None:
    approver, token = client_of("approver"), token_of("approver")
    pages = 0
    for some, more in ((PAGES, BY_COOKIE), (API, token), (REST, BY_COOKIE)):
        for address in some:
            answer = approver.get(address.of(values), **more)
            policy = answer["Content-Security-Policy"]
            assert "default-src 'self'" in policy, address
            assert "unsafe-eval" not in policy, address
            assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
            assert answer["X-Content-Type-Options"] == "nosniff", address
            assert answer["X-Frame-Options"] == "DENY", address
            assert answer["Referrer-Policy"] == "same-origin", address
            assert answer["Cross-Origin-Opener-Policy"] == "same-origin", address
            assert answer["X-Request-ID"], address
            if some is PAGES:  # a worker of a page is for everybody, and asked for again each time
                kept = answer["Cache-Control"]
                assert {"private", "no-store", "no-cache"} & set(kept.split(", ")), (address, kept)
            assert not {"Server", "X-Powered-By"} & set(answer.headers), address
            for cookie in answer.cookies.values():
                assert cookie["samesite"] == "Lax", (address, cookie.key)
                assert cookie["httponly"] or cookie.key.startswith("pieces-"), address
            if answer["Content-Type"].startswith("text/html"):
                pages += 1
                assert not INLINE.findall(text_of(answer)), address
    assert pages > 100


def test_behind_https_cookies_go_nowhere_else() -> None:
    words = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    )
    told = subprocess.run(
        [sys.executable, "-c", words], check=True, capture_output=True, text=True,
        env={**os.environ, "SPORTSBRAIN_HTTPS": "1"},
    )  # fmt: skip
    assert told.stdout.split() == [
        "__Host-session", "__Host-csrf", "True", "True", "True", str(365 * 24 * 3600)
    ]  # fmt: skip


def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let our own queries forget which Games they are of."""
    plain = QuerySet._filter_or_exclude_inplace  # type: ignore[attr-defined]

    def forget(self: Any, negate: bool, args: Any, kwargs: dict[str, Any]) -> None:  # noqa: FBT001
        kept = {key: value for key, value in kwargs.items() if key not in {"games_id", "games"}}
        plain(self, negate, args, kept)

    monkeypatch.setattr(QuerySet, "_filter_or_exclude_inplace", forget)


def _shown(two: Any, values: dict[str, str], *, enough: int = 10_000) -> list[str]:
    """Return the addresses of the second Games that show names of the first, until it is enough."""
    _ours, theirs = two
    person, token = client_of("stranger"), token_of("stranger")
    here = {**values, "games_code": theirs.code, "code": theirs.code, "shop_code": theirs.code}
    found = []
    for some, more in ((PAGES, BY_COOKIE), (API, token), (REST, BY_COOKIE)):
        for address in some:
            with transaction.atomic():
                answer = person.get(address.of(here), **more)
                transaction.set_rollback(True)
            if MARK in text_of(answer):
                found.append(address.pattern)
            if len(found) >= enough:
                return found
    return found


def test_the_wall_stands_when_our_own_filters_are_gone(
    two: Any, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _forgetful(monkeypatch)
    assert _shown(two, values) == []
    with monkeypatch.context() as gone:  # the test would notice: without the wall all is shown
        gone.setattr(scope, "scope", lambda: None)
        gone.setattr("sportsbrain.wall.base.scope", lambda: None)
        assert len(_shown(two, values, enough=10)) == 10
