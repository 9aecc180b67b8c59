"""Orders: what they cost, who gets one, what is written; each key once, no piece twice."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.ledger.actions import claim, expire_holds
from sportsbrain.ledger.queries import account_rows, differing, stock_rows
from sportsbrain.live.queries import updates_between
from sportsbrain.shop.actions import place_orders
from sportsbrain.shop.models import DropLimit, Order, OrderLine
from sportsbrain.shop.queries import PriceError, priced
from sportsbrain.vocabulary.shop import Outcome
from tests.shop.counter import NOW, a_shop, a_wish, bought, with_drop

pytestmark = pytest.mark.django_db


def stock_of(shop: Any, sku: str) -> tuple[int, int, int]:
    (row,) = stock_rows(games_id=shop.snapshot.games_id, items=(sku,))
    return row.on_hand, row.held, row.sold


def test_every_amount_of_a_known_order() -> None:
    shop = a_shop()
    cost = priced(shop.snapshot, channel="web", lines=(("SHIRT-M", 2), ("MASCOT", 1)), country="PT",
                  codes=("FIVE",), is_shipped=True, now=NOW)  # fmt: skip
    # 10 % of the shirts, then 5.00 shared over what is left: 4500 and 1999
    assert [line.discount for line in cost.lines] == [500 + 346, 154]
    assert (cost.subtotal, cost.discount, cost.shipping) == (6_999, 1_000, 490)
    assert [line.tax for line in cost.lines] == [777, 345]  # 4154 and 1845 with 23 % in it
    assert cost.tax == 777 + 345 + 92
    assert cost.total == 6_999 - 1_000 + 490
    assert cost.lines[0].royalties == (("T-1", "THREADS", 270),)  # 8 % of 3377
    assert cost.promotions == ("WEAR10", "FIVE")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"lines": (("NOPE", 1),)}, "not sold here"),
        ({"lines": (("SHIRT-M", 0),)}, "1 to 1000"),
        ({"lines": ()}, "1 to 50 lines"),
        ({"country": "XX", "is_shipped": True}, "not sent to XX"),
        ({"country": "xx", "is_shipped": True}, "not sent to XX"),
        ({"country": "ZZ", "is_shipped": True}, "sold to ZZ"),
        ({"codes": ("NONE",)}, "does not hold"),
        ({"codes": ("WEAR10",)}, "does not hold"),
        ({"channel": "moon"}, "no channel"),
        ({"country": "ZA", "is_shipped": True}, "nothing is sent"),
    ],
)
def test_what_can_not_be_priced_says_what_to_do(asked: Any, why: str) -> None:
    usual = {"channel": "web", "lines": (("SHIRT-M", 1),), "country": "PT", "now": NOW}
    with pytest.raises(PriceError, match=why):
        priced(a_shop().snapshot, **{**usual, **asked})


def test_an_order_is_written_whole_and_once() -> None:
    shop = a_shop()
    wish = a_wish(lines=(("SHIRT-M", 2),))
    first, twin = place_orders(shop, wishes=(wish, wish), now=NOW)
    (again,) = place_orders(shop, wishes=(wish,), now=NOW)
    assert first == twin == again
    assert (first.outcome, first.total) == (Outcome.PLACED, 4_500)
    assert (Order.objects.count(), OrderLine.objects.count()) == (1, 1)
    assert stock_of(shop, "SHIRT-M") == (100, 2, 0)
    assert claim(games_id=shop.snapshot.games_id, key=str(first.order), now=NOW)
    assert stock_of(shop, "SHIRT-M") == (100, 0, 2)
    owed = {row.account: row.amount for row in account_rows(games_id=shop.snapshot.games_id)}
    assert owed == {"royalties": 293, "contract:T-1": -293}  # 8 % of 3659
    news = updates_between(
        games_id=shop.snapshot.games_id, topic="shop.ordered", since=NOW, until=NOW
    )
    assert [n.body for n in news] == [{"orders": [first.order]}]


def test_a_key_of_another_order_is_refused() -> None:
    shop = a_shop()
    wish = a_wish()
    place_orders(shop, wishes=(wish,), now=NOW)
    other = a_wish(key=wish.key, body="other", lines=(("MASCOT", 1),))
    (answer,) = place_orders(shop, wishes=(other,), now=NOW)
    assert answer.outcome == Outcome.CONFLICT
    assert stock_of(shop, "MASCOT") == (10, 0, 0)


def test_the_last_pieces_go_to_who_came_first() -> None:
    shop = a_shop(mascots=3)
    wishes = [a_wish(lines=(("MASCOT", n),)) for n in (2, 2, 1, 1)]
    answers = place_orders(shop, wishes=wishes, now=NOW)
    assert [a.outcome for a in answers] == [
        Outcome.PLACED, Outcome.SOLD_OUT, Outcome.PLACED, Outcome.SOLD_OUT,
    ]  # fmt: skip
    assert Order.objects.count() == 2


def test_a_counted_code_runs_out_like_stock() -> None:
    shop = a_shop()
    outcomes = [bought(shop, codes=("FIVE",)).outcome for _ in range(3)]
    assert outcomes == [Outcome.PLACED, Outcome.PLACED, Outcome.REFUSED]
    assert "used up" in bought(shop, codes=("FIVE",)).why


def test_a_drop_has_its_moment_its_limit_and_is_sold_nowhere_else() -> None:
    shop = with_drop(a_shop(mascots=3), starts_at=NOW)
    mascot = (("MASCOT", 1),)
    assert bought(shop, lines=mascot).outcome == Outcome.REFUSED
    drop = {"lines": mascot, "drop": "D1"}
    early = a_wish(**drop)
    (answer,) = place_orders(shop, wishes=(early,), now=NOW.replace(hour=9))
    assert answer.why == "this sale has not begun"
    assert bought(shop, **drop, person="").outcome == Outcome.REFUSED
    assert bought(shop, **drop, person="ann").outcome == Outcome.PLACED
    assert bought(shop, **drop, person="ann").outcome == Outcome.OVER_LIMIT
    two = [a_wish(**drop, person="bob") for _ in range(2)]
    outcomes = [a.outcome for a in place_orders(shop, wishes=two, now=NOW)]
    assert outcomes == [Outcome.PLACED, Outcome.OVER_LIMIT]
    assert bought(shop, lines=(("SHIRT-M", 1),), drop="D1").outcome == Outcome.REFUSED
    assert dict(DropLimit.objects.values_list("person", "quantity")) == {"ann": 1, "bob": 1}


def waits_for_me() -> bool:
    """Tell whether another connection waits for the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid'"
            " AND NOT granted AND transactionid = pg_current_xact_id()::xid)"
        )
        return bool(cursor.fetchone()[0])


