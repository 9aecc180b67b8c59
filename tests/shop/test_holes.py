"""What a reviewer found in the shop, each mended and kept mended."""

import datetime as dt
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from sportsbrain.ledger.queries import balance_of, differing, stock_rows
from sportsbrain.shop.actions import (
    ProductValues,
    Told,
    begin_payment,
    expire_orders,
    place_orders,
    receive,
    record_event,
    save_channel,
    save_drop,
    save_products,
    save_promotion,
)
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import DropLimit, Order
from sportsbrain.shop.queries import PriceBook, snapshot_of
from sportsbrain.vocabulary.shop import Outcome, PaymentState, PromotionKind
from sportsbrain.vocabulary.trade import LocationKind
from tests.shop.counter import LONG_AGO, NOW, a_shop, a_wish, bought, with_drop
from tests.shop.test_intake import body, intake
from tests.shop.test_store import SHOP, ordered, put

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=16)
DROP: dict[str, Any] = {"lines": (("MASCOT", 1),), "drop": "D1", "person": "ann"}


def paid(games: int, order: int, reference: str, *, refunded: int = 0) -> None:
    begin_payment(games_id=games, order=order, provider="test", reference=reference, now=NOW)
    for n, (state, back) in enumerate(((PaymentState.SUCCEEDED, 0), (None, refunded))):
        told = Told(event=f"{reference[:40]}-{n}", provider="test", reference=reference, kind="x",
                    state=state, refunded=back)  # fmt: skip
        record_event(games_id=games, told=told, body={}, now=NOW)


def test_the_test_payment_is_closed_unless_somebody_opened_it(settings: Any) -> None:
    a_shop()
    client = Client()
    put(client, "SHIRT-M")
    link = ordered(client).url
    assert client.post(f"{link}test/").status_code == 404
    assert b"not set up" in client.get(link).content
    settings.SHOP_TEST_PAYMENTS = True
    Order.objects.update(order_state="expired")
    assert b"Nothing was paid" in client.post(f"{link}test/", follow=True).content


def test_a_key_of_an_order_that_expired_is_not_placed() -> None:
    shop = a_shop()
    wish = a_wish()
    place_orders(shop, wishes=(wish,), now=NOW)
    expire_orders(games_id=shop.snapshot.games_id, now=LATER)
    (again,) = place_orders(shop, wishes=(wish,), now=LATER)
    assert again.outcome == Outcome.REFUSED
    assert "new key" in again.why


def test_only_a_code_can_run_out() -> None:
    shop = a_shop()
    with pytest.raises(ShopError, match="with a code"):
        save_promotion(games_id=shop.snapshot.games_id, code="ALL", kind=PromotionKind.PERCENT,
                       value=1, uses=1, now=NOW)  # fmt: skip


def test_pieces_at_a_new_place_are_sold_at_once() -> None:
    shop = a_shop(mascots=0)
    games = shop.snapshot.games_id
    before = shop.snapshot.version
    receive(games_id=games, pieces={("MASCOT", "NORTH"): 2}, ref="truck", now=NOW)
    again = PriceBook(snapshot_of(games_id=games))
    assert again.snapshot.version > before
    assert bought(again, lines=(("MASCOT", 1),)).outcome == Outcome.PLACED


def test_a_free_order_is_paid_and_not_refunded() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    save_promotion(games_id=games, code="FREE", kind=PromotionKind.PERCENT, value=1_000_000,
                   now=NOW, needs_code=True)  # fmt: skip
    answer = bought(PriceBook(snapshot_of(games_id=games)), codes=("FREE",))
    assert answer.total == 0
    paid(games, answer.order, "pi_free")
    assert Order.objects.get(number=answer.order).order_state == "paid"


def test_a_second_payment_that_goes_back_leaves_the_order_paid() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    answer = bought(shop)
    paid(games, answer.order, "pi_1")
    paid(games, answer.order, "pi_2", refunded=answer.total)
    assert Order.objects.get(number=answer.order).order_state == "paid"
    paid(games, answer.order, "x" * 100, refunded=answer.total)  # a long reference is no error
    assert balance_of(games_id=games, account="cash:test", currency="EUR") == answer.total


