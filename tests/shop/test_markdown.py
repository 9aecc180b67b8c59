"""What costs less at the end, from facts; and what shoppers pay when somebody puts it in force."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from sportsbrain.committee.queries import get_games
from sportsbrain.ledger.actions import save_location
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import version_items
from sportsbrain.shop.actions import mark_down, save_drop
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.jobs import run_order
from sportsbrain.shop.models import Price
from sportsbrain.shop.planning import build_markdown, score_of_version
from sportsbrain.shop.queries import shares_of_price, snapshot_of
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.vocabulary.trade import LocationKind
from tests.shop.counter import NOW, a_shop
from tests.shop.test_office import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def games(db: None) -> Any:
    """Return a Games with far more shirts than its one store will sell, and few mascots."""
    a_shop(shirts=90_000, mascots=10)
    found = get_games(code="SHO30")
    assert found is not None
    save_location(games_id=found.id, code="NORTHST", name="N", kind=LocationKind.STORE)
    return found


def planned(games: Any) -> dict[str, float]:
    run_order(games=games, planner="markdown", order=Order(seconds=5), actor="test")
    items = version_items(games_id=games.id, planner="markdown", number=1)
    return {sku: share for sku, _today, share in items["marks"]}


def test_what_is_too_much_goes_down_and_the_check_agrees(games: Any) -> None:
    assert planned(games).keys() == {"SHIRT-M", "SHIRT-L"}
    score, _why = score_of_version(games=games, planner="markdown", number=1)
    assert score.faults == ()


def test_fewer_days_are_less_demand(games: Any) -> None:
    means = [
        build_markdown(games=games, order=Order(), day=day).problem.items[0].mean
        for day in (games.starts_on, games.ends_on)
    ]
    days = (games.ends_on - games.starts_on).days + 1
    assert means[0] == pytest.approx(days * means[1], rel=1e-5)


def test_prices_are_in_force_once_from_the_morning_in_every_channel(games: Any) -> None:
    shares = planned(games)
    day = dt.date.fromisoformat(version_items(games_id=games.id, planner="markdown",
                                              number=1)["day"])  # fmt: skip
    morning = dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(games.time_zone))
    before = morning - dt.timedelta(hours=1)
    assert mark_down(games=games, number=1, actor="ada", now=before) == 2
    shirt = snapshot_of(games_id=games.id).sellables["SHIRT-M"]
    assert shirt.price_at("web", before) == 2_500
    assert shirt.price_at("web", morning) == int(2_500 * shares["SHIRT-M"])
    with pytest.raises(ShopError, match="in force already"):
        mark_down(games=games, number=1, actor="ada", now=before)


def test_older_prices_do_not_come_back(games: Any) -> None:
    planned(games)
    run_order(games=games, planner="markdown", order=Order(seconds=5, seed=2), actor="test")
    mark_down(games=games, number=2, actor="ada", now=NOW)
    with pytest.raises(ShopError, match="of version 2: plan again"):
        mark_down(games=games, number=1, actor="ada", now=NOW)


def test_the_share_of_today_is_of_the_highest_price_there_was(games: Any) -> None:
    assert set(shares_of_price(games_id=games.id).values()) == {1.0}
    row = Price.objects.get(variant__sku="MASCOT")
    long_ago = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
    Price.objects.create(variant=row.variant, channel=row.channel, amount=1_000, starts_at=long_ago)
    assert shares_of_price(games_id=games.id)["MASCOT"] == pytest.approx(1_000 / 1_999)


def test_what_has_a_sale_of_its_own_keeps_its_price(games: Any) -> None:
    save_drop(games_id=games.id, code="D1", sku="MASCOT", channel="web", starts_at=NOW,
              person_max=1)  # fmt: skip
    assert "MASCOT" not in shares_of_price(games_id=games.id)


def test_the_office_puts_prices_in_force(games: Any) -> None:
    planned(games)
    planner = client_of(Role.PLANNER)
    page = planner.get("/games/SHO30/shop/").content.decode()
    assert "Prices from tomorrow" in page
    assert "30 %" in page
    assert Client().post("/games/SHO30/shop/prices/1/").status_code in {302, 404}
    assert client_of(Role.VIEWER).post("/games/SHO30/shop/prices/1/").status_code in {403, 404}
    assert planner.post("/games/SHO30/shop/prices/9/").status_code == 404
    done = planner.post("/games/SHO30/shop/prices/1/", follow=True).content.decode()
    assert "2 prices are in force." in done
    assert "Prices from tomorrow" not in done


def test_without_stock_it_says_what_to_do(db: None) -> None:
    a_shop(shirts=0, mascots=0)
    found = get_games(code="SHO30")
    assert found is not None
    with pytest.raises(NothingToPlanError, match="receive a delivery"):
        build_markdown(games=found, order=Order(), day=NOW.date())
