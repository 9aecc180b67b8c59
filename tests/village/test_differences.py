"""What is different between two plans of the beds, in nights and in money."""

import datetime as dt
from typing import Any

import pytest

from sportsbrain.plans.actions import Draft, draft_version
from sportsbrain.village.planning import rooms_difference
from sportsbrain.village.planning.energy import energy_a_night
from tests.village.houses import NOW, a_wish, day, houses, settled
from tests.village.test_life import counted
from tests.village.test_rates import BED, card, the_games

pytestmark = pytest.mark.django_db


def plan_of(games: int, items: dict[str, list[Any]]) -> int:
    made = Draft(planner="rooms", title="", problem_hash="x", seed=1, solver="t", objective=0,
                 bound=0, terms=[], faults=[], items=items)  # fmt: skip
    return draft_version(games_id=games, draft=made, actor="t", run_id=None, now=NOW)


def test_a_what_if_says_what_empty_beds_would_earn() -> None:
    games = card(BED)
    before = plan_of(games, {"ann": ["A1", 0, 0, 3, "AAA"], "ben": ["B1", 0, 0, 2, "BBB"]})
    after = plan_of(games, {"ann": ["A1", 0, 0, 2, "AAA"], "ben": ["A2", 0, 0, 2, "BBB"]})
    said = rooms_difference(games=the_games(games), before=before, after=after).figures
    found = {f.key: (f.before, f.after, f.unit) for f in said}
    # seven beds behind three doors: 2 + 2 + 4 are empty before, 4 + 4 + 7 after
    assert found["beds_to_sell"] == (8, 15, "nights")
    assert found["beds_worth"] == (8 * BED.price // 100, 15 * BED.price // 100, "EUR")


def test_a_what_if_says_what_energy_follows_who_sleeps_where() -> None:
    games = houses()
    people = (("ann", "A1", 0), ("amy", "A1", 1), ("cat", "B1", 0), ("eve", "B1", 1))
    settled(games, [a_wish(person, room, bed, after=day(22) if n else day(27))
                    for n, (person, room, bed) in enumerate(people)])  # fmt: skip
    # a kilowatt for each person: four until the 22nd, then one
    now = counted(games, 9, 24.0, first_day=17, more=lambda n: 4.0 if n < 5 else 1.0)
    before = plan_of(games, {"ann": ["A1", 0, 0, 3, "AAA"], "amy": ["A1", 1, 0, 2, "AAA"]})
    after = plan_of(games, {"ann": ["A1", 0, 0, 1, "AAA"]})
    own: dict[str, Any] = {"games": the_games(games), "before": before, "after": after}
    figures = rooms_difference(**own, now=now).figures
    found = {f.key: (f.before or 0.0, f.after or 0.0) for f in figures}
    # hours are means: the fit is not exact
    assert found["sleep_kwh"] == pytest.approx((5 * 24, 24), rel=0.02)
    before_cost, after_cost = found["sleep_cost"]
    assert before_cost > after_cost > 0
    # without days that were metered it is not said
    early = rooms_difference(**own, now=now - dt.timedelta(days=8)).figures
    assert "sleep_kwh" not in {f.key for f in early}


def test_where_as_many_slept_each_night_nobody_knows_what_one_uses() -> None:
    games = houses()
    settled(games)
    now = counted(games, 9, 24.0, first_day=17)
    assert energy_a_night(games=the_games(games), now=now) == {}
