"""The shop's API: rights, keys, stock, parcels; hooks that are told signed, in order, again."""

import datetime as dt
import http.server
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from standardwebhooks import Webhook, WebhookVerificationError

from sportsbrain.committee.actions import make_api_token, seat_person
from sportsbrain.committee.queries import get_games
from sportsbrain.ledger.queries import stock_rows
from sportsbrain.live import jobs
from sportsbrain.live.actions import PAUSES, append_update, forget_before
from sportsbrain.live.errors import HookError
from sportsbrain.live.jobs import check_hook_url
from sportsbrain.live.models import Hook
from sportsbrain.live.queries import hook_rows, newest_cursor
from sportsbrain.shop.actions import (
    SessionValues,
    TicketCategory,
    ask_return,
    make_parcels,
    open_tickets,
)
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Order
from sportsbrain.shop.queries import PriceBook, snapshot_of
from sportsbrain.vocabulary.statuses import Role
from tests.database import until_readable
from tests.shop.counter import NOW, a_shop
from tests.shop.test_parcels import ADDRESS, sent_order
from tests.shop.test_returning import paid

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/games/SHO30/shop"


def follow_hooks(now: dt.datetime) -> tuple[int, int]:
    """Tell the hooks what was committed, when nothing else holds the log back."""
    until_readable()
    return jobs.follow_hooks(now=now)


def caller(role: Role) -> Any:
    """Return what calls the API as somebody of a role: (method, path, body, more headers)."""
    games = get_games(code="SHO30")
    assert games is not None
    user = seat_person(games_id=games.id, username=role.value, display_name=role.value, role=role,
                       actor="test")  # fmt: skip
    bearer = {"Authorization": f"Bearer {make_api_token(user_id=user, name='t')}"}

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return Client().generic(
            method, ROOT + path, json.dumps(body) if body is not None else "",
            content_type="application/json", headers={**bearer, **headers},
        )  # fmt: skip

    return call


def test_rights_are_asked_for_everything() -> None:
    a_shop()
    paths = [("GET", "/offers"), ("GET", "/stock"), ("GET", "/orders/1"), ("GET", "/parcels"),
             ("GET", "/hooks"), ("POST", "/orders"), ("POST", "/stock/counts"),
             ("POST", "/tracking"), ("POST", "/hooks"), ("POST", "/parcels/1/sent"),
             ("POST", "/orders/1/returns"), ("DELETE", "/hooks/1")]  # fmt: skip
    for method, path in paths:
        assert Client().generic(method, ROOT + path).status_code == 401, path
    viewer = caller(Role.VIEWER)
    assert viewer("GET", "/offers").status_code == 200
    assert viewer("GET", "/parcels").status_code == 403
    order = {"channel": "web", "lines": [{"sku": "SHIRT-M", "quantity": 1}], "country": "PT"}
    assert viewer("POST", "/orders", order).status_code == 403
    assert viewer("GET", "/hooks").status_code == 403


def test_an_order_is_placed_once_for_its_key() -> None:
    a_shop(shirts=2)
    planner = caller(Role.PLANNER)
    order = {"channel": "web", "lines": [{"sku": "SHIRT-M", "quantity": 2}], "country": "pt"}
    assert planner("POST", "/orders", order).status_code == 409  # no key
    key = {"Idempotency-Key": "from-a-program-1"}
    first, again = (
        planner("POST", "/orders", order, **key),
        planner("POST", "/orders", order, **key),
    )
    assert first.status_code == again.status_code == 201
    number = first.json()["order"]
    assert again.json()["order"] == number
    assert Client().get(f"/shop/SHO30/order/{first.json()['link']}/").status_code == 200
    other = {**order, "lines": [{"sku": "SHIRT-M", "quantity": 1}]}
    assert planner("POST", "/orders", other, **key).status_code == 409
    gone = planner("POST", "/orders", other, **{"Idempotency-Key": "from-a-program-2"})
    assert gone.status_code == 410
    assert planner("GET", f"/orders/{number}").json()["total"] == 4_500
    assert planner("GET", "/orders/99").status_code == 404
    assert planner("GET", f"/orders/{10**30}").status_code in {404, 422}
    for wrong in ({}, {**order, "lines": []}, {**order, "country": "P"}, {**order, "x": 1},
                  {**order, "person": "a\x00"}):  # fmt: skip
        assert planner("POST", "/orders", wrong, **key).status_code == 422
    far = {**order, "is_shipped": True, "address": {**ADDRESS, "postcode": "1"}}
    bad = planner("POST", "/orders", far, **{"Idempotency-Key": "from-a-program-3"})
    assert "postcode is invalid" in bad.json()["detail"]
    assert Order.objects.count() == 1


