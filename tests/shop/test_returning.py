"""Returns: whatever comes back in whatever steps, every amount adds up to what was paid."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.committee.queries import get_games
from sportsbrain.ledger.queries import account_rows, balance_of, differing, stock_rows
from sportsbrain.shop.actions import (
    Told,
    ask_return,
    begin_payment,
    invoice_order,
    receive_return,
    record_event,
    refuse_return,
)
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.jobs import follow_shop
from sportsbrain.shop.models import Order, Refund, Return
from sportsbrain.shop.queries import invoices_of, link_of, payment_troubles
from sportsbrain.vocabulary.money import part_of
from sportsbrain.vocabulary.shop import PaymentState
from tests.shop.counter import NOW, a_shop, bought

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=3)


def paid(shop: Any, **values: Any) -> int:
    """Return the number of an order that is paid."""
    order = bought(shop, **values).order
    games = shop.snapshot.games_id
    reference = f"pi_{order}"
    begin_payment(games_id=games, order=order, provider="test", reference=reference, now=NOW)
    told = Told(event=reference, provider="test", reference=reference, kind="succeeded",
                state=PaymentState.SUCCEEDED)  # fmt: skip
    record_event(games_id=games, told=told, body={}, now=NOW)
    return order


def back(games: int, order: int, pieces: dict[int, int]) -> int:
    number = ask_return(games_id=games, order=order, pieces=pieces, why="", now=LATER)
    return receive_return(games_id=games, number=number, by="store", now=LATER)


@given(st.integers(0, 10**6), st.integers(1, 40), st.data())
def test_parts_in_any_steps_add_up(amount: int, whole: int, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, whole), max_size=6)))
    steps = [0, *cuts, whole]
    parts = [part_of(amount, a, b, whole) for a, b in itertools.pairwise(steps)]
    assert sum(parts) == amount
    assert min(parts) >= 0


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.tuples(st.integers(1, 4), st.integers(1, 3)),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=5),
    st.booleans(),
)
def test_what_comes_back_adds_up_to_what_was_paid(
    bought_pieces: tuple[int, int],
    steps: list[tuple[int, int]],
    is_shipped: bool,  # noqa: FBT001
) -> None:
    with transaction.atomic():
        shop = a_shop()
        games = shop.snapshot.games_id
        lines = (("SHIRT-M", bought_pieces[0]), ("MASCOT", bought_pieces[1]))
        order = paid(shop, lines=lines, is_shipped=is_shipped)
        row = Order.objects.get(games_id=games)
        left = list(bought_pieces)
        for step in steps:
            try:
                back(games, order, {1: step[0], 2: step[1]})
            except ShopError:
                assert not any(step) or any(a > b for a, b in zip(step, left, strict=True))
            else:
                left = [a - b for a, b in zip(left, step, strict=True)]
        if any(left):
            back(games, order, {1: left[0], 2: left[1]})
        assert sum(Refund.objects.values_list("amount", flat=True)) == row.total
        assert all(r.amount == 0 for r in account_rows(games_id=games, starts_with="contract:"))
        credit = [i.total for i in invoices_of(games_id=games, order=order) if i.is_credit]
        assert sum(credit) == row.total
        assert {(r.held, r.sold) for r in stock_rows(games_id=games)} == {(0, 0)}
        assert differing(games_id=games) == payment_troubles(games_id=games) == ()
        transaction.set_rollback(True)


def test_returns_are_received_in_any_order_and_once() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    order = paid(shop, lines=(("SHIRT-M", 3),))
    total = Order.objects.get(games_id=games).total
    first = ask_return(games_id=games, order=order, pieces={1: 1}, why="small", now=LATER)
    second = ask_return(games_id=games, order=order, pieces={1: 2}, why="", now=LATER)
    with pytest.raises(ShopError, match="not so many"):
        ask_return(games_id=games, order=order, pieces={1: 1}, why="", now=LATER)
    amounts = [
        receive_return(games_id=games, number=number, by="store", now=LATER)
        for number in (second, first, first)
    ]
    assert amounts[0] + amounts[1] == total
    assert amounts[2] == amounts[1], "the same again changes nothing"
    assert Refund.objects.count() == 2


def test_what_is_broken_is_lost_and_what_is_refused_can_be_asked_again() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    order = paid(shop, lines=(("SHIRT-M", 2),))
    number = ask_return(games_id=games, order=order, pieces={1: 1}, why="", now=LATER)
    refuse_return(games_id=games, number=number, why="worn", by="store", now=LATER)
    with pytest.raises(ShopError, match="was refused"):
        receive_return(games_id=games, number=number, by="store", now=LATER)
    again = ask_return(games_id=games, order=order, pieces={1: 2}, why="", now=LATER)
    receive_return(games_id=games, number=again, by="store", now=LATER, is_sellable=False)
    (row,) = stock_rows(games_id=games, items=("SHIRT-M",))
    assert (row.on_hand, row.sold) == (98, 0)
    late = NOW + dt.timedelta(days=31)
    other = paid(shop)
    with pytest.raises(ShopError, match="within 30 days"):
        ask_return(games_id=games, order=other, pieces={1: 1}, why="", now=late)
    unpaid = bought(shop).order
    with pytest.raises(ShopError, match="not a paid one"):
        ask_return(games_id=games, order=unpaid, pieces={1: 1}, why="", now=LATER)
    with pytest.raises(ShopError, match="no invoice"):
        invoice_order(games_id=games, order=unpaid, now=LATER)


def test_a_buyer_gives_something_back_on_the_page_and_gets_mails() -> None:
    shop = a_shop()
    games = get_games(code="SHO30")
    assert games is not None
    order = paid(shop, lines=(("SHIRT-M", 2),), email="ana@example.org", language="fr")
    link = f"/shop/SHO30/order/{link_of(games_id=games.id, number=order)}/"
    client = Client()
    page = client.get(link).content.decode()
    assert "Give something back" in page
    answer = client.post(f"{link}back/", {"line-1": "1", "why": "too small"}, follow=True)
    number = Return.objects.get().pk
    assert f"Return {number} is noted" in answer.content.decode()
    refused = client.post(f"{link}back/", {"line-1": "9"}, follow=True).content.decode()
    assert "Nothing was changed" in refused
    pdf = client.get(f"{link}invoice.pdf")
    assert pdf.content.startswith(b"%PDF")
    done = follow_shop(games=games, now=LATER)
    assert (done.written, done.not_written) == (2, 0)
    assert follow_shop(games=games, now=LATER).written == 0
    subjects = {message.subject for message in mail.outbox}
    assert subjects == {
        f"Shop Games: Commande {order}", f"Shop Games: Commande {order} : un retour",
    }  # fmt: skip
    assert "http://127.0.0.1:8000/shop/SHO30/order/" in mail.outbox[0].body
    assert balance_of(games_id=games.id, account="refunds", currency="EUR") == 0


def test_a_mail_that_can_not_be_sent_stops_no_other(settings: Any) -> None:
    shop = a_shop()
    games = get_games(code="SHO30")
    assert games is not None
    paid(shop, email=f"ana@{'é' * 70}.org")
    paid(shop, email="ana@example.org")
    done = follow_shop(games=games, now=LATER)
    assert (done.written, done.not_written) == (2, 0), "no address: it is said and done with"
    assert len(mail.outbox) == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    paid(shop, email="ana@example.org")
    assert follow_shop(games=games, now=LATER).not_written == 1
