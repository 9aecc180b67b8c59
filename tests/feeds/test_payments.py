"""Payments: Stripe's SDK against a server of its kind; every order of events ends the same."""

import contextlib
import datetime as dt
import hashlib
import hmac
import itertools
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from sportsbrain.committee.queries import get_games
from sportsbrain.feeds.payments.jobs import follow_payments
from sportsbrain.feeds.payments.messages import MessageError, iso_amount, stripe_amount
from sportsbrain.feeds.payments.parse import parse
from sportsbrain.feeds.payments.providers import ACCOUNT, STRIPE, ProviderError
from sportsbrain.ledger.queries import balance_of, differing
from sportsbrain.shop.actions import Told, begin_payment, expire_orders, owe_order, record_event
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Order, Payment, PaymentEvent, Refund
from sportsbrain.shop.queries import link_of, payment_troubles
from sportsbrain.vocabulary.shop import PaymentState
from tests.conftest import SHARED
from tests.shop.counter import NOW, a_shop, bought

SECRET = "whsec_test"
FIXTURES = SHARED / "shop" / "stripe" / "fixtures3.json"


def things() -> dict[str, dict[str, Any]]:
    """Return what Stripe's own examples look like: an intent, a charge, a dispute."""
    if not FIXTURES.is_file():
        pytest.skip("Stripe's examples are not on this machine")
    found: dict[str, dict[str, Any]] = json.loads(FIXTURES.read_text())["resources"]
    return found


def event(number: int, kind: str, thing: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"id": f"evt_{number}", "object": "event", "type": kind, "created": 1,
            "data": {"object": {**thing, **changes}}}  # fmt: skip


def signed(body: bytes, *, secret: str = SECRET, at: int | None = None) -> str:
    moment = at or int(time.time())
    proof = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={proof}"


def told(client: Client, message: dict[str, Any], **how: Any) -> int:
    body = json.dumps(message).encode()
    answer = client.post("/payments/stripe/", body, content_type="application/json",
                         headers={"Stripe-Signature": signed(body, **how)})  # fmt: skip
    return answer.status_code


