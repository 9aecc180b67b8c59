"""Every permutation of the events of a payment, doubled and late, ends in the same state."""

import datetime as dt
import itertools
import json
import pathlib

from django.db import transaction

from sportsbrain.bench.rows import BenchRow
from sportsbrain.committee.queries import get_games
from sportsbrain.feeds.payments.messages import ProviderMessage
from sportsbrain.feeds.payments.parse import parse
from sportsbrain.feeds.payments.record import record
from sportsbrain.ledger.queries import balance_of, differing
from sportsbrain.shop.actions import Wish, begin_payment, place_orders
from sportsbrain.shop.queries import book_of, order_card, payment_of
from sportsbrain.vocabulary.shop import OrderState

NOW = dt.datetime(2030, 7, 20, 12, tzinfo=dt.UTC)


def events(data: pathlib.Path | None) -> list[BenchRow]:
    """Return how many ends there are; Stripe's own examples are the bodies when they are there."""
    games = get_games(code="BENCH")
    assert games is not None  # noqa: S101  # the bench has made it
    key = games.id
    wish = Wish(key="events-bench", body="b", channel="web", lines=(("P1", 1),), country="PT")
    (answer,) = place_orders(book_of(games_id=key), wishes=(wish,), now=NOW)
    told = _told(data, answer.total)
    ends, count = set(), 0
    for some in itertools.permutations(told):
        for begun in (0, len(some)):  # our own call before everything, or after it
            with transaction.atomic():
                for n, message in enumerate((*some, some[0], *some[::-2])):
                    if n == begun:
                        _begin(key, answer.order)
                    _record(message)
                _begin(key, answer.order)
                ends.add(_state(key, answer.order))
                transaction.set_rollback(True)
            count += 1
    total = answer.total
    right = ("succeeded", total, "won", OrderState.REFUNDED.value, 0, total, 0, 0)
    return [
        BenchRow(line=5, case="permutations, each doubled, ours first or last", value=count,
                 unit="runs"),
        BenchRow(line=5, case="different ends", value=len(ends), unit="ends", op="==", target=1),
        BenchRow(line=5, case="ends that are not the right one", value=len(ends - {right}),
                 unit="ends", op="==", target=0),
    ]  # fmt: skip


def _begin(games_id: int, order: int) -> None:
    begin_payment(games_id=games_id, order=order, provider="stripe", reference="pi_1", now=NOW)


def _record(message: ProviderMessage) -> None:
    meaning = parse(message)
    assert meaning is not None  # noqa: S101  # each of them is about the payment
    record(provider="stripe", event=message.event, kind=message.kind, meaning=meaning,
           games="BENCH", thing=message.thing, now=NOW)  # fmt: skip


def _state(games_id: int, order: int) -> tuple[object, ...]:
    payment = payment_of(provider="stripe", reference="pi_1")
    card = order_card(games_id=games_id, number=order)
    accounts = [
        balance_of(games_id=games_id, account=account, currency="EUR")
        for account in ("cash:stripe", "refunds", "disputes")
    ]
    return (
        payment.payment_state if payment else "", payment.refunded if payment else 0,
        payment.dispute_state if payment else "", card.order_state if card else "", *accounts,
        len(differing(games_id=games_id)),
    )  # fmt: skip


def _told(data: pathlib.Path | None, total: int) -> list[ProviderMessage]:
    file = data / "shop" / "stripe" / "fixtures3.json" if data else None
    things = json.loads(file.read_text())["resources"] if file and file.is_file() else {}
    money = {"amount": total, "currency": "eur", "payment_intent": "pi_1"}
    intent = {**things.get("payment_intent", {}), **money, "id": "pi_1"}
    charge, dispute = ({**things.get(name, {}), **money} for name in ("charge", "dispute"))
    kinds = (
        ("payment_intent.payment_failed", intent),
        ("payment_intent.succeeded", intent),
        ("charge.refunded", {**charge, "amount_refunded": total // 3}),
        ("charge.refunded", {**charge, "amount_refunded": total}),
        ("charge.dispute.created", {**dispute, "status": "needs_response"}),
        ("charge.dispute.closed", {**dispute, "status": "won"}),
    )
    return [
        ProviderMessage(event=f"evt_{n}", kind=kind, games="BENCH", thing=thing)
        for n, (kind, thing) in enumerate(kinds)
    ]
