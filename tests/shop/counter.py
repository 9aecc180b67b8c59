"""A shop with a shirt and a mascot: what the tests of the shop begin with."""

import datetime as dt
import itertools
from typing import Any

from sportsbrain.committee.actions import save_games
from sportsbrain.ledger.actions import Move, book, open_stock
from sportsbrain.shop.actions import (
    Answer,
    ProductValues,
    Wish,
    place_orders,
    save_channel,
    save_drop,
    save_products,
    save_promotion,
    save_royalties,
    save_shipping,
    save_taxes,
)
from sportsbrain.shop.queries import PriceBook, snapshot_of
from sportsbrain.vocabulary.shop import PromotionKind
from sportsbrain.vocabulary.trade import LocationKind, MoveKind

NOW = dt.datetime(2030, 7, 20, 10, tzinfo=dt.UTC)
TAXES = {"PT": 230_000, "FR": 200_000, "ZA": 150_000, "XX": 0}
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_keys = itertools.count(1)


def a_shop(*, shirts: int = 100, mascots: int = 10, code: str = "SHO30") -> PriceBook:
    """Return the catalogue of a shop with so many pieces."""
    games, _ = save_games(
        code=code,
        values={
            "name": "Shop Games", "city": "Lumar", "time_zone": "Europe/Lisbon",
            "starts_on": dt.date(2030, 7, 19), "ends_on": dt.date(2030, 8, 4),
        },
        actor="test",
    )  # fmt: skip
    key = games.id
    save_channel(
        games_id=key, code="web", name="Web", currency="EUR", country="PT",
        locations={"MAIN": LocationKind.WAREHOUSE, "NORTH": LocationKind.WAREHOUSE},
    )  # fmt: skip
    save_taxes(games_id=key, rates={(c, "standard"): r for c, r in TAXES.items()})
    products = [
        ProductValues(
            code="SHIRT", titles={"en": "Shirt", "fr": "Maillot"}, collections=("wear",),
            variants={"SHIRT-M": {"size": "M"}, "SHIRT-L": {"size": "L"}}, weight_g=200,
            prices={("SHIRT-M", "web"): 2_500, ("SHIRT-L", "web"): 2_500}, banned=("XX",),
        ),
        ProductValues(
            code="MASCOT", titles={"en": "Mascot"}, collections=("toys",), weight_g=400,
            variants={"MASCOT": {}}, prices={("MASCOT", "web"): 1_999},
        ),
    ]  # fmt: skip
    save_products(games_id=key, products=products)
    save_royalties(
        games_id=key, licensee="THREADS", contract="T-1", currency="EUR",
        rates={("wear", "", ""): 80_000, ("toys", "", ""): 120_000},
        starts_on=games.starts_on, ends_on=games.ends_on,
    )  # fmt: skip
    save_promotion(games_id=key, code="WEAR10", kind=PromotionKind.PERCENT, value=100_000, now=NOW,
                   collections=["wear"])  # fmt: skip
    save_promotion(games_id=key, code="FIVE", kind=PromotionKind.AMOUNT, value=500, now=NOW, uses=2,
                   needs_code=True, currency="EUR")  # fmt: skip
    save_shipping(games_id=key, zone="EU", countries=["PT", "FR"], carrier="Post", currency="EUR",
                  steps={1_000: 490, 5_000: 990})  # fmt: skip
    stock = {"SHIRT-M": shirts, "SHIRT-L": shirts, "MASCOT": mascots}
    rows = open_stock(games_id=key, items=[(sku, "MAIN", "") for sku in stock])
    moves = [
        Move(stock=row, kind=MoveKind.RECEIPT, quantity=stock[sku], ref="delivery")
        for (sku, _, _), row in rows.items()
        if stock[sku]
    ]
    book(games_id=key, moves=moves, now=NOW)
    return PriceBook(snapshot_of(games_id=key))


def with_drop(
    shop: PriceBook,
    *,
    person_max: int = 1,
    household_max: int = 0,
    starts_at: dt.datetime = LONG_AGO,
) -> PriceBook:
    """Return the shop with a drop of the mascot that has begun."""
    key = shop.snapshot.games_id
    save_drop(games_id=key, code="D1", sku="MASCOT", channel="web", starts_at=starts_at,
              person_max=person_max, household_max=household_max)  # fmt: skip
    return PriceBook(snapshot_of(games_id=key))


def a_wish(**values: Any) -> Wish:
    """Return a wish for a shirt, changed as asked; the body is what it says."""
    key = f"k{next(_keys)}"
    usual: dict[str, Any] = {
        "key": key, "body": "b", "channel": "web", "lines": (("SHIRT-M", 1),), "country": "PT",
        "person": key,
    }  # fmt: skip
    return Wish(**{**usual, **values})


def bought(shop: PriceBook, **values: Any) -> Answer:
    """Return what became of one wish."""
    (answer,) = place_orders(shop, wishes=(a_wish(**values),), now=NOW)
    return answer
