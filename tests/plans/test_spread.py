"""Work that is spread gives the same answers, in order, wherever it is worked on."""

import os
import sys
import time
from importlib.util import find_spec
from typing import Any

import pytest

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.solve.crew import worker_of
from sportsbrain.brain.timetable.solve.search import Search
from sportsbrain.plans.jobs import HERE, LOCAL, Crew, SpreadError, spread
from sportsbrain.vocabulary.planning import Stop
from tests.brain.small import tournament
from tests.plans.work import dies, square, trouble


def test_answers_come_in_order_from_other_processes() -> None:
    found = list(spread(square, range(20), workers=2))
    assert [answer for answer, _ in found] == [n * n for n in range(20)]
    assert os.getpid() not in {pid for _, pid in found}


def test_one_worker_is_this_process() -> None:
    assert {pid for _, pid in spread(square, range(3), workers=1)} == {os.getpid()}


def test_trouble_of_one_is_told() -> None:
    with pytest.raises(ValueError, match="no 0"):
        list(spread(trouble, range(4), workers=2, address=LOCAL))


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(SpreadError, match="has died"):
        list(spread(dies, range(4), workers=2))


def test_a_cluster_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["sportsbrain.plans.jobs.spread"]  # its function has the same name
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(SpreadError, match=r"pip install sportsbrain\[scale\]"):
        list(spread(square, range(2), address=HERE))


needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="no Ray: sportsbrain[scale]")


@needs_ray
def test_ray_gives_the_same_answers() -> None:
    far = [answer for answer, _ in spread(square, range(30), workers=2, address=HERE)]
    assert far == [n * n for n in range(30)]


@needs_ray
def test_disciplines_are_planned_side_by_side_on_ray() -> None:
    problem = tournament()
    crews: list[Crew] = []

    def far(index: Any, bounds: Any, *, is_deterministic: bool) -> Any:
        assert not is_deterministic
        crews.append(Crew(worker_of, (index.problem, bounds), address=HERE, workers=2))
        return crews[0]

    stop = Stop(seconds=2.0, gap=0.0, rounds=0, deterministic=False)
    search = Search(problem, seed=1, stop=stop, clock=time.monotonic, crew=far)
    for _ in search.run(None):
        pass
    plan = search.timetable()
    score = check(problem, plan.start_of())
    assert score.faults == ()
    assert plan.bound <= score.objective
    assert crews[0].size == 2
