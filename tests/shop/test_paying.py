"""Payments: any order of events ends in the same right state; late money is never lost."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.ledger.queries import account_rows, balance_of, differing, stock_rows
from sportsbrain.live.queries import updates_between
from sportsbrain.shop.actions import (
    Told,
    begin_payment,
    expire_orders,
    pay_nothing,
    place_orders,
    record_event,
    save_promotion,
)
from sportsbrain.shop.models import DropLimit, Order, Payment, Refund
from sportsbrain.shop.queries import PriceBook, snapshot_of
from sportsbrain.vocabulary.shop import Outcome, PaymentState, PromotionKind
from tests.shop.counter import NOW, a_shop, a_wish, bought, with_drop

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=16)
EVENTS = (
    ("e1", PaymentState.CREATED, 0),
    ("e2", PaymentState.PROCESSING, 0),
    ("e3", PaymentState.FAILED, 0),
    ("e4", PaymentState.SUCCEEDED, 0),
    ("e5", None, 500),
    ("e6", None, 2_500),
)


def tell(games: int, event: str, state: PaymentState | None, refunded: int = 0) -> bool:
    told = Told(event=event, provider="test", reference="pi_1", kind=event, state=state,
                refunded=refunded)  # fmt: skip
    return record_event(games_id=games, told=told, body={}, now=NOW)


def state_of(number: int) -> str:
    return str(Order.objects.get(number=number).order_state)


def stock_of(games: int, sku: str) -> tuple[int, int, int]:
    (row,) = stock_rows(games_id=games, items=(sku,))
    return row.on_hand, row.held, row.sold


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS), max_size=6), st.integers(0, 12))
def test_every_order_of_events_ends_in_the_same_state(
    events: list[Any], doubled: list[Any], known_after: int
) -> None:
    with transaction.atomic():
        shop = a_shop()
        games = shop.snapshot.games_id
        order = bought(shop, lines=(("MASCOT", 1), ("SHIRT-M", 1))).order
        total = Order.objects.get(games_id=games).total
        begun: dict[str, Any] = {
            "games_id": games,
            "order": order,
            "provider": "test",
            "reference": "pi_1",
        }
        for n, (event, state, refunded) in enumerate(itertools.chain(events, doubled)):
            if n == known_after:  # a webhook may overtake our own call
                begin_payment(**begun, now=NOW)
            tell(games, event, state, total if refunded == 2_500 else refunded)
        begin_payment(**begun, now=NOW)
        payment = Payment.objects.get(games_id=games)
        assert (payment.payment_state, payment.refunded) == ("succeeded", total)
        assert state_of(order) == "refunded"
        assert balance_of(games_id=games, account="cash:test", currency="EUR") == 0
        assert balance_of(games_id=games, account="refunds", currency="EUR") == total
        assert stock_of(games, "MASCOT") == (10, 0, 1)
        assert differing(games_id=games) == ()
        transaction.set_rollback(True)


def test_a_paid_order_has_its_pieces_and_its_money_in_the_ledger() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    answer = bought(shop, lines=(("SHIRT-M", 2),))
    begin_payment(games_id=games, order=answer.order, provider="test", reference="pi_1", now=NOW)
    assert tell(games, "e", PaymentState.SUCCEEDED)
    assert not tell(games, "e", PaymentState.SUCCEEDED)
    assert state_of(answer.order) == "paid"
    assert stock_of(games, "SHIRT-M") == (100, 0, 2)
    found = {row.account: row.amount for row in account_rows(games_id=games)}
    assert found["cash:test"] == 4_500
    assert (found["revenue"], found["tax:PT"]) == (-3_659, -841)
    assert expire_orders(games_id=games, now=LATER) == 0


def test_what_is_not_paid_in_time_is_free_again() -> None:
    shop = with_drop(a_shop(mascots=1))
    games = shop.snapshot.games_id
    drop = {"lines": (("MASCOT", 1),), "drop": "D1"}
    order = bought(shop, **drop, person="ann").order
    assert bought(shop, **drop, person="bob").outcome == Outcome.SOLD_OUT
    assert expire_orders(games_id=games, now=NOW) == 0
    assert expire_orders(games_id=games, now=LATER) == 1
    assert expire_orders(games_id=games, now=LATER) == 0
    assert state_of(order) == "expired"
    assert stock_of(games, "MASCOT") == (1, 0, 0)
    assert dict(DropLimit.objects.values_list("person", "quantity")) == {"ann": 0}
    assert all(row.amount == 0 for row in account_rows(games_id=games))
    (again,) = place_orders(shop, wishes=(a_wish(**drop, person="ann"),), now=LATER)
    assert again.outcome == Outcome.PLACED


@pytest.mark.parametrize("is_there", [True, False])
def test_money_that_comes_late_gets_the_pieces_or_goes_back(is_there: bool) -> None:  # noqa: FBT001
    shop = a_shop(mascots=1)
    games = shop.snapshot.games_id
    order = bought(shop, lines=(("MASCOT", 1),)).order
    begin_payment(games_id=games, order=order, provider="test", reference="pi_1", now=NOW)
    expire_orders(games_id=games, now=LATER)
    if not is_there:
        assert bought(shop, lines=(("MASCOT", 1),)).outcome == Outcome.PLACED
    tell(games, "late", PaymentState.SUCCEEDED)
    due = updates_between(games_id=games, topic="shop.refund-due", since=NOW, until=LATER)
    assert state_of(order) == ("paid" if is_there else "expired")
    assert [n.body["why"] for n in due] == ([] if is_there else ["sold out before it was paid"])
    assert differing(games_id=games) == ()


def test_an_order_paid_twice_says_that_money_goes_back() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    order = bought(shop).order
    for reference in ("pi_1", "pi_2"):
        begin_payment(games_id=games, order=order, provider="test", reference=reference, now=NOW)
        told = Told(event=reference, provider="test", reference=reference, kind="succeeded",
                    state=PaymentState.SUCCEEDED)  # fmt: skip
        record_event(games_id=games, told=told, body={}, now=NOW)
    due = updates_between(games_id=games, topic="shop.refund-due", since=NOW, until=NOW)
    assert [n.body["why"] for n in due] == ["paid twice"]
    assert stock_of(games, "SHIRT-M") == (100, 0, 1)


def test_late_money_of_which_a_part_went_back_already_owes_the_rest() -> None:
    shop = a_shop(mascots=1)
    games = shop.snapshot.games_id
    order = bought(shop, lines=(("MASCOT", 1),)).order
    begin_payment(games_id=games, order=order, provider="test", reference="pi_1", now=NOW)
    expire_orders(games_id=games, now=LATER)
    bought(shop, lines=(("MASCOT", 1),))
    tell(games, "part", None, 300)
    tell(games, "late", PaymentState.SUCCEEDED)
    total = Order.objects.get(number=order).total
    assert [refund.amount for refund in Refund.objects.all()] == [total - 300]


def test_what_costs_nothing_needs_no_provider() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    save_promotion(games_id=games, code="ALL", kind=PromotionKind.AMOUNT, value=9_999, now=NOW,
                   needs_code=True, currency="EUR")  # fmt: skip
    free = PriceBook(snapshot_of(games_id=games))
    order = bought(free, codes=("ALL",)).order
    assert pay_nothing(games_id=games, order=order, now=NOW)
    assert not pay_nothing(games_id=games, order=order, now=NOW)
    assert state_of(order) == "paid"
    assert not pay_nothing(games_id=games, order=bought(shop).order, now=NOW), "it costs"
