"""Tills: a sale is one order however often it is told, nothing is lost, the drawer adds up."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.committee.actions import seat_person
from sportsbrain.committee.models import User
from sportsbrain.committee.queries import get_games
from sportsbrain.credentials.actions import rotate_key
from sportsbrain.ledger.queries import balance_of, differing, stock_rows
from sportsbrain.shop.actions import (
    ProductValues,
    SaleAnswer,
    TillSale,
    close_till,
    count_drawer,
    make_labels,
    receive,
    retry_sale,
    sale_of,
    save_channel,
    save_drop,
    save_products,
    save_promotion,
    save_till,
    seat_clerk,
    sell_at_till,
    stock_till,
)
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Order, Payment, TillTrouble
from sportsbrain.shop.queries import (
    TillRow,
    drawer_of,
    payment_troubles,
    till_goods,
    till_of,
    till_troubles,
)
from sportsbrain.vocabulary.shop import PromotionKind, TillWay
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.vocabulary.trade import LocationKind
from tests.shop.counter import NOW, a_shop
from tests.shop.test_office import client_of

pytestmark = pytest.mark.django_db
HOME = "/games/SHO30/shop/"
LATER = NOW + dt.timedelta(hours=1)


def a_till(*, shirts: int = 5) -> tuple[int, TillRow]:
    """Return the till of a store that has shirts, in a shop whose warehouse has them all."""
    games = a_shop().snapshot.games_id
    save_channel(games_id=games, code="store", name="Store", currency="EUR", country="PT",
                 locations={"S1": LocationKind.STORE})  # fmt: skip
    save_products(games_id=games, products=[
        ProductValues(code="SHIRT", titles={"en": "Shirt"}, collections=("wear",), weight_g=200,
                      variants={"SHIRT-M": {"size": "M"}, "SHIRT-L": {"size": "L"}},
                      prices={("SHIRT-M", "store"): 2_500, ("SHIRT-L", "store"): 2_500}),
    ])  # fmt: skip
    if shirts:
        receive(games_id=games, pieces={("SHIRT-M", "S1"): shirts}, ref="van", now=NOW)
    save_promotion(games_id=games, code="WEAR10", kind=PromotionKind.PERCENT, value=100_000,
                   now=NOW, collections=["none"])  # fmt: skip
    save_till(games_id=games, code="T1", name="Till 1", channel="store")
    till = till_of(games_id=games, code="T1")
    assert till is not None
    return games, till


def a_sale(key: str, n: int = 1, **values: Any) -> TillSale:
    usual: dict[str, Any] = {
        "key": f"key-{key:0>8}", "sold_at": NOW, "lines": (("SHIRT-M", n),), "way": TillWay.CASH,
        "taken": 2_500 * n,
    }  # fmt: skip
    return TillSale(**{**usual, **values})


def sell(games: int, till: TillRow, sale: TillSale, now: dt.datetime = LATER) -> SaleAnswer:
    return sell_at_till(games_id=games, till=till, sale=sale, now=now)


def figures(games: int) -> tuple[int, int, int]:
    (row,) = stock_rows(games_id=games, items=("SHIRT-M",), location="S1")
    return row.on_hand, row.held, row.sold


def test_a_sale_told_twice_is_one_order_with_its_money() -> None:
    games, till = a_till()
    first, again = sell(games, till, a_sale("1", 2)), sell(games, till, a_sale("1", 2))
    assert first.order
    assert (first.order, first.total, first.trouble) == (again.order, 5_000, "")
    row = Order.objects.get()
    assert row.order_state == "fulfilled"
    assert row.placed_at == NOW  # when it was sold, not when it was told
    assert figures(games) == (5, 0, 2)
    assert balance_of(games_id=games, account="cash:till-cash", currency="EUR") == 5_000
    assert payment_troubles(games_id=games) == ()
    other = sell(games, till, a_sale("1", 3))
    assert not other.order
    assert "key" in other.trouble
    assert Order.objects.count() == 1


def test_a_till_sells_its_own_pieces_and_nobody_else_does() -> None:
    games, till = a_till(shirts=5)
    assert stock_till(games_id=games, till=till, now=NOW) == {"SHIRT-M": 5}
    assert figures(games) == (5, 5, 0)
    done = sell(games, till, a_sale("1", 3))
    assert done.trouble == ""
    assert figures(games) == (5, 2, 3)
    assert differing(games_id=games) == ()
    assert close_till(games_id=games, till=till, now=LATER) == 2
    assert figures(games) == (5, 0, 3)


def test_what_is_carried_to_the_till_is_there() -> None:
    games, till = a_till(shirts=1)
    done = sell(games, till, a_sale("1", 3))
    assert done.order
    assert done.trouble == "2 of SHIRT-M were not in the books: counted in"
    assert figures(games) == (3, 0, 3)
    large = sell(games, till, a_sale("2", lines=(("SHIRT-L", 1),)))  # the store never had one
    assert large.order
    assert "1 of SHIRT-L" in large.trouble
    assert differing(games_id=games) == ()
    assert [row.order for row in till_troubles(games_id=games, most=9)] == [
        done.order, large.order,
    ]  # fmt: skip


def test_a_price_that_changed_meanwhile_is_told() -> None:
    games, till = a_till()
    done = sell(games, till, a_sale("1", taken=2_000))
    assert done.trouble == "took 20.00 EUR, costs 25.00 EUR"
    assert balance_of(games_id=games, account="cash:till-cash", currency="EUR") == 2_500


def test_a_sale_that_can_not_be_booked_is_kept_and_booked_later() -> None:
    games, till = a_till()
    lost = sell(games, till, a_sale("1", lines=(("NEW", 1),), taken=900))
    assert lost.order == 0
    assert lost.trouble == "there is no article NEW"
    assert not Order.objects.exists()
    (trouble,) = till_troubles(games_id=games, most=9)
    again = retry_sale(games_id=games, trouble=trouble.id, by="p", now=LATER)
    assert not again.order
    save_products(games_id=games, products=[
        ProductValues(code="NEW", titles={"en": "New"}, variants={"NEW": {}},
                      prices={("NEW", "store"): 900})
    ])  # fmt: skip
    done = retry_sale(games_id=games, trouble=trouble.id, by="p", now=LATER)
    assert done.order
    assert till_troubles(games_id=games, most=9) == ()
    assert TillTrouble.objects.get().sale["lines"] == [["NEW", 1]]
    with pytest.raises(ShopError, match="solved"):
        retry_sale(games_id=games, trouble=trouble.id, by="p", now=LATER)


def test_the_drawer_adds_up() -> None:
    games, till = a_till()
    count: dict[str, Any] = {"games_id": games, "till": till, "by": "c"}
    assert count_drawer(counted=10_000, now=NOW, **count) == 10_000  # the float
    sell(games, till, a_sale("1", 2))
    sell(games, till, a_sale("2", 1, way=TillWay.CARD))
    assert drawer_of(games_id=games, till=till).expected == 15_000
    assert count_drawer(counted=14_990, now=LATER + dt.timedelta(hours=1), **count) == -10
    assert balance_of(games_id=games, account="drawer-difference", currency="EUR") == 10
    assert balance_of(games_id=games, account="cash:till-cash", currency="EUR") == 14_990
    assert drawer_of(games_id=games, till=till).expected == 14_990
    with pytest.raises(ShopError, match="nothing"):
        count_drawer(counted=-1, now=LATER, **count)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(1, 3), st.sampled_from([*TillWay, None])),
        max_size=8,
    )
)
def test_whatever_tills_tell_the_books_agree(steps: list[tuple[int, int, TillWay | None]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        games, till = a_till(shirts=4)
        cash = pieces = 0
        told: set[int] = set()
        for key, n, way in steps:
            if way is None:
                stock_till(games_id=games, till=till, now=LATER)
                continue
            done = sell(games, till, a_sale(str(key), n, way=way))
            if key not in told:
                assert done.order
                cash += 2_500 * n if way is TillWay.CASH else 0
                pieces += n
            told.add(key)
        close_till(games_id=games, till=till, now=LATER)
        assert figures(games) == (max(4, pieces), 0, pieces)
        assert Order.objects.filter(games_id=games).count() == len(told)
        assert balance_of(games_id=games, account="cash:till-cash", currency="EUR") == cash
        assert differing(games_id=games) == ()
        assert payment_troubles(games_id=games) == ()
        transaction.set_rollback(True)


def clerk() -> Client:
    found = get_games(code="SHO30")
    assert found is not None
    user = seat_person(games_id=found.id, username="carla", display_name="Carla", role=Role.PORTAL,
                       actor="test")  # fmt: skip
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return client


def test_a_clerk_sells_at_the_own_till_and_sees_nothing_else() -> None:
    a_till()
    carla, planner, viewer = clerk(), client_of(Role.PLANNER), client_of(Role.VIEWER)
    assert carla.get(f"{HOME}till/T1/").status_code == 404
    assert viewer.get(f"{HOME}till/T1/").status_code == 404
    assert carla.get(f"{HOME}tills/").status_code == 403
    nobody = planner.post(f"{HOME}till/T1/clerk/", {"username": "nobody"}, follow=True)
    assert "Nobody of this name" in nobody.content.decode()
    planner.post(f"{HOME}till/T1/clerk/", {"username": "carla"})
    assert carla.get(f"{HOME}till/T1/").status_code == 200
    assert "Till 1" in carla.get(f"{HOME}tills/").content.decode()
    assert carla.get(HOME).status_code == 403
    assert carla.post(f"{HOME}tills/save/", {"code": "T2", "name": "x"}).status_code == 403
    planner.post(f"{HOME}tills/save/", {"code": "T2", "name": "Two", "channel": "store"})
    assert carla.get(f"{HOME}till/T2/").status_code == 404
    for address in ("till/T1/", "till/T1/sell/", "till/T1/state.json", "tills/"):
        assert Client().post(f"{HOME}{address}").status_code in {302, 404}
    planner.post(f"{HOME}till/T1/clerk/", {"username": "carla", "remove": ""})
    assert carla.get(f"{HOME}till/T1/").status_code == 404


def test_the_till_tells_sales_and_says_what_is_none() -> None:
    games, till = a_till()
    planner = client_of(Role.PLANNER)
    assert planner.post(f"{HOME}till/T1/state.json").status_code == 200
    assert figures(games) == (5, 0, 0)  # who only looks takes nothing
    seat_clerk(till=till, user_id=User.objects.get(username="planner").pk, username="planner")
    kept = planner.post(f"{HOME}till/T1/state.json").json()
    shirt = next(good for good in kept["goods"] if good[0] == "SHIRT-M")
    assert shirt[3:] == [2_500, 0, 5]
    assert figures(games) == (5, 5, 0)
    sale = {"key": "abcdefgh-1", "sold_at": "2030-07-20T09:00:00Z", "way": "till-card",
            "taken": 2_500, "lines": [["SHIRT-M", 1]], "labels": []}  # fmt: skip

    def told(*sales: Any) -> Any:
        return planner.post(f"{HOME}till/T1/sell/", json.dumps({"sales": sales}),
                            content_type="application/json")  # fmt: skip

    answers = told(sale, sale).json()["answers"]
    assert answers["abcdefgh-1"]["order"] == Order.objects.get().number
    strange = [{}, 7, {**sale, "lines": []}, {**sale, "lines": [["SHIRT-M", -1]]},
               {**sale, "way": "gold"}, {**sale, "key": "x"}, {**sale, "sold_at": "now"},
               {**sale, "taken": "NaN"}, {**sale, "lines": [["a\x00", 1]]}]  # fmt: skip
    for number, wrong in enumerate(strange):
        named = {**wrong, "key": f"strange-{number}"} if isinstance(wrong, dict) else wrong
        good = {**sale, "key": f"abcdefgh-{number + 5}"}
        answers = told(named, good).json()["answers"]
        assert answers[good["key"]]["order"]  # the others do not wait for it
    kept_rows = till_troubles(games_id=games, most=99)
    assert len([row for row in kept_rows if not row.order]) == len(strange) - 1  # a key is no fault
    assert told(*[sale] * 101).status_code == 422
    assert {row.provider for row in Payment.objects.all()} == {"till-card"}
    form = planner.post(f"{HOME}till/T1/sell/", {"sku": "SHIRT-M", "pieces": "2", "key": "formform",
                                               "way": "till-cash"}, follow=True)  # fmt: skip
    assert "Sold: order" in form.content.decode()
    empty = planner.post(f"{HOME}till/T1/sell/", {"sku": "", "pieces": "x"}, follow=True)
    assert "Nothing was sold" in empty.content.decode()
    counted = planner.post(f"{HOME}till/T1/count/", {"counted": "50.00"}, follow=True)
    assert "The difference is" in counted.content.decode()
    assert figures(games)[1] == 0  # a till that is counted gives its pieces back
    wrong_count = planner.post(f"{HOME}till/T1/count/", {"counted": "many"}, follow=True)
    assert "no amount" in wrong_count.content.decode()


def test_two_tills_sell_each_others_pieces_and_count_nothing_in() -> None:
    games, till = a_till(shirts=5)
    save_till(games_id=games, code="T2", name="Till 2", channel="store")
    other = till_of(games_id=games, code="T2")
    assert other is not None
    assert stock_till(games_id=games, till=till, now=NOW) == {"SHIRT-M": 5}
    done = sell(games, other, a_sale("1", 2))
    assert done.trouble == ""
    assert figures(games) == (5, 3, 2)
    assert close_till(games_id=games, till=till, now=LATER) == 3
    assert differing(games_id=games) == ()


def test_what_is_sold_in_its_sale_alone_is_not_at_the_till() -> None:
    games, till = a_till()
    save_products(games_id=games, products=[
        ProductValues(code="MASCOT", titles={"en": "Mascot"}, variants={"MASCOT": {}},
                      prices={("MASCOT", "store"): 1_999})
    ])  # fmt: skip
    receive(games_id=games, pieces={("MASCOT", "S1"): 5}, ref="van", now=NOW)
    save_drop(games_id=games, code="D", sku="MASCOT", channel="web", starts_at=NOW, person_max=1)
    assert "MASCOT" not in {good.sku for good in till_goods(games_id=games, till=till, now=NOW)}
    assert stock_till(games_id=games, till=till, now=NOW) == {"SHIRT-M": 5}


def test_a_sale_that_nobody_can_book_is_closed_with_a_reason() -> None:
    games, till = a_till()
    sell(games, till, a_sale("1", lines=(("NEW", 1),), taken=900))
    (trouble,) = till_troubles(games_id=games, most=9)
    planner = client_of(Role.PLANNER)
    planner.post(f"{HOME}tills/trouble/{trouble.id}/", {"close": "", "why": ""})
    assert till_troubles(games_id=games, most=9)
    planner.post(f"{HOME}tills/trouble/{trouble.id}/", {"close": "", "why": "never ours"})
    assert till_troubles(games_id=games, most=9) == ()
    assert TillTrouble.objects.get().why.endswith("never ours")


def test_the_till_is_told_what_is_taken_off() -> None:
    games, _till = a_till()
    save_promotion(games_id=games, code="WEAR10", kind=PromotionKind.PERCENT, value=100_000,
                   now=NOW, collections=["wear"])  # fmt: skip
    planner = client_of(Role.PLANNER)

    def quoted(body: str) -> Any:
        return planner.post(f"{HOME}till/T1/quote/", body, content_type="application/json")

    assert quoted('{"lines": [["SHIRT-M", 2]]}').json() == {"total": 4_500, "discount": 500}
    assert quoted('{"lines": [["NOTHING", 2]]}').status_code == 422
    assert quoted("[]").status_code == 422


def test_a_label_that_is_sold_twice_is_told(settings: Any, tmp_path: Any) -> None:
    settings.SIGNING_KEYS = tmp_path
    games, till = a_till()
    found = get_games(code="SHO30")
    assert found is not None
    rotate_key(games=found, actor="test", now=NOW)
    (label,) = make_labels(games=found, sku="SHIRT-M", count=1, batch="b", now=NOW)
    labels = ((label[0], str(label[1])),)
    assert sell(games, till, a_sale("1", labels=labels)).trouble == ""
    assert "sold before" in sell(games, till, a_sale("2", labels=labels)).trouble
    assert "never issued" in sell(games, till, a_sale("3", labels=((label[0], "99"),))).trouble


def test_a_clock_that_is_ahead_is_set_back() -> None:
    raw = {"key": "abcdefgh-1", "sold_at": "2031-01-01T00:00:00", "way": "till-cash", "taken": 1,
           "lines": [["A", 1]]}  # fmt: skip
    assert sale_of(raw, NOW).sold_at == NOW
