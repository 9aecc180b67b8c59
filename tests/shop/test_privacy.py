"""Who is erased is nobody any more, and no sum is another one."""

import json
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from sportsbrain.committee.queries import get_games
from sportsbrain.ledger.queries import account_rows, differing, stock_rows
from sportsbrain.shop.actions import ask_return, erase_buyer, invoice_order, receive_return
from sportsbrain.shop.cli import shop_app
from sportsbrain.shop.models import Order, PaymentEvent, Refund, Return
from sportsbrain.shop.queries import known_of_buyer, statement_lines
from tests.shop.counter import NOW, a_shop
from tests.shop.test_returning import LATER, paid

pytestmark = pytest.mark.django_db
WORDS = ("Ann Lee", "ann@example.org", "ANN@example.org", "Elm Street 7")


def sums(games: int) -> Any:
    """Return everything that adds up: accounts, stock, royalties, orders by state and country."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT order_state, country, currency, count(*), sum(subtotal), sum(discount),"
            " sum(shipping), sum(duty), sum(tax), sum(total) FROM shop_order WHERE games_id = %s"
            " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            [games],
        )
        orders = cursor.fetchall()
    return (account_rows(games_id=games), stock_rows(games_id=games), orders,
            statement_lines(games_id=games), differing(games_id=games))  # fmt: skip


def a_customer(shop: Any) -> tuple[list[int], int]:
    """Return orders of Ann that are over and one that is not, beside one of Ben."""
    games = shop.snapshot.games_id
    home = {"name": "Ann Lee", "street": "Elm Street 7", "city": "Lumar"}
    over = [paid(shop, email=mail, person="ann", address=home) for mail in WORDS[1:3]]
    for number in over:
        invoice_order(games_id=games, order=number, now=NOW)
        PaymentEvent.objects.filter(reference=f"pi_{number}").update(body={"name": "Ann Lee"})
    back = ask_return(games_id=games, order=over[0], pieces={1: 1}, why="Ann Lee", now=LATER)
    receive_return(games_id=games, number=back, by="store", now=LATER)
    Refund.objects.update(refund_state="sent")
    Order.objects.filter(number__in=over).update(order_state="fulfilled")
    goes_on = paid(shop, email=WORDS[1], person="ann", address=home)
    paid(shop, email="ben@example.org", person="ben")
    return over, goes_on


def everything_said(games: int) -> str:
    rows: list[Any] = list(
        Order.objects.filter(games_id=games).exclude(order_state="paid").values()
    )
    rows += list(Return.objects.values())
    rows += list(Refund.objects.values())
    over = [f"pi_{row['number']}" for row in rows if "email" in row]
    rows += list(PaymentEvent.objects.filter(reference__in=over).values())
    return json.dumps(rows, default=str)


def test_who_is_erased_is_nobody_and_every_sum_stays() -> None:
    shop = a_shop()
    row = get_games(code="SHO30")
    assert row is not None
    over, goes_on = a_customer(shop)
    before = sums(row.id)
    assert any(word in everything_said(row.id) for word in WORDS)
    done = erase_buyer(games=row, email="Ann@Example.org", actor="test", now=LATER)
    assert done.erased == tuple(sorted(over))
    assert done.going_on == (goes_on,)
    assert sums(row.id) == before
    assert not any(word in everything_said(row.id) for word in WORDS)
    assert [o["number"] for o in known_of_buyer(games_id=row.id, email=WORDS[1])["orders"]] == [
        goes_on
    ]
    assert Order.objects.filter(email="ben@example.org").count() == 1
    again = erase_buyer(games=row, email=WORDS[1], actor="test", now=LATER)
    assert again.erased == ()


def test_the_console_shows_what_is_known_and_says_what_is_not_over() -> None:
    over, goes_on = a_customer(a_shop())
    said = CliRunner().invoke(shop_app, ["buyer", WORDS[1], "--games", "SHO30"])
    found = json.loads(said.output)
    assert {row["number"] for row in found["orders"]} == {*over, goes_on}
    assert found["returns"][0]["why"] == "Ann Lee"
    said = CliRunner().invoke(shop_app, ["buyer", WORDS[1], "--games", "SHO30", "--erase"])
    assert said.exit_code == 1
    assert "2 orders belong to nobody now" in said.output
    assert str(goes_on) in said.output