@pytest.fixture(autouse=True)
def _stripe(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_PUBLIC_KEY = "sk_test_123456", "pk_test_123456"
    settings.STRIPE_WEBHOOK_SECRET = SECRET


def history(total: int) -> list[dict[str, Any]]:
    """Return what is told of a payment that failed once, was paid, disputed, won, given back."""
    some = things()
    money = {"amount": total, "currency": "eur"}
    intent: dict[str, Any] = {"thing": some["payment_intent"], "id": "pi_1", **money}
    intent["metadata"] = {"games": "SHO30", "order": "1"}
    charge: dict[str, Any] = {"thing": some["charge"], "payment_intent": "pi_1", **money}
    dispute: dict[str, Any] = {"thing": some["dispute"], "payment_intent": "pi_1", **money}
    return [
        event(1, "payment_intent.payment_failed", **intent),
        event(2, "payment_intent.succeeded", **intent),
        event(3, "charge.refunded", **charge, amount_refunded=500),
        event(4, "charge.refunded", **charge, amount_refunded=total),
        event(5, "charge.dispute.created", **dispute, status="needs_response"),
        event(6, "charge.dispute.closed", **dispute, status="won"),
    ]


@pytest.mark.django_db
def test_permutations_of_a_payments_webhooks_end_in_the_same_right_state(
    client: Client,
) -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    order = bought(shop, lines=(("MASCOT", 1),)).order
    total = Order.objects.get(games_id=games).total
    begun: dict[str, Any] = {
        "games_id": games, "order": order, "provider": "stripe", "reference": "pi_1",
    }  # fmt: skip
    ends = set()
    every = list(itertools.permutations(history(total)))
    for events in every[::18]:  # `sportsbrain bench shop` goes through all 720
        with contextlib.suppress(_BackError), transaction.atomic():
            begin_payment(**begun, now=NOW)
            for one in (*events, events[0], *events[::-2]):  # doubled, and late once more
                assert told(client, one) == 200
            payment = Payment.objects.get(games_id=games)
            ends.add(
                (
                    payment.payment_state, payment.refunded, payment.dispute_state,
                    Order.objects.get(games_id=games).order_state,
                    balance_of(games_id=games, account="cash:stripe", currency="EUR"),
                    balance_of(games_id=games, account="refunds", currency="EUR"),
                    balance_of(games_id=games, account="disputes", currency="EUR"),
                )
            )  # fmt: skip
            raise _BackError
    assert ends == {("succeeded", total, "won", "refunded", 0, total, 0)}


class _BackError(Exception):
    """Go back to before this permutation."""


@pytest.mark.django_db
def test_a_webhook_may_overtake_our_own_call_and_a_stranger_is_refused(client: Client) -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    order = bought(shop).order
    total = Order.objects.get(games_id=games).total
    paid, dispute = history(total)[1], history(total)[4]
    assert told(client, paid, secret="whsec_other") == 400
    assert told(client, paid, at=int(time.time()) - 3600) == 400, "old: somebody plays it again"
    assert told(client, dispute) == 404, "nobody knows this payment yet: Stripe tells again"
    assert not PaymentEvent.objects.exists()
    assert told(client, paid) == 200
    begin_payment(games_id=games, order=order, provider="stripe", reference="pi_1", now=NOW)
    assert Order.objects.get(games_id=games).order_state == "paid"
    assert told(client, dispute) == 200
    assert balance_of(games_id=games, account="disputes", currency="EUR") == total
    lost = event(7, "charge.dispute.closed", {**dispute["data"]["object"], "status": "lost"})
    assert told(client, lost) == 200
    assert balance_of(games_id=games, account="cash:stripe", currency="EUR") == 0
    other = event(8, "customer.created", {"id": "cus_1"})
    assert told(client, other) == 200, "not about a payment"
    kept = PaymentEvent.objects.filter(kind="payment_intent.succeeded").get().body
    assert set(kept) <= {"id", "object", "status", "amount", "currency"}, "no card, no name"


def test_amounts_are_counted_as_stripe_counts() -> None:
    assert stripe_amount(1099, "EUR") == 1099
    assert stripe_amount(500, "JPY") == 500
    assert stripe_amount(500, "ISK") == 50_000
    assert iso_amount(50_000, "isk") == 500
    assert stripe_amount(1_230, "KWD") == 1_230
    with pytest.raises(MessageError, match="tens"):
        stripe_amount(1_234, "KWD")


def test_an_inquiry_of_a_bank_withholds_nothing() -> None:
    from sportsbrain.feeds.payments.messages import ProviderMessage

    thing = {"payment_intent": "pi_1", "status": "warning_needs_response", "amount": 5}
    found = parse(ProviderMessage(event="e", kind="charge.dispute.created", games="", thing=thing))
    assert found is not None
    assert (found.dispute, found.disputed) == ("", 0)


@pytest.mark.django_db
def test_refunds_are_owed_once_and_never_more_than_came() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    order = bought(shop).order
    begun = ACCOUNT.begin(key="POR", games="SHO30", order=order, amount=0, currency="EUR")
    begin_payment(games_id=games, order=order, provider="account", reference=begun.reference,
                  now=NOW)  # fmt: skip
    later = NOW + dt.timedelta(minutes=5)
    done = follow_payments(games_id=games, games="SHO30", now=later)
    assert (done.sent, done.asked, done.troubles) == (0, 1, ())
    total = Order.objects.get(games_id=games).total
    assert balance_of(games_id=games, account="receivable:POR", currency="EUR") == total
    owed: dict[str, Any] = {"games_id": games, "order": order, "why": "came back", "now": later}
    assert owe_order(**owed, amount=1_000, key="return:1")
    assert not owe_order(**owed, amount=1_000, key="return:1")
    with pytest.raises(ShopError, match="are left"):
        owe_order(**owed, amount=total, key="return:2")
    done = follow_payments(games_id=games, games="SHO30", now=later)
    assert done.sent == 1
    assert follow_payments(games_id=games, games="SHO30", now=later).sent == 0
    assert balance_of(games_id=games, account="receivable:POR", currency="EUR") == total - 1_000
    assert payment_troubles(games_id=games) == ()


@pytest.mark.django_db
def test_what_does_not_add_up_is_said() -> None:
    shop = a_shop(mascots=1)
    games = shop.snapshot.games_id
    order = bought(shop, lines=(("MASCOT", 1),)).order
    begin_payment(games_id=games, order=order, provider="stripe", reference="pi_1", now=NOW)
    expire_orders(games_id=games, now=NOW + dt.timedelta(hours=1))
    assert payment_troubles(games_id=games) == ()
    Payment.objects.update(payment_state="succeeded")  # as if a statement had been lost
    (trouble,) = payment_troubles(games_id=games)
    assert trouble.startswith(f"order {order}: ")
    assert "no order took it" in trouble


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Run a server that does what Stripe does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": "/tmp"},  # noqa: S108
    )  # fmt: skip
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("localhost", port), 1):
                break
            if process.poll() is not None:
                pytest.fail("the payment server did not start")
            time.sleep(0.05)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


