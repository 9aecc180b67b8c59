"""What gates have counted corrects the forecast; what can't be known is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.brain.crowd.nowcast import BIN, Expected, nowcast
from sportsbrain.brain.crowd.problem import ProblemError

pytestmark = pytest.mark.brain
BINS = 42
SHARES = np.exp(-0.5 * ((np.arange(BINS) - 27) / 7.0) ** 2)
COMES = tuple(20_000 * SHARES / SHARES.sum())
EXPECTED = Expected(starts_at=0.0, comes=COMES, serves=(1000.0,) * BINS)


def a_day(share: float, late_bins: int, serves: float = 1000.0) -> tuple[list[float], list[float]]:
    """Return counts at the gates and queues of a day with more people, later; no chance in it."""
    comes = np.roll(np.asarray(COMES) * share, late_bins)
    waiting, counts, queues = 0.0, [], []
    for people in comes:
        there = waiting + people
        counts.append(min(there, serves))
        waiting = there - counts[-1]
        queues.append(waiting)
    return counts, queues


def test_before_any_count_it_is_the_forecast() -> None:
    found = nowcast(EXPECTED, (), seed=1)
    assert found.bins == 0
    assert found.attendance.low < 20_000 < found.attendance.high
    assert found.attendance.middle == pytest.approx(20_000, rel=0.02)
    assert len(found.queue) == BINS


@pytest.mark.parametrize(("share", "late"), [(1.1, 0), (0.92, 0), (1.0, 2), (1.05, -2)])
def test_counts_bring_the_peak_nearer_to_what_comes(share: float, late: int) -> None:
    counts, queues = a_day(share, late)
    usual = max(a_day(1.0, 0)[1])
    now = 24
    found = nowcast(EXPECTED, tuple(counts[:now]), seed=1)
    peak = max(queues[now:])
    assert abs(found.peak.middle - peak) < 0.9 * abs(usual - peak) + 120
    assert found.peak.low <= peak <= found.peak.high


def test_while_gates_are_full_it_says_so_and_stays_unsure() -> None:
    counts, _ = a_day(1.15, 0)
    open_ = nowcast(EXPECTED, tuple(counts[:15]), seed=1)
    full = nowcast(EXPECTED, tuple(counts[:27]), seed=1)
    assert not open_.is_full
    assert full.is_full
    assert full.to_come.high > full.to_come.low


def test_missing_doubled_and_impossible_counts_are_left_out() -> None:
    counts: list[float | None] = list(a_day(1.0, 0)[0][:24])
    clean = nowcast(EXPECTED, tuple(counts), seed=1)
    counts[5], counts[9], counts[12], counts[20] = None, -40.0, 1e7, float("nan")
    found = nowcast(EXPECTED, tuple(counts), seed=1)
    assert (clean.left_out, found.left_out) == (0, 4)
    assert found.peak.middle == pytest.approx(clean.peak.middle, rel=0.35, abs=200)


def test_lanes_that_are_slower_are_seen() -> None:
    slow, queues = a_day(1.0, 0, serves=850.0)
    found = nowcast(EXPECTED, tuple(slow[:27]), seed=1)
    assert found.peak.high > 1.15 * max(a_day(1.0, 0)[1])
    assert found.peak.low < max(queues[27:]) < 1.5 * found.peak.high


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(allow_infinity=True)), max_size=BINS))
def test_no_counts_make_it_fail(counts: list[float | None]) -> None:
    found = nowcast(EXPECTED, tuple(counts), seed=1, particles=200)
    assert found.to_come.low >= 0
    assert all(band.low <= band.high for band in found.queue)
    assert found == nowcast(EXPECTED, tuple(counts), seed=1, particles=200)


def test_more_counts_than_bins_and_lanes_without_bins_are_said() -> None:
    with pytest.raises(ProblemError, match="43 counts of 42 bins"):
        nowcast(EXPECTED, (0.0,) * (BINS + 1), seed=1)
    with pytest.raises(ProblemError, match="2 bins of people, 1 of lanes"):
        Expected(starts_at=0.0, comes=(1.0, 1.0), serves=(1.0,))
    assert BIN == 300.0
