"""People one by one through a drawn area: only where JuPedSim is installed, and calibrated."""

import pytest

from sportsbrain.brain.crowd.micro import Area, simulate_area
from sportsbrain.brain.crowd.parameters import GREEN_GUIDE, LAB
from sportsbrain.brain.crowd.problem import ProblemError

ROOM = {
    "outline": ((0, -5), (8, -5), (8, -1), (10, -1), (10, 1), (8, 1), (8, 5), (0, 5)),
    "stands": ((0, -5), (7, -5), (7, 5), (0, 5)),
    "exit": ((9.5, -1), (10, -1), (10, 1), (9.5, 1)),
    "people": 40,
}


def test_a_set_without_calibration_and_a_narrow_opening_are_refused() -> None:
    with pytest.raises(ProblemError, match=r"below 1\.2 m"):
        Area(narrowest=0.8, **ROOM)  # type: ignore[arg-type]  # one dictionary of several types
    with pytest.raises(ProblemError, match="not calibrated"):
        simulate_area(Area(narrowest=2.0, **ROOM), GREEN_GUIDE, seed=1, seconds_max=60.0)  # type: ignore[arg-type]  # as above


def test_a_room_empties_about_as_fast_as_doors_in_the_laboratory() -> None:
    pytest.importorskip("jupedsim", reason="JuPedSim is not installed: sportsbrain[micro]")
    found = simulate_area(Area(narrowest=2.0, **ROOM), LAB, seed=1, seconds_max=120.0)  # type: ignore[arg-type]  # as above
    assert not found.is_jammed
    assert found.flow is not None
    assert 3.0 < found.flow < 5.0
