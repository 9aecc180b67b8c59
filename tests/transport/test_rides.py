"""Rides are booked, planned, reported late and planned again; a page says what became of them."""

import datetime as dt
import itertools
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sportsbrain.plans.queries import number_in_force, version_items
from sportsbrain.transport import planning
from sportsbrain.transport.actions import Wish, book_ride, book_rides, cancel_ride
from sportsbrain.transport.errors import RideError, UnknownRideError
from sportsbrain.transport.planning import CarReport, redispatch_day
from sportsbrain.transport.queries import ride_day, ride_days, ride_places, rides_of
from sportsbrain.vocabulary.planning import Order
from tests.conftest import NOW, games_once
from tests.plans.test_chain import carried_out


@pytest.fixture(scope="module")
def games_made(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[Any]:
    """Import the small Games once; each test begins from it again."""
    with games_once(django_db_blocker, small_folder) as games:
        yield games


@pytest.fixture
def small_games(games_made: Any, db: None) -> Any:
    """Return the small Games."""
    return games_made


@pytest.fixture
def clock() -> Callable[[], float]:
    """Return a clock that ticks a hundredth of a second at each look: nobody waits."""
    ticks = itertools.count()
    return lambda: next(ticks) / 100


def wish(games: Any, hour: int, **more: Any) -> Wish:
    """Return somebody who wants to be at the first venue on the first day."""
    zone = ZoneInfo(games.time_zone)
    venue = ride_places(games=games)[2][0]
    at = dt.datetime.combine(games.starts_on, dt.time(hour), tzinfo=zone)
    base: dict[str, Any] = {
        "from_place": "village", "to_place": venue, "people": 2, "wanted_at": at,
        "is_arrival": True, "client": "guests of the mayor",
    }  # fmt: skip
    return Wish(**{**base, **more})


def test_the_same_code_is_one_booking_and_numbers_go_up(small_games: Any) -> None:
    first = book_ride(games=small_games, wish=wish(small_games, 9), actor="t", now=NOW)
    second = book_ride(games=small_games, wish=wish(small_games, 9), actor="t", now=NOW)
    assert (first, second) == ("R00001", "R00002")
    own = wish(small_games, 10, code="MAYOR-1")
    for _ in range(2):
        book_ride(games=small_games, wish=own, actor="t", now=NOW)
    changed = book_rides(
        games=small_games, wishes=(wish(small_games, 11, code="MAYOR-1"),), actor="t", now=NOW
    )
    assert (changed.created, changed.changed, changed.same) == (0, 1, 0)
    assert [ride.code for ride in rides_of(games=small_games)] == ["R00001", "R00002", "MAYOR-1"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"to_place": "MOON"}, "no place 'MOON'; known are"),
        ({"to_place": "village"}, "to the same place"),
        ({"people": 0}, "1 to 60"),
        ({"client": " "}, "for whom"),
        ({"wanted_at": dt.datetime(2031, 7, 1, tzinfo=dt.UTC)}, "far from the Games"),
    ],
)
def test_nonsense_is_refused_and_nothing_of_the_list_is_kept(
    small_games: Any, more: dict[str, Any], words: str
) -> None:
    wishes = (wish(small_games, 9), wish(small_games, 9, **more))
    with pytest.raises(RideError, match=words):
        book_rides(games=small_games, wishes=wishes, actor="t", now=NOW)
    assert rides_of(games=small_games) == ()


def test_a_cancelled_ride_is_gone_and_can_not_be_cancelled_again(small_games: Any) -> None:
    code = book_ride(games=small_games, wish=wish(small_games, 9), actor="t", now=NOW)
    cancel_ride(games=small_games, code=code, actor="t", now=NOW)
    assert rides_of(games=small_games) == ()
    with pytest.raises(UnknownRideError, match=code):
        cancel_ride(games=small_games, code=code, actor="t", now=NOW)