def test_counts_are_the_truth_and_unknown_things_are_said() -> None:
    games = a_shop(shirts=5).snapshot.games_id
    planner = caller(Role.PLANNER)
    done = planner("POST", "/stock/counts", {"location": "MAIN", "counted": {"SHIRT-M": 3},
                                             "ref": "night 1"})  # fmt: skip
    assert done.json() == {"differences": {"SHIRT-M": -2}}
    again = planner("POST", "/stock/counts", {"location": "MAIN", "counted": {"SHIRT-M": 4},
                                              "ref": "night 1"})  # fmt: skip
    assert again.json()["was_counted"]
    (row,) = stock_rows(games_id=games, items=("SHIRT-M",))
    assert row.on_hand == 3
    bad = planner("POST", "/stock/counts", {"location": "MAIN", "counted": {"HAT": 3}, "ref": "n"})
    assert "HAT does not lie at MAIN" in bad.json()["detail"]
    rows = planner("GET", "/stock?location=MAIN&limit=2").json()
    assert (rows["count"], len(rows["items"]), rows["next_offset"]) == (3, 2, 2)


def test_parcels_leave_and_are_tracked() -> None:
    games, order = sent_order()
    make_parcels(games_id=games, order=order, now=NOW)
    planner = caller(Role.PLANNER)
    rows = planner("GET", "/parcels?state=waits").json()["items"]
    assert [row["location"] for row in rows] == ["MAIN", "NORTH"]
    sent = planner("POST", f"/parcels/{rows[0]['id']}/sent", {"carrier": "Post", "tracking": "A1"})
    assert sent.status_code == 200
    told = {"carrier": "Post", "tracking": "A1", "event": "e1", "state": "arrived",
            "happened_at": "2030-07-21T10:00:00"}  # fmt: skip
    assert planner("POST", "/tracking", told).json() == {"is_new": True}
    assert planner("POST", "/tracking", told).json() == {"is_new": False}
    assert planner("POST", "/tracking", {**told, "tracking": "ZZ"}).status_code == 409
    assert planner("POST", "/tracking", {**told, "state": "eaten"}).status_code == 422
    parcel = planner("GET", f"/orders/{order}").json()["parcels"][0]
    assert parcel["parcel_state"] == "arrived"


def test_something_comes_back_by_a_program() -> None:
    order = paid(a_shop(), lines=(("SHIRT-M", 2),))
    planner = caller(Role.PLANNER)
    done = planner("POST", f"/orders/{order}/returns", {"pieces": {"1": 1}, "why": "small"})
    assert done.status_code == 201
    answer = planner("POST", f"/orders/{order}/returns", {"pieces": {"1": 2}, "why": "small"})
    assert answer.status_code == 409
    assert "not so many pieces" in answer.json()["detail"]


