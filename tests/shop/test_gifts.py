"""Gift cards: money paid before; whatever is paid with what, no cent of it is lost or made."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from sportsbrain.feeds.payments.jobs import follow_payments
from sportsbrain.ledger.queries import account_rows, balance_of, differing
from sportsbrain.shop.actions import (
    ProductValues,
    Told,
    ask_return,
    begin_payment,
    expire_orders,
    issue_gifts,
    pay_by_gift,
    receive,
    receive_return,
    record_event,
    save_products,
)
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import GiftCard, Order, OrderLine, Payment, Return
from sportsbrain.shop.queries import (
    PriceBook,
    contract_rows,
    gift_of,
    gift_rows,
    gift_troubles,
    left_to_return,
    link_of,
    payment_troubles,
    snapshot_of,
)
from sportsbrain.vocabulary.shop import DisputeState, OrderState, PaymentState, ProductKind
from tests.shop.counter import NOW, a_shop, bought

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=16)


@pytest.fixture(autouse=True)
def _test_payments(settings: Any) -> None:
    """Let the test payment say yes, and take money back."""
    settings.SHOP_TEST_PAYMENTS = True


def with_gifts(**values: Any) -> PriceBook:
    """Return a shop that sells gift cards of ten euros, in a collection that owes royalties."""
    key = a_shop(**values).snapshot.games_id
    card = ProductValues(
        code="GIFT", kind=ProductKind.GIFT, titles={"en": "Gift card"}, collections=("wear",),
        variants={"GIFT-10": {}}, prices={("GIFT-10", "web"): 1_000},
    )  # fmt: skip
    save_products(games_id=key, products=[card])
    receive(games_id=key, pieces={("GIFT-10", "MAIN"): 1_000}, ref="made", now=NOW)
    return PriceBook(snapshot_of(games_id=key))


def pay(games: int, order: int, amount: int | None = None, *, reference: str = "") -> None:
    """Let the test provider say yes to an amount, None: all that the order costs."""
    word = reference or f"pi-{order}"
    begin_payment(games_id=games, order=order, provider="test", reference=word, now=NOW,
                  amount=amount)  # fmt: skip
    told = Told(event=word, provider="test", reference=word, kind="yes",
                state=PaymentState.SUCCEEDED)  # fmt: skip
    record_event(games_id=games, told=told, body={}, now=NOW)


def a_card(shop: PriceBook, pieces: int = 1) -> list[str]:
    """Return the codes of cards that somebody bought and paid."""
    games = shop.snapshot.games_id
    order = bought(shop, lines=(("GIFT-10", pieces),)).order
    pay(games, order)
    issue_gifts(games_id=games, order=order, now=NOW)
    return [row.code for row in gift_rows(games_id=games, order=order)]


def accounts(games: int) -> dict[str, int]:
    return {row.account: row.amount for row in account_rows(games_id=games) if row.amount}


def left(games: int, code: str) -> int:
    card = gift_of(games_id=games, code=code)
    assert card is not None
    return card.left


def test_a_card_costs_what_it_is_worth_and_is_owed_until_it_is_spent() -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    order = bought(shop, lines=(("GIFT-10", 2), ("SHIRT-M", 1)), country="ZA").order
    line = OrderLine.objects.get(number=order, sku="GIFT-10")
    assert (line.total, line.discount, line.tax, line.royalties) == (2_000, 0, 0, [])
    pay(games, order)
    assert issue_gifts(games_id=games, order=order, now=NOW) == 2
    assert issue_gifts(games_id=games, order=order, now=NOW) == 0
    assert balance_of(games_id=games, account="gifts", currency="EUR") == -2_000
    codes = [row.code for row in gift_rows(games_id=games, order=order)]
    assert len(set(codes)) == 2
    assert not GiftCard.objects.filter(code_hash__in=codes), "a code is kept nowhere"
    typed = codes[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert left(games, typed) == 1_000
    assert left_to_return(
        games_id=games, number=order, lines=list(OrderLine.objects.filter(number=order))
    ) == {1: 0, 2: 1}
    assert gift_troubles(games_id=games) == ()


def test_a_gift_card_stays_one_and_nothing_becomes_one() -> None:
    games = with_gifts().snapshot.games_id
    for code, sku, kind in (("GIFT", "GIFT-10", ProductKind.ARTICLE),
                            ("SHIRT", "SHIRT-M", ProductKind.GIFT)):  # fmt: skip
        other = ProductValues(code=code, kind=kind, titles={"en": "X"}, variants={sku: {}},
                              prices={(sku, "web"): 100})  # fmt: skip
        with pytest.raises(ShopError, match="is of the kind"):
            save_products(games_id=games, products=[other])


@pytest.mark.parametrize("dispute", [DisputeState.OPEN, DisputeState.LOST])
def test_a_card_whose_money_is_disputed_pays_nothing(dispute: DisputeState) -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    (code,) = a_card(shop)
    bought_by = GiftCard.objects.get().order_number
    told = Told(event="disputed", provider="test", reference=f"pi-{bought_by}", kind="dispute",
                dispute=dispute, disputed=1_000)  # fmt: skip
    record_event(games_id=games, told=told, body={}, now=NOW)
    order = bought(shop, lines=(("SHIRT-M", 1),)).order
    with pytest.raises(ShopError, match=r"disputed|nothing is left"):
        pay_by_gift(games_id=games, order=order, code=code, now=NOW)
    assert left(games, code) == (0 if dispute == DisputeState.LOST else 1_000)
    assert gift_troubles(games_id=games) == ()


def test_an_order_is_paid_in_parts_and_each_has_its_part_of_the_tax() -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    (code,) = a_card(shop)
    order = bought(shop, lines=(("MASCOT", 1),)).order
    assert pay_by_gift(games_id=games, order=order, code=code, now=NOW) == 1_000
    assert Order.objects.get(number=order).order_state == OrderState.PLACED
    assert payment_troubles(games_id=games) == ()
    with pytest.raises(ShopError, match="nothing is left"):
        pay_by_gift(games_id=games, order=order, code=code, now=NOW)
    pay(games, order, 999)
    row = Order.objects.get(number=order)
    assert row.order_state == OrderState.PAID
    found = accounts(games)
    assert found["tax:PT"] == -row.tax
    assert "gifts" not in found, "it is spent"
    assert found["cash:test"] == 1_000 + 999
    with pytest.raises(ShopError, match="does not wait"):
        pay_by_gift(games_id=games, order=order, code=code, now=NOW)


def test_a_card_alone_pays_and_keeps_its_rest() -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    codes = a_card(shop, 3)
    order = bought(shop, lines=(("SHIRT-M", 1),)).order  # 22.50
    taken = [pay_by_gift(games_id=games, order=order, code=code, now=NOW) for code in codes]
    assert taken == [1_000, 1_000, 250]
    assert Order.objects.get(number=order).order_state == OrderState.PAID
    assert left(games, codes[2]) == 750


def test_what_is_not_paid_whole_in_time_goes_back_on_the_card() -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    (code,) = a_card(shop)
    order = bought(shop, lines=(("MASCOT", 1),)).order
    pay_by_gift(games_id=games, order=order, code=code, now=NOW)
    assert expire_orders(games_id=games, now=LATER) == 1
    assert follow_payments(games_id=games, games="SHO30", now=LATER).sent == 1
    assert left(games, code) == 1_000
    pay(games, order, 999)  # the rest comes late: it is not the whole
    assert Order.objects.get(number=order).order_state == OrderState.EXPIRED
    assert payment_troubles(games_id=games) == ()
    assert gift_troubles(games_id=games) == ()
    assert differing(games_id=games) == ()


def test_money_of_a_return_goes_back_on_the_card_last() -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    (code,) = a_card(shop)
    order = bought(shop, lines=(("MASCOT", 2),)).order  # 39.98: 10.00 and 29.98
    pay_by_gift(games_id=games, order=order, code=code, now=NOW)
    pay(games, order, 2_998)
    for _ in range(2):
        number = ask_return(games_id=games, order=order, pieces={1: 1}, why="", now=NOW)
        receive_return(games_id=games, number=number, by="ada", now=NOW)
        follow_payments(games_id=games, games="SHO30", now=NOW)
    back = dict(Payment.objects.filter(order_number=order).values_list("provider", "refunded"))
    assert back == {"gift-card": 1_000, "test": 2_998}
    assert left(games, code) == 1_000
    assert Order.objects.get(number=order).order_state == OrderState.REFUNDED


def test_a_card_whose_money_went_back_is_worth_what_was_spent() -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    (code,) = a_card(shop)
    order = bought(shop, lines=(("SHIRT-M", 1),)).order
    pay_by_gift(games_id=games, order=order, code=code, now=NOW)
    bought_by = GiftCard.objects.get().order_number
    told = Told(event="all back", provider="test", reference=f"pi-{bought_by}", kind="refund",
                refunded=1_000)  # fmt: skip
    record_event(games_id=games, told=told, body={}, now=NOW)
    assert left(games, code) == 0
    assert gift_troubles(games_id=games) == ()


@pytest.mark.parametrize(
    ("lines", "code", "why"),
    [
        ((("GIFT-10", 1),), "", "does not buy gift cards"),
        ((("SHIRT-M", 1),), "AAAA-BBBB", "no gift card with this code"),
    ],
)
def test_what_a_card_does_not_pay_is_refused(lines: Any, code: str, why: str) -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    (known,) = a_card(shop)
    order = bought(shop, lines=lines).order
    with pytest.raises(ShopError, match=why):
        pay_by_gift(games_id=games, order=order, code=code or known, now=NOW)
    assert left(games, known) == 1_000


STEPS = st.lists(
    st.sampled_from(["card 1", "card 2", "rest", "whole", "late", "follow", "back"]), max_size=9
)


@examples(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, st.sampled_from([("MASCOT", 1), ("MASCOT", 2), ("SHIRT-M", 1)]))
def test_whatever_is_paid_with_what_the_cards_and_the_ledger_agree(
    steps: list[str], line: tuple[str, int]
) -> None:
    with transaction.atomic():
        shop = with_gifts()
        games = shop.snapshot.games_id
        codes = a_card(shop, 2)
        order = bought(shop, lines=(line,)).order
        total = Order.objects.get(number=order).total
        for number, step in enumerate(steps):
            step_of(games, order, codes, step, f"pi-{number}")
        expire_orders(games_id=games, now=LATER)
        follow_payments(games_id=games, games="SHO30", now=LATER)
        kept = sum(a - b for a, b in Payment.objects.filter(order_number=order).filter(
            payment_state="succeeded").values_list("amount", "refunded"))  # fmt: skip
        state = Order.objects.get(number=order).order_state
        spent = 2_000 - sum(left(games, code) for code in codes)
        back = sum(Return.objects.filter(order_number=order).values_list("amount", flat=True))
        assert kept == (total - back if state == OrderState.PAID else 0)
        assert 0 <= spent <= kept
        assert gift_troubles(games_id=games) == ()
        assert payment_troubles(games_id=games) == ()
        assert sum(accounts(games).values()) == 0
        assert differing(games_id=games) == ()
        assert all(not row.differs for row in contract_rows(games_id=games))
        transaction.set_rollback(True)


def step_of(games: int, order: int, codes: list[str], step: str, reference: str) -> None:
    """Take one step of somebody who pays, gives up, comes late, gives back."""
    try:
        if step.startswith("card"):
            pay_by_gift(games_id=games, order=order, code=codes[int(step[-1]) - 1], now=NOW)
        elif step == "rest":
            total = Order.objects.get(number=order).total
            pay(games, order, max(1, total - 1_000), reference=reference)
        elif step == "whole":
            pay(games, order, reference=reference)
        elif step == "late":
            expire_orders(games_id=games, now=LATER)
        elif step == "follow":
            follow_payments(games_id=games, games="SHO30", now=LATER)
        else:
            number = ask_return(games_id=games, order=order, pieces={1: 1}, why="", now=NOW)
            receive_return(games_id=games, number=number, by="ada", now=NOW)
    except ShopError:
        pass


def test_the_page_of_an_order_takes_a_card_and_shows_bought_ones() -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    browser = Client()
    order = bought(shop, lines=(("GIFT-10", 1),)).order
    home = f"/shop/SHO30/order/{link_of(games_id=games, number=order)}/"
    browser.post(f"{home}test/")
    page = browser.get(home).content.decode()
    (card,) = gift_rows(games_id=games, order=order)
    assert card.code in page
    assert (
        "10.00 EUR left" in browser.post("/shop/SHO30/gift/", {"code": card.code}).content.decode()
    )
    assert browser.post("/shop/SHO30/gift/", {"code": "no"}).status_code == 422
    other = bought(shop, lines=(("SHIRT-M", 1),)).order
    home = f"/shop/SHO30/order/{link_of(games_id=games, number=other)}/"
    page = browser.post(f"{home}gift/", {"code": card.code}, follow=True).content.decode()
    assert "10.00 EUR are paid by gift card, 12.50 EUR are left to pay." in page
    assert "12.50 EUR</button>" in page
    assert "✓ paid" in browser.post(f"{home}test/", follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_eight_orders_that_want_one_card_spend_it_once() -> None:
    shop = with_gifts()
    games = shop.snapshot.games_id
    (code,) = a_card(shop)
    orders = [bought(shop, lines=(("SHIRT-M", 1),)).order for _ in range(8)]

    def spend(order: int) -> int:
        try:
            return pay_by_gift(games_id=games, order=order, code=code, now=NOW)
        except ShopError:
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(spend, orders))
    assert sorted(taken) == [0] * 7 + [1_000]
    assert left(games, code) == 0
    assert gift_troubles(games_id=games) == ()