def booked(games: Any) -> tuple[str, ...]:
    """Book six rides from the village at one hour, and three back."""
    venue = ride_places(games=games)[2][0]
    back = {"from_place": venue, "to_place": "village", "is_arrival": False}
    wishes = [wish(games, 9) for _ in range(6)] + [wish(games, 11, **back) for _ in range(3)]
    return book_rides(games=games, wishes=tuple(wishes), actor="t", now=NOW).codes


def test_a_plan_carries_everybody_and_the_check_accepts_it(
    small_games: Any, clock: Callable[[], float]
) -> None:
    codes = booked(small_games)
    outcome = carried_out(small_games, "dispatch", Order(seconds=1.0), clock)
    assert outcome.score.faults == ()
    assert 0 < outcome.bound <= outcome.objective
    (day,) = ride_days(games=small_games)
    found = ride_day(games=small_games, day=day)
    assert found.counts == {"waiting": 0, "planned": 9, "refused": 0, "done": 0}
    assert {row.ride.code for row in found.rides} == set(codes)
    for row in found.rides:
        assert row.there_at is not None
        assert row.late_minutes == 0
        assert not row.ride.is_arrival or row.there_at <= row.ride.wanted_at
    score, _ = planning.score_of_version(games=small_games, planner="dispatch", number=0)
    assert score.faults == ()


def test_a_ride_booked_later_waits_for_a_plan_and_the_check_says_so(
    small_games: Any, clock: Callable[[], float]
) -> None:
    booked(small_games)
    carried_out(small_games, "dispatch", Order(seconds=1.0), clock)
    code = book_ride(games=small_games, wish=wish(small_games, 14), actor="t", now=NOW)
    (day,) = ride_days(games=small_games)
    assert ride_day(games=small_games, day=day).counts["waiting"] == 1
    score, _ = planning.score_of_version(games=small_games, planner="dispatch", number=0)
    assert [fault.units for fault in score.faults] == [(code,)]


def test_too_many_for_any_car_are_refused_with_the_rule(
    small_games: Any, clock: Callable[[], float]
) -> None:
    code = book_ride(games=small_games, wish=wish(small_games, 9, people=20), actor="t", now=NOW)
    outcome = carried_out(small_games, "dispatch", Order(seconds=1.0), clock)
    assert outcome.reasons == (f"{code}: 20 people, the largest vehicle has 8 seats",)
    (day,) = ride_days(games=small_games)
    (row,) = ride_day(games=small_games, day=day).rides
    assert (row.state, row.why) == ("refused", "20 people, the largest vehicle has 8 seats")


def test_a_late_car_is_planned_again_and_in_force_and_the_check_still_accepts_it(
    small_games: Any, clock: Callable[[], float]
) -> None:
    booked(small_games)
    carried_out(small_games, "dispatch", Order(seconds=1.0), clock)
    (day,) = ride_days(games=small_games)
    before = ride_day(games=small_games, day=day)
    tour = before.tours[0]
    at = tour.stops[0].at + dt.timedelta(seconds=1)
    report = CarReport(car=tour.car, seconds=2400.0)
    done = redispatch_day(
        games=small_games, day=day, at=at, reports=(report,), actor="t", clock=clock, now=NOW
    )
    assert done.faults == 0
    assert number_in_force(games_id=small_games.id, planner="dispatch") == done.version
    score, _ = planning.score_of_version(games=small_games, planner="dispatch", number=done.version)
    assert score.faults == ()
    after = ride_day(games=small_games, day=day)
    assert after.counts["planned"] + after.counts["done"] == 9
    riding = {stop.ride.code for stop in tour.stops if stop.at < at}
    own = after.tour(tour.car)
    assert own is not None
    assert own.late_minutes == 40
    assert riding <= {stop.ride.code for stop in own.stops}
    late = {row.ride.code for row in after.rides if row.late_minutes}
    assert riding <= late
    with pytest.raises(RideError, match="later moment"):
        redispatch_day(
            games=small_games, day=day, at=before.tours[0].leaves_at - dt.timedelta(hours=9),
            reports=(), actor="t", clock=clock, now=NOW,
        )  # fmt: skip


