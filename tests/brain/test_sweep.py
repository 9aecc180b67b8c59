"""Days that could be: more people wait longer, fewer lanes too; nothing else changes."""

import pytest

from sportsbrain.brain.crowd.parameters import GREEN_GUIDE
from sportsbrain.brain.crowd.sweep import Scenario, Task, answered, changed, scenarios
from tests.brain.test_crowd import venue

pytestmark = pytest.mark.brain


def test_every_combination_once_in_order() -> None:
    found = scenarios(people=(1.0, 1.2), late_minutes=(0.0,), lanes=(0.5, 1.0))
    assert [(one.people, one.lanes) for one in found] == [(1, 0.5), (1, 1), (1.2, 0.5), (1.2, 1)]


def test_a_scenario_changes_what_it_says_and_nothing_else() -> None:
    problem = venue()
    assert changed(problem, Scenario()) == problem
    other = changed(problem, Scenario(people=2.0, late_minutes=10, lanes=0.5))
    for before, after in zip(problem.arrivals, other.arrivals, strict=True):
        assert after.people == tuple(2 * n for n in before.people)
        assert after.starts_at == before.starts_at + 600
    for way, changed_way in zip(problem.entrances, other.entrances, strict=True):
        assert changed_way.gates == way.gates
        for mine, theirs in zip(way.screening, changed_way.screening, strict=True):
            assert theirs.open_lanes == tuple(max(1, n // 2) if n else 0 for n in mine.open_lanes)


def test_more_people_wait_longer_and_the_same_seed_says_the_same() -> None:
    def ask(people: float) -> Task:
        return Task(ingress=venue(), scenario=Scenario(people=people), walk=GREEN_GUIDE, days=5,
                    seed=3)  # fmt: skip

    usual, more = answered(ask(1.0)), answered(ask(1.4))
    assert more.wait_p95 > usual.wait_p95
    assert more.share_kept <= usual.share_kept
    assert answered(ask(1.0)) == usual
