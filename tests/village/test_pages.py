"""The village, a delegation's rooms and the meals on pages."""

import time
from typing import Any

from sportsbrain.plans.queries import version_items
from sportsbrain.village import queries
from sportsbrain.vocabulary.planning import Order
from tests.plans.test_chain import carried_out
from tests.sport.test_pages import client_of


def test_the_page_shows_what_the_plan_holds(small_games: Any) -> None:
    rooms = carried_out(small_games, "rooms", Order(seconds=1.0), time.monotonic)
    carried_out(small_games, "meals", Order(seconds=1.0), time.monotonic)
    items = version_items(games_id=small_games.id, planner="rooms", number=rooms.version)
    page = queries.village_page(games=small_games)
    assert page is not None
    assert page.residents == len(items)
    assert page.here == sum(building.taken for building in page.buildings)
    assert page.beds == sum(building.beds for building in page.buildings)
    code = page.delegations[0].code
    own = queries.delegation_page(games=small_games, code=code)
    assert own is not None
    assert len(own.residents) == sum(1 for item in items.values() if item[4] == code)
    client = client_of("viewer")
    for address in (f"village/?delegation={code}", f"village/delegations/{code}/",
                    "village/meals/", "village.json"):  # fmt: skip
        assert client.get(f"/games/REFS1/{address}").status_code == 200, address
    assert client.get("/games/REFS1/village/delegations/XXX/").status_code == 404
    meals = queries.meals_page(games=small_games)
    assert meals is not None
    assert sum(meal.served for meal in meals.meals) > 0


def test_pages_say_what_to_do_before_a_plan(small_games: Any) -> None:
    for address in ("workforce/", "village/", "village/meals/"):
        page = client_of("viewer").get(f"/games/{small_games.code}/{address}")
        assert page.status_code == 200
        assert b"sportsbrain plan" in page.content
