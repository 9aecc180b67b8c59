"""Today's meals are made for who comes, by what dining halls count."""

import datetime as dt
import time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from sportsbrain.village import queries
from sportsbrain.village.actions import (
    By,
    PointValues,
    keep_partitions,
    register_points,
    roll_up,
    save_halls,
)
from sportsbrain.village.planning import begin_stays, meals_now
from sportsbrain.village.planning.covers import ServedDay, minutes_at_table
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.services import HallKind
from tests.conftest import NOW
from tests.plans.test_chain import carried_out
from tests.sport.test_pages import client_of

WINDOWS = {"breakfast": (24, 42), "lunch": (46, 62), "dinner": (70, 90), "late": (90, 96)}
STAY = 30  # minutes


def test_minutes_at_table_are_the_median_of_days_that_are_known() -> None:
    days = [
        ServedDay(people=(0.0, 10.0, 10.0, 0.0), guests={"lunch": guests})
        for guests in (10.0, 20.0, 5.0, 0.0)
    ]
    found = minutes_at_table(days, {"lunch": (1, 3), "dinner": (3, 4)})
    assert found == {"lunch": 30.0}  # 300 minutes of 10, 20 and 5 guests; nobody dines


def test_one_day_is_not_enough_to_know_how_long_guests_stay() -> None:
    day = ServedDay(people=(4.0, 4.0), guests={"lunch": 4.0})
    assert minutes_at_table([day], {"lunch": (0, 2)}) == {}


def counted(games: Any, served: dict[str, dict[str, int]], today: int, share: float) -> dt.datetime:
    """Let the one hall have counted three days, and of today ``share`` of the plan until 16:00."""
    save_halls(games_id=games.id, halls=[("DINE", "Main hall", HallKind.DINING, 4000)])
    register_points(games_id=games.id, points=[
        PointValues(principal="gw", device="DINE", key="people", device_kind="counter"),
    ])  # fmt: skip
    zone = ZoneInfo(games.time_zone)
    first = games.starts_on + dt.timedelta(days=today - 4)
    keep_partitions(first=first - dt.timedelta(days=1), last=first + dt.timedelta(days=5),
                    kept_days=None)  # fmt: skip
    now = NOW
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM village_devicepoint")
        point = cursor.fetchone()[0]
        for day in range(today - 3, today + 1):
            date = games.starts_on + dt.timedelta(days=day - 1)
            for step in range(96 if day < today else 64):
                at = dt.datetime.combine(date, dt.time(), tzinfo=zone) + dt.timedelta(
                    minutes=15 * step
                )
                people = sum(
                    served[str(day)].get(service, 0) * STAY / (15 * (until - begins))
                    for service, (begins, until) in WINDOWS.items() if begins <= step < until
                ) * (share if day == today else 1.0)  # fmt: skip
                cursor.execute(
                    "INSERT INTO village_history VALUES (%s, %s, 1, %s, %s, NULL, 0, %s)",
                    [at, point, 1000 * day + step, people, at],
                )
                now = at + dt.timedelta(minutes=15)
    roll_up(since=now - dt.timedelta(days=6), until=now)
    return now


def test_portions_of_today_follow_who_comes(small_games: Any) -> None:
    for planner in ("rooms", "meals"):
        carried_out(small_games, planner, Order(seconds=1.0), time.monotonic)
    begin_stays(games=small_games, by=By(name="t", now=NOW))
    plan = queries.meals_page(games=small_games, day="4")
    assert plan is not None
    now = counted(small_games, plan.served, 4, 0.5)
    page = meals_now(games=small_games, now=now)
    assert page is not None
    assert page.day == "4", "of today, unless told"
    assert page.is_counted
    meals = {meal.service: meal for meal in page.meals}
    for service in ("breakfast", "lunch"):
        assert meals[service].is_over
        meal = meals[service]
        assert meal.come is not None
        assert abs(meal.come - meal.served / 2) <= 0.02 * meal.served
    dinner = meals["dinner"]
    assert not dinner.is_over
    assert dinner.come is not None
    assert dinner.come < 0.75 * dinner.served, "half came until now: fewer are to be cooked for"
    dish = dinner.dishes[0]
    assert abs(dish.now - dish.portions * dinner.come / dinner.served) <= 1
    other = meals_now(games=small_games, now=now, day="3")
    assert other is not None
    assert not other.is_counted
    silent = meals_now(games=small_games, now=now + dt.timedelta(hours=3))
    assert silent is not None
    assert not silent.is_counted, "the counter is silent: the plan stands"
    assert client_of("viewer").get("/games/REFS1/village/meals/?day=4").status_code == 200