MASCOT = (("MASCOT", 1),)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("mascots", "asked", "before"), [
    (9, {"lines": MASCOT, "drop": "D1", "person": "ann"}, 1),  # the most that a person may have
    (1, {"lines": MASCOT, "drop": "D1", "person": "ann"}, 0),  # the last piece
    (9, {"codes": ("FIVE",)}, 1),  # the last use of a code
])  # fmt: skip
def test_a_key_that_another_process_settles_now_gets_that_order(
    mascots: int, asked: dict[str, Any], before: int
) -> None:
    shop = with_drop(a_shop(mascots=mascots), person_max=2)
    for _ in range(before):
        assert bought(shop, **asked).outcome == Outcome.PLACED
    wish = a_wish(**asked)

    def second() -> Any:
        try:
            return place_orders(shop, wishes=(wish,), now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = place_orders(shop, wishes=(wish,), now=NOW)
            later = pool.submit(second)
            until = time.monotonic() + 30
            while not waits_for_me():
                assert time.monotonic() < until, "the second did not come to wait for the first"
                assert not later.done()
        assert later.result() == first
    assert first[0].outcome == Outcome.PLACED


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "pay", "again", "expire"]), st.integers(0, 5), st.integers(1, 3)
    ),
    max_size=25,
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_whatever_happens_orders_stock_and_royalties_agree(
    steps: list[tuple[str, int, int]],
) -> None:
    with transaction.atomic():
        shop = with_drop(a_shop(mascots=4), person_max=3)
        wishes: dict[int, Any] = {}
        orders: set[int] = set()
        for step, who, quantity in steps:
            if step == "buy" or (step == "again" and who not in wishes):
                wishes[who] = a_wish(lines=(("MASCOT", quantity),), drop="D1", person=f"p{who}")
            if step in {"buy", "again"}:
                (answer,) = place_orders(shop, wishes=(wishes[who],), now=NOW)
                orders |= {answer.order} - {0}
            elif step == "pay" and orders:
                key = str(sorted(orders)[who % len(orders)])
                if key in {str(n) for n in orders}:
                    try:
                        claim(games_id=shop.snapshot.games_id, key=key, now=NOW)
                    except ValueError:
                        continue
            elif step == "expire":
                expire_holds(games_id=shop.snapshot.games_id, now=NOW.replace(hour=11))
        on_hand, held, sold = stock_of(shop, "MASCOT")
        assert held + sold <= on_hand == 4
        assert differing(games_id=shop.snapshot.games_id) == ()
        assert Order.objects.count() == len(orders)
        assert sum(row.amount for row in account_rows(games_id=shop.snapshot.games_id)) == 0
        limits = dict(DropLimit.objects.values_list("person", "quantity"))
        assert all(0 < n <= 3 for n in limits.values())
        transaction.set_rollback(True)
