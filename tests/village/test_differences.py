"""What is different between two plans of the beds, in nights and in money."""

from typing import Any

import pytest

from sportsbrain.plans.actions import Draft, draft_version
from sportsbrain.village.queries import rooms_difference
from tests.village.houses import NOW
from tests.village.test_rates import BED, card, the_games

pytestmark = pytest.mark.django_db


def test_a_what_if_says_what_empty_beds_would_earn() -> None:
    games = card(BED)

    def plan_of(items: dict[str, list[Any]]) -> int:
        made = Draft(planner="rooms", title="", problem_hash="x", seed=1, solver="t", objective=0,
                     bound=0, terms=[], faults=[], items=items)  # fmt: skip
        return draft_version(games_id=games, draft=made, actor="t", run_id=None, now=NOW)

    before = plan_of({"ann": ["A1", 0, 0, 3, "AAA"], "ben": ["B1", 0, 0, 2, "BBB"]})
    after = plan_of({"ann": ["A1", 0, 0, 2, "AAA"], "ben": ["A2", 0, 0, 2, "BBB"]})
    said = rooms_difference(games=the_games(games), before=before, after=after).figures
    found = {f.key: (f.before, f.after, f.unit) for f in said}
    # seven beds behind three doors: 2 + 2 + 4 are empty before, 4 + 4 + 7 after
    assert found["beds_to_sell"] == (8, 15, "nights")
    assert found["beds_worth"] == (8 * BED.price // 100, 15 * BED.price // 100, "EUR")