def test_late_money_keeps_the_limit_and_owes_royalties_again() -> None:
    shop = with_drop(a_shop(mascots=9), person_max=1)
    games = shop.snapshot.games_id
    first = bought(shop, **DROP).order
    owed = balance_of(games_id=games, account="contract:T-1", currency="EUR")
    expire_orders(games_id=games, now=LATER)
    assert balance_of(games_id=games, account="contract:T-1", currency="EUR") == 0
    paid(games, first, "pi_1")
    assert Order.objects.get(number=first).order_state == "paid"
    assert balance_of(games_id=games, account="contract:T-1", currency="EUR") == owed
    assert DropLimit.objects.get().quantity == 1
    second = bought(shop, **DROP)
    assert second.outcome == Outcome.OVER_LIMIT
    assert differing(games_id=games) == ()


def test_late_money_above_the_limit_goes_back() -> None:
    shop = with_drop(a_shop(mascots=9), person_max=1)
    games = shop.snapshot.games_id
    first = bought(shop, **DROP).order
    expire_orders(games_id=games, now=LATER)
    (other,) = place_orders(shop, wishes=(a_wish(**DROP),), now=LATER)
    paid(games, other.order, "pi_2")
    paid(games, first, "pi_1")
    assert Order.objects.get(number=first).order_state == "expired"
    (row,) = stock_rows(games_id=games, items=("MASCOT",))
    assert (row.held, row.sold) == (0, 1)


def test_a_household_has_its_limit_however_it_writes_its_address() -> None:
    shop = with_drop(a_shop(mascots=9), person_max=1, household_max=2)
    games = shop.snapshot.games_id
    sent = {"lines": (("MASCOT", 1),), "drop": "D1", "is_shipped": True}
    streets = ("Rua das Flores 1, 2.º", "RUA DAS FLORES 1 2o", "rua das flores, 1 - 2º")
    home = [{"name": "x", "street": street, "postcode": "1000-001", "city": "Lumar"}
            for street in streets]  # fmt: skip
    there = {**home[0], "street": "Rua das Flores 12, 2.º"}
    first, second, third = (
        bought(shop, **sent, address=address, person=f"p{n}") for n, address in enumerate(home)
    )
    assert [a.outcome for a in (first, second, third)] == [
        Outcome.PLACED, Outcome.PLACED, Outcome.OVER_LIMIT
    ]  # fmt: skip
    assert third.why == "2 a household, and this would be more"
    assert bought(shop, **sent, address=there).outcome == Outcome.PLACED
    expire_orders(games_id=games, now=LATER)  # nobody paid: the household may buy again
    assert set(DropLimit.objects.values_list("quantity", flat=True)) == {0}
    (again,) = place_orders(shop, wishes=(a_wish(**sent, address=home[2]),), now=LATER)
    paid(games, again.order, "pi_1")
    paid(games, first.order, "pi_2")  # late, and there is room for one more
    paid(games, second.order, "pi_3")  # there is none for a third: the money goes back
    states = [Order.objects.get(number=a.order).order_state for a in (again, first, second)]
    assert states == ["paid", "paid", "expired"]
    assert differing(games_id=games) == ()


def test_a_limit_may_be_raised_while_a_drop_runs() -> None:
    shop = with_drop(a_shop(mascots=9), person_max=1)
    games = shop.snapshot.games_id
    assert bought(shop, **DROP).outcome == Outcome.PLACED
    save_drop(games_id=games, code="D1", sku="MASCOT", channel="web", starts_at=LONG_AGO,
              person_max=2)  # fmt: skip
    again = PriceBook(snapshot_of(games_id=games))
    assert bought(again, **DROP).outcome == Outcome.PLACED


def test_a_drop_is_sold_in_no_other_channel_either() -> None:
    shop = with_drop(a_shop())
    games = shop.snapshot.games_id
    save_channel(games_id=games, code="other", name="Other", currency="EUR", country="PT",
                 locations={"MAIN": LocationKind.WAREHOUSE})  # fmt: skip
    product = ProductValues(code="MASCOT", titles={"en": "Mascot"}, variants={"MASCOT": {}},
                            prices={("MASCOT", "other"): 1})  # fmt: skip
    save_products(games_id=games, products=[product])
    again = PriceBook(snapshot_of(games_id=games))
    assert bought(again, lines=(("MASCOT", 1),), channel="other").outcome == Outcome.REFUSED


