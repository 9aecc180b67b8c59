"""Parcels: split by where pieces lie, nothing leaves unpaid, carriers tell in any order."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.test import Client

from sportsbrain.committee.queries import get_games
from sportsbrain.shop.actions import (
    follow_parcel,
    make_parcels,
    receive,
    send_parcel,
)
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.exports import parcel_pdf
from sportsbrain.shop.jobs import follow_shop
from sportsbrain.shop.models import Letter, Order, Parcel
from sportsbrain.shop.queries import (
    PriceBook,
    address_faults,
    address_lines,
    link_of,
    orders_without_parcels,
    parcel_cards,
    snapshot_of,
)
from sportsbrain.vocabulary.shop import ParcelState
from sportsbrain.vocabulary.statuses import Role
from tests.shop.counter import NOW, a_shop, bought
from tests.shop.test_office import client_of
from tests.shop.test_returning import paid

pytestmark = pytest.mark.django_db
HOME = "/games/SHO30/shop/"
ADDRESS = {"name": "Ana Brelin", "street": "Rua das Flores 1", "postcode": "1200-001",
           "city": "Lisboa", "region": ""}  # fmt: skip


def two_warehouses() -> PriceBook:
    """Return a shop where three shirts lie in one warehouse and the others in another."""
    games = a_shop(shirts=3).snapshot.games_id
    receive(games_id=games, pieces={("SHIRT-M", "NORTH"): 10}, ref="van", now=NOW)
    return PriceBook(snapshot_of(games_id=games))


def sent_order(**more: Any) -> tuple[int, int]:
    shop = two_warehouses()
    usual: dict[str, Any] = {"lines": (("SHIRT-M", 5), ("MASCOT", 1)), "is_shipped": True,
                             "address": ADDRESS, "email": "ana@example.org"}  # fmt: skip
    return shop.snapshot.games_id, paid(shop, **{**usual, **more})


def send(games: int, parcel: int, tracking: str = "T1") -> None:
    send_parcel(games_id=games, parcel=parcel, carrier="Post", tracking=tracking, by="p", now=NOW)


def test_an_order_is_split_by_where_its_pieces_lie() -> None:
    games, order = sent_order()
    assert orders_without_parcels(games_id=games) == (order,)
    assert make_parcels(games_id=games, order=order, now=NOW) == 2
    assert make_parcels(games_id=games, order=order, now=NOW) == 0
    assert orders_without_parcels(games_id=games) == ()
    main, north = parcel_cards(games_id=games, order=order)
    assert [(c.sku, c.quantity) for c in main.contents] == [("SHIRT-M", 3), ("MASCOT", 1)]
    assert [(c.sku, c.quantity) for c in north.contents] == [("SHIRT-M", 2)]
    assert (main.weight_g, north.weight_g) == (1_000, 400)
    assert main.to[0] == "Ana Brelin"
    assert "1200-001 LISBOA" in " ".join(main.to)
    net = sum(line.total - line.tax for line in _lines(games, order))
    values = sum(c.value for card in (main, north) for c in card.contents)
    assert abs(values - net) <= 1  # a share of a line is rounded


def _lines(games: int, order: int) -> Any:
    from sportsbrain.shop.models import OrderLine

    return OrderLine.objects.filter(games_id=games, number=order)


def test_nothing_leaves_unpaid() -> None:
    shop = two_warehouses()
    games = shop.snapshot.games_id
    order = bought(shop, is_shipped=True, address=ADDRESS).order
    with pytest.raises(ShopError, match="not a paid one"):
        make_parcels(games_id=games, order=order, now=NOW)
    order = paid(shop, is_shipped=True, address=ADDRESS)
    make_parcels(games_id=games, order=order, now=NOW)
    Order.objects.filter(number=order).update(order_state="refunded")
    (card,) = parcel_cards(games_id=games, order=order)
    with pytest.raises(ShopError, match="not a paid one"):
        send(games, card.id)
    assert Parcel.objects.get().parcel_state == "waits"


def test_with_the_last_parcel_the_order_is_done_and_its_buyer_is_told() -> None:
    games, order = sent_order()
    make_parcels(games_id=games, order=order, now=NOW)
    main, north = parcel_cards(games_id=games, order=order)
    send(games, main.id, "T1")
    assert Order.objects.get().order_state == "paid"
    with pytest.raises(ShopError, match="another parcel"):
        send(games, north.id, "T1")
    send(games, north.id, "T2")
    assert Order.objects.get().order_state == "fulfilled"
    with pytest.raises(ShopError, match="before"):
        send(games, main.id, "T9")
    assert Letter.objects.filter(kind="sent").count() == 2


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_carrier_tells_in_any_order_and_twice(order: tuple[int, ...]) -> None:
    games, number = sent_order()
    make_parcels(games_id=games, order=number, now=NOW)
    main, _north = parcel_cards(games_id=games, order=number)
    send(games, main.id, "T1")
    told: list[dict[str, Any]] = [
        {"event": "e1", "state": ParcelState.ON_THE_WAY, "happened_at": NOW},
        {"event": "e2", "state": ParcelState.BACK, "happened_at": NOW + dt.timedelta(hours=5)},
        {"event": "e3", "state": ParcelState.ARRIVED, "happened_at": NOW + dt.timedelta(days=1)},
    ]
    key: dict[str, Any] = {"games_id": games, "carrier": "Post", "tracking": "T1", "place": "Lumar",
                           "now": NOW}  # fmt: skip
    for n in order:
        assert follow_parcel(**key, **told[n])
        assert not follow_parcel(**key, **told[n])
    (card,) = parcel_cards(games_id=games, parcel=main.id)
    assert card.parcel_state == "arrived"
    assert [state for state, _, _ in card.events] == ["on the way", "back", "arrived"]
    with pytest.raises(ShopError, match="no parcel"):
        follow_parcel(**{**key, "tracking": ""}, **told[0])


def test_tickets_need_no_parcel_and_who_collects_finds_a_place() -> None:
    shop = two_warehouses()
    games = shop.snapshot.games_id
    order = paid(shop, lines=(("SHIRT-M", 1),))
    page = Client().get(f"/shop/SHO30/order/{link_of(games_id=games, number=order)}/")
    assert "Waits for you at MAIN" in page.content.decode()
    planner = client_of(Role.PLANNER)
    (card,) = parcel_cards(games_id=games, order=order)
    assert "is collected" in planner.get(f"{HOME}parcels/").content.decode()
    planner.post(f"{HOME}parcels/{card.id}/sent/")
    assert Order.objects.get().order_state == "fulfilled"
    page = Client().get(f"/shop/SHO30/order/{link_of(games_id=games, number=order)}/")
    assert "handed over" in page.content.decode()


def test_the_office_sends_and_prints_and_a_viewer_only_looks() -> None:
    games, order = sent_order()
    found = get_games(code="SHO30")
    assert found is not None
    follow_shop(games=found, now=NOW)
    planner, viewer = client_of(Role.PLANNER), client_of(Role.VIEWER)
    main, north = parcel_cards(games_id=games, order=order)
    page = viewer.get(f"{HOME}parcels/", {"location": "NORTH"}).content.decode()
    assert "1 parcel waits" in page
    assert "Slip" not in page
    assert viewer.get(f"{HOME}parcels/{main.id}/slip.pdf").status_code == 403
    assert viewer.post(f"{HOME}parcels/{main.id}/sent/").status_code == 403
    slip = planner.get(f"{HOME}parcels/{main.id}/slip.pdf")
    assert slip.content.startswith(b"%PDF")
    assert planner.get(f"{HOME}parcels/999999/slip.pdf").status_code == 404
    planner.post(f"{HOME}parcels/{main.id}/sent/", {"carrier": "Post", "tracking": "AB1"})
    link = link_of(games_id=games, number=order)
    shown = Client().get(f"/shop/SHO30/order/{link}/").content.decode()
    assert "Post AB1" in shown
    assert "is being packed" in shown
    assert parcel_pdf(games=found, card=north).startswith(b"%PDF")


def test_addresses_are_those_of_their_country() -> None:
    assert address_faults(ADDRESS, "PT") == {}
    assert address_faults({**ADDRESS, "postcode": ""}, "PT") == {"postcode": "required"}
    assert address_faults({**ADDRESS, "postcode": "12"}, "PT") == {"postcode": "invalid"}
    assert address_faults({**ADDRESS, "postcode": "", "city": "Dublin"}, "IE") == {}
    assert address_faults(ADDRESS, "XX") == {"country": "invalid"}
    japan = {"name": "A", "street": "1-1", "postcode": "100-8994", "city": "千代田区",
             "region": "東京都"}  # fmt: skip
    assert address_lines(japan, "JP")[0].startswith("〒100-8994")
    assert address_lines({"name": "A"}, "PT") == ("A",)
    assert address_lines({}, "PT") == ()
    assert address_lines({"name": "A", "street": "S"}, "UK") == ("A", "S")
