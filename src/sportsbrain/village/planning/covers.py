"""Who comes to today's meals: what dining halls count and expect, by the minutes a guest stays."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import load_slice_rules
from sportsbrain.village.planning.halls import HallRow, hall_row, halls_lately
from sportsbrain.village.queries.halls import STEP_MINUTES, STEPS, HallSeries
from sportsbrain.village.queries.kitchen import MealRow, MealsPage, at_table, meals_page
from sportsbrain.vocabulary.services import HallKind
from sportsbrain.vocabulary.windows import clock_seconds

LEAST_DAYS = 2  # past days that tell how long guests stay
Steps = tuple[float, ...]
Window = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedDay:
    """
    A day: people in all dining halls in each quarter of an hour, and guests of each service.

    Guests are those of the plan, as many of a hundred as were here that night.
    """

    people: Steps
    guests: Mapping[str, float]


def minutes_at_table(days: Sequence[ServedDay], windows: Mapping[str, Window]) -> dict[str, float]:
    """
    Return how many minutes a planned guest of each service is in a hall, the median of some days.

    It holds who stays away and who comes twice as well: what the plan has wrong every day is
    learned with it. A service without two days is left out.
    """
    found = {}
    for service, window in windows.items():
        each = [
            _minutes(day.people, window) / guests
            for day in days
            if (guests := day.guests.get(service, 0.0)) > 0 and _minutes(day.people, window) > 0
        ]
        if len(each) >= LEAST_DAYS:
            found[service] = median(each)
    return found


def _minutes(people: Steps, window: Window) -> float:
    return STEP_MINUTES * sum(people[window[0] : window[1]])


def meals_now(*, games: GamesRow, now: dt.datetime, day: str = "") -> MealsPage | None:
    """Return the meals of a day, today unless told; those of today by what halls count."""
    today = now.astimezone(ZoneInfo(games.time_zone)).date()
    number = str((today - games.starts_on).days + 1)
    page = meals_page(games=games, day=day or number)
    return page if page is None or page.day != number else _counted(page, games, now, today)


def _counted(page: MealsPage, games: GamesRow, now: dt.datetime, today: dt.date) -> MealsPage:
    dining = [row for row in halls_lately(games=games, now=now) if row.kind == HallKind.DINING]
    rows = [hall_row(row, games=games, now=now) for row in dining]
    if not rows or any(not row.ahead for row in rows):
        return page  # a hall is silent, or nothing is known of days before
    windows = _windows(games)
    minutes = minutes_at_table(_past(page, games, dining, today), windows)
    people = tuple(map(sum, zip(*(_whole(row) for row in rows), strict=True)))
    step = _step(now.astimezone(ZoneInfo(games.time_zone)))
    return replace(
        page,
        meals=tuple(
            _meal(meal, _minutes(people, windows[meal.service]) / minutes[meal.service],
                  windows[meal.service][1] <= step)
            if meal.service in minutes else meal
            for meal in page.meals
        ),
    )  # fmt: skip


def _step(local: dt.datetime) -> int:
    return (60 * local.hour + local.minute) // STEP_MINUTES


def _windows(games: GamesRow) -> dict[str, Window]:
    services = load_slice_rules("village", games.rules_name)["meals"]["services"]
    step = 60 * STEP_MINUTES
    return {
        row["name"]: (clock_seconds(row["from"]) // step, clock_seconds(row["until"]) // step)
        for row in services
    }


def _past(
    page: MealsPage, games: GamesRow, dining: Sequence[HallSeries], today: dt.date
) -> tuple[ServedDay, ...]:
    """Return the whole days before today that every dining hall has counted."""
    days = {
        str((date - games.starts_on).days + 1): tuple(
            map(sum, zip(*(row.days[date] for row in dining), strict=True))
        )
        for date in dining[0].days
        if date < today and all(len(row.days.get(date, ())) == STEPS for row in dining)
    }
    beds = at_table(games=games, days=tuple(days))
    return tuple(
        ServedDay(
            people=people,
            guests={service: guests * beds[day].factor
                    for service, guests in page.served.get(day, {}).items()},
        )
        for day, people in days.items()
    )  # fmt: skip


def _whole(row: HallRow) -> Steps:
    """Return people of each quarter of an hour of today, those to come by the forecast."""
    return (*(n for _, n in row.seen), *(n for _, n, _, _ in row.ahead))


def _meal(meal: MealRow, come: float, is_over: bool) -> MealRow:  # noqa: FBT001 - one caller
    factor = come / meal.served if meal.served else 1.0
    return replace(
        meal, come=round(come), is_over=is_over,
        dishes=tuple(replace(dish, now=round(dish.portions * factor)) for dish in meal.dishes),
    )  # fmt: skip