@pytest.mark.django_db(transaction=True)
def test_the_same_key_in_two_processes_is_one_order_and_no_error() -> None:
    shop = a_shop(mascots=200)
    wishes = [a_wish(lines=(("MASCOT", 1),)) for _ in range(60)]

    def place(_: int) -> list[int]:
        try:
            return [place_orders(shop, wishes=(w,), now=NOW)[0].order for w in wishes]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(place, range(4)))
    assert found[0] == found[1] == found[2] == found[3]
    assert Order.objects.filter(games_id=shop.snapshot.games_id).count() == 60


@pytest.mark.django_db(transaction=True)
def test_paying_and_expiring_at_once_end_without_a_deadlock() -> None:
    shop = with_drop(a_shop(mascots=100), person_max=99)
    games = shop.snapshot.games_id
    wishes = [a_wish(lines=(("MASCOT", 1),), drop="D1", person=f"p{n % 3}") for n in range(40)]
    orders = [answer.order for answer in place_orders(shop, wishes=wishes, now=NOW)]

    def act(worker: int) -> None:
        try:
            for n, order in enumerate(orders):
                if worker == 0:
                    paid(games, order, f"pi_{order}")
                elif n % 4 == 0:
                    expire_orders(games_id=games, now=LATER)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(act, range(3)))
    states = set(Order.objects.filter(games_id=games).values_list("order_state", flat=True))
    assert states == {"paid"}
    (row,) = stock_rows(games_id=games, items=("MASCOT",))
    assert (row.held, row.sold) == (0, 40)
    assert sum(DropLimit.objects.values_list("quantity", flat=True)) == 40
    assert differing(games_id=games) == ()


def said(port: int, *parts: bytes) -> bytes:
    """Send bytes in parts and return everything that comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for part in parts:
            line.sendall(part)
        found = b""
        while part := line.recv(65_536):
            found += part
        return found


@pytest.mark.django_db(transaction=True)
def test_the_intake_speaks_http_as_it_is_and_closes_when_asked() -> None:
    with_drop(a_shop(mascots=100))
    process, port = intake()
    one = body("buyer-00001")
    head = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(one)
    try:
        answer = said(port, b"POST /ord", b"ers HTTP/1.1\r\nHost: x\r\n" + head, one)
        assert answer.startswith(b"HTTP/1.1 201")
        upgrade = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        assert said(port, upgrade).startswith(b"HTTP/1.1 4")
        get = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
        two = b"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(one) + one
        assert said(port, two + get).count(b"HTTP/1.1 ") == 1, "one at a time, in its turn"
        deep = b'{"key": "12345678", "lines": [["A", 1e999]], "channel": "w", "country": "PT"}'
        head = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(deep)
        assert said(port, b"POST /orders HTTP/1.1\r\nHost: x\r\n" + head + deep).startswith(
            b"HTTP/1.1 400"
        )
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize("page", ["product/%00/", "product/a%1Fb/", "order/%00/"])
def test_strange_addresses_are_not_found(page: str) -> None:
    a_shop()
    assert Client().get(SHOP + page).status_code == 404


def test_a_browser_holds_no_more_than_a_shopper_buys() -> None:
    a_shop()
    client = Client()
    form = {"name": "T", "email": "t@example.org", "country": "PT", "line": "SHIRT-M:999"}
    for key in ("a\x00b", "k\x1fk" * 5, "k" * 32):
        assert client.post(f"{SHOP}checkout/", {**form, "key": key}).status_code == 302
    assert max(Order.objects.values_list("subtotal", flat=True)) == 20 * 2_500
    outcomes = [
        client.post(
            f"{SHOP}checkout/", {**form, "line": "SHIRT-L:1", "key": f"k{n:031}"}
        ).status_code
        for n in range(8)
    ]
    assert outcomes == [302] * 5 + [422] * 3
