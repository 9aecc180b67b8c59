"""A small Games with everything that runs in it: a day's plans, a shop with a pin, a meter."""

import datetime as dt

from sportsbrain.bench.village import bus
from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.tables.reference import reference_games
from sportsbrain.shop.actions import ProductValues, begin_shop, receive, save_products
from sportsbrain.sport.planning import draft_held
from sportsbrain.transport.jobs import run_order as plan_transport
from sportsbrain.venues.jobs import run_order as plan_venues
from sportsbrain.village.actions import PointValues, register_points
from sportsbrain.vocabulary.planning import Order

SKU, PIECES = "FAULT", 10_000_000


def own_games() -> GamesRow:
    """Return the reference Games of the small size, ready for a day."""
    games = reference_games("small")
    now = dt.datetime.now(dt.UTC)
    begin_shop(games=games, now=now)
    product = ProductValues(
        code=SKU, titles={"en": "Pin"}, variants={SKU: {}}, prices={(SKU, "web"): 700},
        collections=("pin",), weight_g=10,
    )  # fmt: skip
    save_products(games_id=games.id, products=[product])
    receive(games_id=games.id, pieces={(SKU, "MAIN"): PIECES}, ref="bench", now=now)
    points = [PointValues(principal=bus.NAME, device="meter", key="power")]
    register_points(games_id=games.id, points=points)
    draft_held(games=games, actor="bench", now=now)
    for planner, run in (("demand", plan_transport), ("lanes", plan_venues)):
        run(games=games, planner=planner, order=Order(seconds=30, seed=1), actor="bench")
    return games
