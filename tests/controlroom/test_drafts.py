"""Where nothing is in force a what-if begins from the newest draft that was made from the facts."""

import time
from typing import Any

from sportsbrain.controlroom import actions, queries
from sportsbrain.controlroom.jobs import answer_now
from sportsbrain.plans.queries import number_in_force
from sportsbrain.vocabulary.changes import HallSeats
from sportsbrain.vocabulary.planning import Order
from tests.conftest import NOW
from tests.plans.test_chain import carried_out


def test_a_draft_for_a_change_is_no_base_of_the_next_question(small_games: Any) -> None:
    for planner in ("rooms", "meals"):
        carried_out(small_games, planner, Order(seconds=1.0), time.monotonic)
    base = queries.base_of(games=small_games)
    change = HallSeats(hall="Riverside hall", share=0.5)
    first = answer_now(games=small_games, changes=(change,), title="", actor="t")
    assert queries.base_of(games=small_games) == base
    actions.approve_what_if(games=small_games, number=first.number, actor="t", now=NOW)
    part = first.part("meals")
    assert part is not None
    assert number_in_force(games_id=small_games.id, planner="meals") == part["after"]
