"""Customs borders and sellers: known amounts, the ledger agrees, what comes back is taken off."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.ledger.queries import account_rows, balance_of
from sportsbrain.shop.actions import (
    ProductValues,
    ask_return,
    invoice_order,
    pay_out,
    receive_return,
    save_destination,
    save_products,
    save_seller,
    save_shipping,
)
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Order
from sportsbrain.shop.queries import PriceBook, link_of, priced, seller_rows, snapshot_of
from sportsbrain.vocabulary.shop import DutyTerms
from sportsbrain.vocabulary.statuses import Role
from tests.shop.counter import NOW, a_shop
from tests.shop.test_office import client_of
from tests.shop.test_returning import paid

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


def beyond(terms: DutyTerms, **more: Any) -> PriceBook:
    """Return the shop that also sends to South Africa, where shirts cost a duty of a fifth."""
    games = a_shop().snapshot.games_id
    save_shipping(games_id=games, zone="far", countries=["ZA"], carrier="Sea", currency="EUR",
                  steps={5_000: 1_000})  # fmt: skip
    save_products(games_id=games, products=[
        ProductValues(code="SHIRT", titles={"en": "Shirt"}, collections=("wear",), weight_g=200,
                      variants={"SHIRT-M": {"size": "M"}}, hs_code="6109100010", origin="PT",
                      prices={("SHIRT-M", "web"): 2_500})
    ])  # fmt: skip
    save_destination(games_id=games, country="ZA", terms=terms,
                     rates={"6109": 200_000, "61": 450_000}, **more)  # fmt: skip
    return PriceBook(snapshot_of(games_id=games))


def cost_of(shop: PriceBook) -> Any:
    return priced(shop.snapshot, channel="web", lines=(("SHIRT-M", 2),), country="ZA", now=NOW,
                  is_shipped=True, codes=())  # fmt: skip


def test_duty_that_is_included_is_charged_with_the_tax_on_it() -> None:
    cost = cost_of(beyond(DutyTerms.INCLUDED))
    # 50.00 less a tenth, 15 % in it: 39.13 and 5.87; a fifth of 39.13 is 7.83, 15 % on it 1.17
    assert cost.lines[0].tax == 587
    assert cost.duty == 783 + 117
    assert cost.shipping == 1_000
    assert cost.tax == 587 + 130 + 117
    assert cost.total == 4_500 + 1_000 + 900
    assert cost.duty_due == 0


def test_what_is_paid_on_arrival_leaves_untaxed_and_is_said() -> None:
    cost = cost_of(beyond(DutyTerms.ON_ARRIVAL))
    assert (cost.tax, cost.duty, cost.total) == (0, 0, 5_500)
    assert cost.duty_due == 900 + 810  # a fifth of 45.00, and 15 % on both


def test_small_parcels_are_free_and_neighbours_know_no_border() -> None:
    assert cost_of(beyond(DutyTerms.INCLUDED, free_below={"EUR": 4_000})).duty == 0
    shop = beyond(DutyTerms.INCLUDED, free_below={"EUR": 3_913})
    assert cost_of(shop).duty == 900
    near = priced(shop.snapshot, channel="web", lines=(("SHIRT-M", 2),), country="FR", now=NOW,
                  is_shipped=True)  # fmt: skip
    assert near.duty == near.duty_due == 0


def test_an_order_keeps_its_duty_and_all_of_it_comes_back() -> None:
    shop = beyond(DutyTerms.INCLUDED)
    games = shop.snapshot.games_id
    order = paid(shop, lines=(("SHIRT-M", 2),), country="ZA", is_shipped=True)
    row = Order.objects.get()
    assert (row.duty, row.is_shipped, row.carrier) == (900, True, "Sea")
    page = Client().get(f"/shop/SHO30/order/{link_of(games_id=games, number=order)}/")
    assert "9.00 EUR" in page.content.decode()
    invoice_order(games_id=games, order=order, now=LATER)
    number = ask_return(games_id=games, order=order, pieces={1: 2}, why="", now=LATER)
    assert receive_return(games_id=games, number=number, by="me", now=LATER) == row.total
    assert sum(entry.amount for entry in account_rows(games_id=games)) == 0


def with_seller(shop: PriceBook) -> PriceBook:
    games = shop.snapshot.games_id
    save_seller(games_id=games, code="BRAND", name="Brand", commission=150_000)
    save_products(games_id=games, products=[
        ProductValues(code="MASCOT", titles={"en": "Mascot"}, collections=("toys",), weight_g=400,
                      variants={"MASCOT": {}}, prices={("MASCOT", "web"): 1_999}, seller="BRAND"),
    ])  # fmt: skip
    return PriceBook(snapshot_of(games_id=games))


def test_a_seller_gets_the_line_without_tax_and_commission() -> None:
    shop = with_seller(a_shop())
    games = shop.snapshot.games_id
    order = paid(shop, lines=(("MASCOT", 1), ("SHIRT-M", 1)))
    # 19.99 with 23 % in it: 16.25; 15 % of it 2.44; the seller gets 13.81
    (row,) = seller_rows(games_id=games)
    assert (row.net, row.commission, row.payable, row.ledger) == (1_625, 244, 1_381, 1_381)
    assert not row.differs
    with pytest.raises(ShopError, match="less than that"):
        pay_out(games_id=games, seller="BRAND", currency="EUR", amount=1_382, ref="t1", now=LATER)
    for _ in range(2):
        pay_out(games_id=games, seller="BRAND", currency="EUR", amount=1_000, ref="t1", now=LATER)
    with pytest.raises(ShopError, match="another amount"):
        pay_out(games_id=games, seller="BRAND", currency="EUR", amount=5, ref="t1", now=LATER)
    (row,) = seller_rows(games_id=games)
    assert (row.paid_out, row.ledger) == (1_000, 381)
    assert not row.differs
    assert balance_of(games_id=games, account="cash:payout", currency="EUR") == -1_000
    number = ask_return(games_id=games, order=order, pieces={1: 1}, why="", now=LATER)
    receive_return(games_id=games, number=number, by="me", now=LATER)
    (row,) = seller_rows(games_id=games)
    assert (row.payable, row.ledger) == (0, -1_000)  # it owes us what it got
    assert not row.differs


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 4), st.lists(st.integers(1, 2), max_size=3)), max_size=4))
def test_statements_of_sellers_are_what_the_ledger_says(
    orders: list[tuple[int, list[int]]],
) -> None:
    with transaction.atomic():
        shop = with_seller(a_shop(mascots=50))
        games = shop.snapshot.games_id
        for n, backs in orders:
            order = paid(shop, lines=(("MASCOT", n), ("SHIRT-M", 1)))
            for back in backs:
                if sum(backs) > n:
                    break
                number = ask_return(games_id=games, order=order, pieces={1: back}, why="",
                                    now=LATER)  # fmt: skip
                receive_return(games_id=games, number=number, by="me", now=LATER)
        assert not any(row.differs for row in seller_rows(games_id=games))
        assert sum(entry.amount for entry in account_rows(games_id=games)) == 0
        transaction.set_rollback(True)


def test_only_an_approver_pays_sellers() -> None:
    shop = with_seller(a_shop())
    paid(shop, lines=(("MASCOT", 1),))
    values = {"seller": "BRAND", "currency": "EUR", "amount": "13.81", "ref": "bank 7"}
    pay = "/games/SHO30/shop/sellers/pay/"
    assert client_of(Role.PLANNER).post(pay, values).status_code == 403
    approver = client_of(Role.APPROVER)
    wrong = approver.post(pay, {**values, "amount": "99"}, follow=True).content.decode()
    assert "less than that" in wrong
    done = approver.post(pay, values, follow=True).content.decode()
    assert "13.81 EUR" in done
    statement = client_of(Role.PLANNER).get("/games/SHO30/shop/sellers.csv").content.decode()
    assert "BRAND,EUR,MASCOT,1,1625,244,1381" in statement
