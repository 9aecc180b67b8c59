"""The village, a delegation's rooms and the meals on pages."""

import datetime as dt
import time
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.plans.queries import version_items
from sportsbrain.village import queries
from sportsbrain.village.actions import By
from sportsbrain.village.models import Stay
from sportsbrain.village.planning import begin_stays
from sportsbrain.vocabulary.planning import Order
from tests.conftest import NOW
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


def test_meals_say_how_much_to_make_for_who_is_really_here(small_games: Any) -> None:
    for planner in ("rooms", "meals"):
        carried_out(small_games, planner, Order(seconds=1.0), time.monotonic)
    begin_stays(games=small_games, by=By(name="t", now=NOW))
    whole = queries.meals_page(games=small_games)
    assert whole is not None
    assert whole.percent == 100
    night = small_games.starts_on + dt.timedelta(days=int(whole.day) - 1)
    gone = Stay.objects.filter(nights__contains=night).values_list("pk", flat=True)
    Stay.objects.filter(pk__in=list(gone[: len(gone) // 4])).update(stay_state="cancelled")
    page = queries.meals_page(games=small_games)
    assert page is not None
    assert page.percent == 75
    dish = next(dish for meal in page.meals for dish in meal.dishes)
    assert abs(dish.now - dish.portions * page.beds.factor) <= 1


def test_a_plan_that_is_taken_late_begins_with_the_night_where_the_games_are(
    small_games: Any,
) -> None:
    carried_out(small_games, "rooms", Order(seconds=1.0), time.monotonic)
    zone = ZoneInfo(small_games.time_zone)
    night = small_games.starts_on + dt.timedelta(days=1)
    at = dt.datetime.combine(night, dt.time(0, 20), tzinfo=zone).astimezone(dt.UTC)
    assert at.date() != night, "the test wants a zone that is ahead of UTC"
    begin_stays(games=small_games, by=By(name="t", now=at))
    assert min(stay.nights.lower for stay in Stay.objects.all()) == night