def asked(address: str, /, **values: str) -> dict[str, Any]:
    """Ask the payment server as a payer's browser or a dashboard would."""
    request = urllib.request.Request(  # noqa: S310
        address, urllib.parse.urlencode(values).encode(),
        {"Authorization": "Bearer sk_test_123456"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        text = answer.read().decode()
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def page_of(order: int) -> str:
    games = get_games(code="SHO30")
    assert games is not None
    return f"/shop/SHO30/order/{link_of(games_id=games.id, number=order)}/card/"


@pytest.mark.django_db(transaction=True)
def test_from_the_page_to_the_refund_against_a_running_server(
    client: Client, server: str, live_server: Any, settings: Any
) -> None:
    settings.STRIPE_API = server
    STRIPE.forget()
    shop = a_shop()
    games = shop.snapshot.games_id
    order = bought(shop, lines=(("SHIRT-M", 2),)).order
    page = page_of(order)
    first = client.post(page)
    assert first.status_code == 200
    assert client.post(page).context["secret"], "again: a payment that can be ended"
    payment = Payment.objects.filter(games_id=games).order_by("pk").last()
    assert payment is not None
    assert payment.amount == 4_500
    asked(f"{server}/_config/webhooks/shop", url=f"{live_server.url}/payments/stripe/",
          secret=SECRET)  # fmt: skip
    way = asked(f"{server}/v1/payment_methods", **{
        "type": "card", "card[number]": "4242424242424242", "card[exp_month]": "12",
        "card[exp_year]": "2040", "card[cvc]": "123",
    })  # fmt: skip
    intent = f"{server}/v1/payment_intents/{payment.reference}"
    asked(intent, payment_method=way["id"])
    asked(f"{intent}/confirm")
    for _ in range(100):
        if Order.objects.get(games_id=games).order_state == "paid":
            break
        time.sleep(0.1)
    assert Order.objects.get(games_id=games).order_state == "paid", "the webhook told it"
    owe_order(games_id=games, order=order, amount=2_000, key="return:1", why="one back", now=NOW)
    now = dt.datetime.now(dt.UTC)
    done = follow_payments(games_id=games, games="SHO30", now=now)
    assert (done.sent, done.troubles) == (1, ())
    payment.refresh_from_db()
    assert payment.refunded == 2_000
    assert Refund.objects.get().refund_state == "sent"
    assert balance_of(games_id=games, account="cash:stripe", currency="EUR") == 2_500
    assert differing(games_id=games) == ()
    assert payment_troubles(games_id=games) == ()


@pytest.mark.django_db
def test_a_provider_that_says_nothing_leaves_the_order_as_it_was(
    client: Client, settings: Any
) -> None:
    settings.STRIPE_API = "http://127.0.0.1:9"
    STRIPE.forget()
    with pytest.raises(ProviderError):
        STRIPE.ask(reference="pi_1")
    shop = a_shop()
    order = bought(shop).order
    page = page_of(order)
    answer = client.post(page)
    assert answer.status_code == 503
    assert "Nothing was paid" in answer.content.decode()
    assert not Payment.objects.exists()
    settings.STRIPE_SECRET_KEY = ""
    assert client.post(page).status_code == 404


@pytest.mark.django_db
def test_a_refund_that_the_provider_can_not_take_stops_no_other(settings: Any) -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    settings.SHOP_TEST_PAYMENTS = True
    orders = [bought(shop).order, bought(shop).order]
    for order, provider in zip(orders, ("stripe", "test"), strict=True):
        reference = f"{provider}-{order}"
        begin_payment(games_id=games, order=order, provider=provider, reference=reference, now=NOW)
        told_ = Told(event=reference, provider=provider, reference=reference, kind="succeeded",
                     state=PaymentState.SUCCEEDED)  # fmt: skip
        record_event(games_id=games, told=told_, body={}, now=NOW)
    Payment.objects.filter(provider="stripe").update(currency="KWD")
    for order in orders:
        owe_order(games_id=games, order=order, amount=333, key=f"r{order}", why="w", now=NOW)
    done = follow_payments(games_id=games, games="SHO30", now=NOW)
    assert done.sent == 1
    assert any("in tens" in trouble for trouble in done.troubles)
    assert Refund.objects.get(payment__provider="stripe").refund_state == "refused"
    assert any("was refused" in trouble for trouble in payment_troubles(games_id=games))
