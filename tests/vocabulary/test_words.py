"""The words check themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.vocabulary.planning import Stop, relative_gap
from sportsbrain.vocabulary.rsc import Rsc, RscError, compose
from sportsbrain.vocabulary.windows import Window, without

TEXT = st.text("ABCDEFGHIJ0123456789", min_size=1)


def test_an_rsc_is_sliced_by_position() -> None:
    rsc = Rsc(text="SWMW4X100MFR----------HEAT000100--")
    assert (rsc.discipline, rsc.gender, rsc.event) == ("SWM", "W", "SWMW4X100MFR")
    assert rsc.phase_part == "HEAT"
    assert not rsc.names_whole_phase
    assert Rsc(text="CSPMK4-500M-----------FNL---------").event == "CSPMK4-500M"


@pytest.mark.parametrize("text", ["", "SWM", "X" * 33, "X" * 35, " " + "X" * 33])
def test_what_is_no_rsc_is_refused(text: str) -> None:
    with pytest.raises(RscError):
        Rsc(text=text)


@given(event=TEXT.filter(lambda t: len(t) <= 18), unit=TEXT.filter(lambda t: len(t) <= 8))
def test_parts_come_back_from_a_composed_rsc(event: str, unit: str) -> None:
    rsc = Rsc(text=compose(discipline="JUD", gender="M", event=event, phase="FNL-", unit=unit))
    assert rsc.event == f"JUDM{event}"
    assert rsc.phase_part == "FNL"


def test_a_closure_is_cut_out_of_windows() -> None:
    day = Window(starts_at=10, ends_before=20)
    assert without([day], Window(starts_at=12, ends_before=15)) == (
        Window(starts_at=10, ends_before=12),
        Window(starts_at=15, ends_before=20),
    )
    assert without([day], Window(starts_at=5, ends_before=25)) == ()
    assert without([day], Window(starts_at=20, ends_before=25)) == (day,)


def test_a_gap_is_relative_to_the_objective() -> None:
    assert relative_gap(objective=200, bound=150) == 0.25
    assert relative_gap(objective=0, bound=0) == 0


def test_a_deterministic_run_is_ended_by_rounds() -> None:
    with pytest.raises(ValueError, match="rounds"):
        Stop(deterministic=True)