class _Listener(http.server.BaseHTTPRequestHandler):
    said: list[tuple[dict[str, str], bytes]]
    answers: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).said.append(({k.lower(): v for k, v in self.headers.items()}, body))
        status = type(self).answers.pop(0) if type(self).answers else 204
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def listener(settings: Any) -> Iterator[Any]:
    settings.HOOKS_INSIDE = True
    handler = type("Listener", (_Listener,), {"said": [], "answers": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    handler.url = f"http://127.0.0.1:{server.server_port}/told"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    server.server_close()


@pytest.mark.django_db(transaction=True)
def test_a_hook_is_told_signed_in_order_and_again(listener: Any) -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    planner = caller(Role.PLANNER)
    assert planner("POST", "/hooks", {"url": listener.url, "topics": ["room."]}).status_code == 409
    made = planner("POST", "/hooks", {"url": listener.url, "topics": ["shop.paid"]}).json()
    assert "secret" not in json.dumps(planner("GET", "/hooks").json())
    first, second = (paid(shop, lines=(("MASCOT", 1),)) for _ in range(2))
    now = dt.datetime.now(dt.UTC)
    listener.answers += [500]
    assert follow_hooks(now=now) == (0, 1)
    assert follow_hooks(now=now) == (0, 0)  # it waits
    later = now + PAUSES[0]
    assert follow_hooks(now=later) == (2, 0)
    assert follow_hooks(now=later) == (0, 0)
    bodies = [json.loads(body) for _, body in listener.said]
    assert [body["data"]["order"] for body in bodies] == [first, first, second]
    assert {body["type"] for body in bodies} == {"shop.paid"}
    ids = [headers["webhook-id"] for headers, _ in listener.said]
    assert ids[0] == ids[1] != ids[2]  # told again by the same name
    door = Webhook(made["secret"])
    headers, body = listener.said[2]
    assert headers["webhook-timestamp"] == str(int(later.timestamp()))
    door.verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        door.verify(body.replace(b"shop.paid", b"shop.free"), headers)
    assert planner("DELETE", f"/hooks/{made['hook']}").status_code == 200
    assert planner("DELETE", f"/hooks/{made['hook']}").status_code == 404
    assert hook_rows(games_id=games) == ()


@pytest.mark.django_db(transaction=True)
def test_an_address_that_is_gone_or_fails_for_days_is_told_no_more(listener: Any) -> None:
    games = a_shop().snapshot.games_id
    planner = caller(Role.PLANNER)
    planner("POST", "/hooks", {"url": listener.url})
    now = dt.datetime.now(dt.UTC)
    append_update(games_id=games, topic="shop.paid", key="1", body={}, recorded_at=now)
    listener.answers += [410]
    follow_hooks(now=now)
    (row,) = hook_rows(games_id=games)
    assert not row.is_on
    assert row.last_error == "it said 410"
    Hook.objects.update(is_on=True, failing_since=now, next_at=now)
    listener.answers += [302, 500]  # nobody is followed elsewhere
    follow_hooks(now=now)
    assert hook_rows(games_id=games)[0].is_on
    Hook.objects.update(next_at=now)
    follow_hooks(now=now + dt.timedelta(days=4))
    assert not hook_rows(games_id=games)[0].is_on


@pytest.mark.django_db(transaction=True)
def test_who_slept_too_long_is_told_to_read_everything_again(listener: Any) -> None:
    games = a_shop().snapshot.games_id
    now = dt.datetime.now(dt.UTC)
    append_update(games_id=games, topic="shop.paid", key="0", body={}, recorded_at=now)
    until_readable()  # the hook begins behind it
    planner = caller(Role.PLANNER)
    planner("POST", "/hooks", {"url": listener.url})
    append_update(games_id=games, topic="shop.paid", key="1", body={}, recorded_at=now)
    until_readable()
    forget_before(games_id=games, transaction_id=newest_cursor(games_id=games).transaction_id + 1)
    append_update(games_id=games, topic="shop.paid", key="2", body={}, recorded_at=now)
    follow_hooks(now=dt.datetime.now(dt.UTC))
    assert json.loads(listener.said[0][1])["type"] == "live.reset"


@pytest.mark.django_db(transaction=True)
def test_an_address_that_speaks_no_http_stops_nobody(listener: Any) -> None:
    games = a_shop().snapshot.games_id
    planner = caller(Role.PLANNER)
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            other, _ = door.accept()
            with other:
                other.recv(65_536)
                other.sendall(b"SSH-2.0-OpenSSH\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{door.getsockname()[1]}/"
        planner("POST", "/hooks", {"url": url})
        planner("POST", "/hooks", {"url": listener.url})
        now = dt.datetime.now(dt.UTC)
        append_update(games_id=games, topic="shop.paid", key="1", body={}, recorded_at=now)
        assert follow_hooks(now=dt.datetime.now(dt.UTC)) == (1, 1)
        thread.join(timeout=10)
    assert [row.failures for row in hook_rows(games_id=games)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_a_hook_that_was_removed_meanwhile_stops_nobody(
    listener: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    games = a_shop().snapshot.games_id
    planner = caller(Role.PLANNER)
    planner("POST", "/hooks", {"url": listener.url})
    now = dt.datetime.now(dt.UTC)
    append_update(games_id=games, topic="shop.paid", key="1", body={}, recorded_at=now)

    def gone(url: str) -> None:
        Hook.objects.all().delete()
        message = f"{url} is gone"
        raise HookError(message)

    monkeypatch.setattr("sportsbrain.live.jobs.check_hook_url", gone)
    assert follow_hooks(now=dt.datetime.now(dt.UTC)) == (0, 1)


def test_tickets_do_not_come_back_by_a_program() -> None:
    games = a_shop().snapshot.games_id
    session = SessionValues(
        code="S-1", venue="STA", discipline="ATH", units=(), titles={"en": "Morning"},
        starts_at=NOW, ends_before=NOW + dt.timedelta(hours=3),
        categories=(TicketCategory(code="A", price=4_000, places=5),),
    )  # fmt: skip
    open_tickets(games_id=games, sessions=(session,), channel="web", now=NOW - dt.timedelta(days=9))
    book = PriceBook(snapshot_of(games_id=games))
    order = paid(book, lines=(("S-1-A", 2),))
    with pytest.raises(ShopError, match="not so many"):
        ask_return(games_id=games, order=order, pieces={1: 1}, why="", now=NOW)


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "http://a.example/", "https://127.0.0.1/", "https://[::1]/x",
            "https://user@a.example/", "https://10.0.0.8/", "nothing", "https:///x",
            "https://x:99999/", "https://[::1",
            "https://[64:ff9b::7f00:1]/", "https://[ff0e::1]/", f"https://{'a' * 64}.com/"],
)  # fmt: skip
def test_a_hook_goes_outside_by_https_alone(url: str) -> None:
    with pytest.raises(HookError):
        check_hook_url(url)
