"""What to move tonight, from facts; and what becomes of it when somebody books it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from sportsbrain.committee.queries import get_games
from sportsbrain.controlroom.jobs import answer_now
from sportsbrain.ledger.actions import save_location
from sportsbrain.ledger.queries import differing, stock_rows
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import number_in_force, version_items
from sportsbrain.shop.actions import ProductValues, book_hauls, receive, save_products
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.jobs import run_order
from sportsbrain.shop.planning import build_retail, score_of_version
from sportsbrain.vocabulary.changes import GoldMedals
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.vocabulary.trade import LocationKind
from sportsbrain.world.models import Medal, Organisation
from tests.shop.counter import NOW, a_shop
from tests.shop.test_office import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def games(db: None) -> Any:
    """Return a Games with a warehouse and two stores in the street."""
    a_shop(shirts=100, mascots=10)
    found = get_games(code="SHO30")
    assert found is not None
    for code in ("NORTHST", "SOUTHST"):
        save_location(games_id=found.id, code=code, name=code, kind=LocationKind.STORE)
    return found


def planned(games: Any) -> list[Any]:
    run_order(games=games, planner="retail", order=Order(seconds=5), actor="test")
    hauls: list[Any] = version_items(games_id=games.id, planner="retail", number=1)["hauls"]
    return hauls


def test_a_night_is_planned_judged_and_booked_once(games: Any) -> None:
    hauls = planned(games)
    assert {sku for sku, _, _ in hauls} == {"SHIRT-M", "SHIRT-L", "MASCOT"}
    score, _why = score_of_version(games=games, planner="retail", number=1)
    assert score.faults == ()
    rows = [(str(a), str(b), int(n)) for a, b, n in hauls]
    moved, missed = book_hauls(games_id=games.id, hauls=rows, ref="retail:1", now=NOW)
    assert (moved, missed) == (sum(n for _, _, n in rows), 0)
    found = {(r.item, r.location): r.on_hand for r in stock_rows(games_id=games.id)}
    assert all(found[sku, store] == pieces for sku, store, pieces in rows)
    assert sum(r.on_hand for r in stock_rows(games_id=games.id, items=("SHIRT-M",))) == 100
    assert differing(games_id=games.id) == ()
    with pytest.raises(ShopError, match="booked before"):
        book_hauls(games_id=games.id, hauls=rows, ref="retail:1", now=NOW)


def test_what_was_bought_meanwhile_is_left_out(games: Any) -> None:
    rows = [("MASCOT", "NORTHST", 8), ("MASCOT", "SOUTHST", 8)]
    assert book_hauls(games_id=games.id, hauls=rows, ref="r", now=NOW) == (10, 6)
    assert book_hauls(games_id=games.id, hauls=[("MASCOT", "NORTHST", -3)], ref="s", now=NOW) == (
        3, 0,
    )  # fmt: skip
    assert differing(games_id=games.id) == ()


def test_a_sport_sells_where_it_is_and_a_winner_everywhere(games: Any) -> None:
    from sportsbrain.shop.models import Product

    before = build_retail(games=games, order=Order()).problem
    Product.objects.filter(code="MASCOT").update(discipline="ATH")
    after = build_retail(games=games, order=Order()).problem
    row = [item.code for item in after.items].index("MASCOT")
    assert after.means[row][0] == pytest.approx(0.4 * before.means[row][0], rel=1e-3)
    Product.objects.filter(code="MASCOT").update(discipline="", delegation="POR")
    country = Organisation.objects.create(games_id=games.id, code="POR", name="Portland",
                                          fact_source="test")  # fmt: skip
    for kind in ("GOLD", "SILVER"):
        Medal.objects.create(games_id=games.id, code=kind, organisation=country, kind=kind,
                             won_on=NOW.date(),
                             fact_source="test")  # fmt: skip
    won = build_retail(games=games, order=Order()).problem
    assert won.means[row][0] == pytest.approx(1.5 * before.means[row][0], rel=1e-3)


def test_without_stores_or_stock_it_says_what_to_do(db: None) -> None:
    shop = a_shop(shirts=0, mascots=0)
    found = get_games(code="SHO30")
    assert found is not None
    with pytest.raises(NothingToPlanError, match="is a store"):
        build_retail(games=found, order=Order())
    save_location(games_id=shop.snapshot.games_id, code="N", name="N", kind=LocationKind.STORE)
    with pytest.raises(NothingToPlanError, match="receive a delivery"):
        build_retail(games=found, order=Order())
    receive(games_id=found.id, pieces={("MASCOT", "N"): 3}, ref="d", now=NOW)
    assert build_retail(games=found, order=Order(), day=dt.date(2030, 7, 20)).problem.stores


def test_the_office_books_tonights_moves(games: Any) -> None:
    planned(games)
    planner = client_of(Role.PLANNER)
    page = planner.get("/games/SHO30/shop/").content.decode()
    assert "Moves for tomorrow" in page
    done = planner.post("/games/SHO30/shop/moves/1/", follow=True).content.decode()
    assert "pieces are booked" in done
    again = planner.post("/games/SHO30/shop/moves/1/", follow=True).content.decode()
    assert "booked before" in again
    assert Client().post("/games/SHO30/shop/moves/1/").status_code in {302, 404}


def test_what_if_the_host_wins_gold_says_what_to_move_tonight(games: Any) -> None:
    save_products(games_id=games.id, products=[
        ProductValues(code="FAN", titles={"en": "Fan shirt"}, variants={"FAN": {}}, weight_g=100,
                      prices={("FAN", "web"): 3_000}, delegation="POR")
    ])  # fmt: skip
    receive(games_id=games.id, pieces={("FAN", "MAIN"): 500}, ref="van", now=NOW)
    row = answer_now(games=games, changes=(GoldMedals(delegation="POR", medals=3),), title="",
                     actor="t")  # fmt: skip
    part = row.part("retail")
    assert part is not None
    assert part["state"] == "changed"
    (found,) = part["listings"]
    first = found["rows"][0]
    assert first[0] == "FAN"
    few, many = (int(n.replace(",", "")) for n in first[2].split(" → "))
    assert many > few
    assert number_in_force(games_id=games.id, planner="retail") is None  # moves are booked, later
    other = answer_now(games=games, changes=(GoldMedals(delegation="XXX", medals=3),), title="",
                       actor="t")  # fmt: skip
    part = other.part("retail")
    assert part is not None
    assert part["state"] == "same"