def test_a_new_booking_of_the_day_is_taken_in_and_other_days_stay(
    small_games: Any, clock: Callable[[], float]
) -> None:
    booked(small_games)
    tomorrow = wish(small_games, 9).wanted_at + dt.timedelta(days=1)
    book_ride(games=small_games, wish=wish(small_games, 9, wanted_at=tomorrow), actor="t", now=NOW)
    outcome = carried_out(small_games, "dispatch", Order(seconds=1.0), clock)
    first, second = ride_days(games=small_games)
    items = version_items(games_id=small_games.id, planner="dispatch", number=outcome.version)
    code = book_ride(games=small_games, wish=wish(small_games, 15), actor="t", now=NOW)
    at = wish(small_games, 10).wanted_at
    done = redispatch_day(
        games=small_games, day=first, at=at, reports=(), actor="t", clock=clock, now=NOW
    )
    assert [(ride, before) for ride, before, _ in done.moved if ride == code] == [(code, "")]
    again = version_items(games_id=small_games.id, planner="dispatch", number=done.version)
    key = second.isoformat()
    assert again["days"][key] == items["days"][key]
    assert ride_day(games=small_games, day=first).counts["done"] == 6


def test_a_report_of_a_car_that_is_not_there_changes_nothing(
    small_games: Any, clock: Callable[[], float]
) -> None:
    booked(small_games)
    (day,) = ride_days(games=small_games)
    with pytest.raises(RideError, match="no car 'Tank 1'"):
        redispatch_day(
            games=small_games, day=day, at=wish(small_games, 9).wanted_at,
            reports=(CarReport(car="Tank 1", seconds=60.0),), actor="t", clock=clock, now=NOW,
        )  # fmt: skip
    assert number_in_force(games_id=small_games.id, planner="dispatch") is None


def test_same_seed_same_cars(small_games: Any) -> None:
    booked(small_games)
    order = Order(seconds=5.0, rounds=2, is_deterministic=True)
    one, other = (
        version_items(
            games_id=small_games.id,
            planner="dispatch",
            number=carried_out(small_games, "dispatch", order, time.monotonic).version,
        )
        for _ in range(2)
    )
    assert one == other


def test_who_cancels_on_the_road_leaves_a_plan_that_the_check_accepts(
    small_games: Any, clock: Callable[[], float]
) -> None:
    booked(small_games)
    carried_out(small_games, "dispatch", Order(seconds=1.0), clock)
    (day,) = ride_days(games=small_games)
    tour = ride_day(games=small_games, day=day).tours[0]
    at = tour.stops[0].at + dt.timedelta(seconds=1)
    for minutes in (0, 1):
        done = redispatch_day(
            games=small_games, day=day, at=at + dt.timedelta(minutes=minutes), reports=(),
            actor="t", clock=clock, now=NOW,
        )  # fmt: skip
        assert done.faults == 0
        if not minutes:
            code = tour.stops[0].ride.code
            cancel_ride(games=small_games, code=code, actor="t", now=NOW)
    with pytest.raises(RideError, match="has ended"):
        redispatch_day(
            games=small_games, day=day, at=at + dt.timedelta(days=2), reports=(), actor="t",
            clock=clock, now=NOW,
        )  # fmt: skip


def test_a_list_that_names_a_ride_twice_keeps_the_last_word(small_games: Any) -> None:
    first, second = (wish(small_games, hour, code="A") for hour in (9, 10))
    book_rides(games=small_games, wishes=(first,), actor="t", now=NOW)
    book_rides(games=small_games, wishes=(second, first), actor="t", now=NOW)
    (ride,) = rides_of(games=small_games)
    assert ride.wanted_at == first.wanted_at
