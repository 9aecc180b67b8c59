"""The demand of the Games reads what the arrivals plan says of the ports."""

from typing import Any

import pytest

from sportsbrain.brain.demand.check import check
from sportsbrain.brain.demand.solve import solve
from sportsbrain.plans.actions import Draft, draft_version, publish_version
from sportsbrain.transport.planning.demand import build_demand
from sportsbrain.vocabulary.planning import Order, Stop
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def test_who_comes_and_goes_is_at_the_ports_in_the_demand(small_games: Any) -> None:
    before = build_demand(games=small_games, order=Order())
    items = {
        "attendances": [["F1 AIR", "arrival", "arrivals", "AIR", -86400 * 3, 120],
                        ["F2 AIR", "departure", "departures", "AIR", 86400 * 20, 80]],
        "curves": [["arrivals", "arrival", [[0, 1.0]], [[2, 0.5], [3, 0.5]]],
                   ["departures", "departure", [[12, 0.5], [10, 0.5]], [[0, 1.0]]]],
    }  # fmt: skip
    draft = Draft(planner="arrivals", title="t", problem_hash="x", seed=1, solver="t",
                  objective=0, bound=0, terms=[], faults=[], items=items)  # fmt: skip
    number = draft_version(games_id=small_games.id, draft=draft, actor="t", run_id=None, now=NOW)
    publish_version(games_id=small_games.id, planner="arrivals", number=number, actor="t", now=NOW)
    built = build_demand(games=small_games, order=Order())
    assert built.problem.places == (*before.problem.places, "AIR")
    steps = solve(built.problem, seed=1, stop=Stop(), clock=lambda: 0.0)
    next(steps)
    try:
        next(steps)
    except StopIteration as end:
        profile = end.value
    assert check(built.problem, profile).faults == ()
    at_port = {f.client_group: f for f in profile.flows if f.place == "AIR"}
    assert at_port["arrivals"].comes.values == (120.0,)
    assert at_port["departures"].comes.total == 80
    assert at_port["departures"].comes.starts_at == 86400 * 20 - 12 * 900
