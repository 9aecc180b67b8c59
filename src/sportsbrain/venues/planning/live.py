"""Correct the forecast of a venue by what its gates counted, and say which lanes to open."""

import math
from dataclasses import dataclass
from typing import Any

from sportsbrain.brain.crowd.nowcast import BIN, Band, Expected, Nowcast, nowcast
from sportsbrain.vocabulary.series import QUARTER

SPEED = 1.2  # metres a second from the hub to the queue: of the walk set that forecasts
LOOK_AHEAD_BINS = 12
READY_SECONDS = 600.0  # until staff stand at a lane that somebody asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """
    What to do.

    ``first`` and ``last`` are the lanes to open at ``at``; 0 when none is left and arrivals have
    to be held back. ``wait_minutes`` is of one day in ten, ``usual_minutes`` of the middle one.
    """

    at: float
    first: int
    last: int
    wait_minutes: int
    usual_minutes: int
    wait_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """
    What counts say of the coming hours of a venue, in seconds from the epoch of its plan.

    ``queue`` is by bin of five minutes from ``counted_until`` on; ``is_full``: gates let through
    all they can, so that the number still to come can't be seen.
    """

    starts_at: float
    counted_until: float
    queue: tuple[Band, ...]
    peak: Band
    peak_at: float
    to_come: Band
    attendance: Band
    planned_people: float
    lanes_now: int
    is_full: bool
    left_out: int
    advice: Advice | None

    def ahead(self, minutes: int) -> Band | None:
        """Return the queue so many minutes from the last count; None after the day."""
        n = round(60 * minutes / BIN) - 1
        return self.queue[n] if 0 <= n < len(self.queue) else None


def first_bin(row: dict[str, Any]) -> float:
    """Return when the first bin of a site begins: with its first quarter."""
    return float(row["curves"]["starts_at"])


def bins_of(row: dict[str, Any]) -> int:
    """Return how many bins a site has."""
    return int(len(row["curves"]["lanes"]) * QUARTER // BIN)


def expected_of(
    row: dict[str, Any], opened: dict[int, int], rules: dict[str, Any]
) -> tuple[Expected, list[int]]:
    """Return what is expected of a site, and the lanes of each bin: planned, or as reported."""
    start, bins = first_bin(row), bins_of(row)
    comes = [0.0] * bins
    late = float(row["walk"]) / SPEED
    for at, people in row["comes"]:
        for part in range(int(QUARTER // BIN)):
            n = int((at + part * BIN + late - start) // BIN)
            if 0 <= n < bins:
                comes[n] += people * BIN / QUARTER
    lanes, reported = [], None
    for n in range(bins):
        reported = opened.get(n, reported)
        planned = row["curves"]["lanes"][int(n * BIN // QUARTER)]
        lanes.append(planned if reported is None else reported)
    own = rules["nowcast"]
    expected = Expected(
        starts_at=start,
        comes=tuple(comes),
        serves=tuple(count * BIN / row["headway"] for count in lanes),
        attendance=own["attendance"],
        shift=own["shift_minutes"],
        stretch=own["stretch"],
        rate=own["rate"],
    )
    return expected, lanes


def expect(
    row: dict[str, Any],
    *,
    counts: tuple[float | None, ...],
    opened: dict[int, int],
    rules: dict[str, Any],
    seed: int,
) -> Expectation:
    """
    Return what the counts of the bins so far say of the rest of the day.

    ``opened`` gives the lanes that were reported open from a bin on; else those of the plan are.
    """
    expected, lanes = expected_of(row, opened, rules)
    counts = counts[: len(lanes)]
    found = nowcast(expected, counts, seed=seed)
    now = len(counts)
    return Expectation(
        starts_at=expected.starts_at,
        counted_until=expected.starts_at + BIN * now,
        queue=found.queue,
        peak=found.peak,
        peak_at=found.peak_at,
        to_come=found.to_come,
        attendance=found.attendance,
        planned_people=sum(expected.comes),
        lanes_now=lanes[min(now, len(lanes) - 1)],
        is_full=found.is_full,
        left_out=found.left_out,
        advice=_advice(row, found, lanes, now, rules),
    )


def _advice(
    row: dict[str, Any], found: Nowcast, lanes: list[int], now: int, rules: dict[str, Any]
) -> Advice | None:
    """Return the fewest more lanes that keep the promise against a queue of one day in ten."""
    start, promise = first_bin(row), 60.0 * rules["promise_minutes"]
    for k, band in enumerate(found.queue[:LOOK_AHEAD_BINS]):
        n = min(now + k + 1, len(lanes) - 1)
        open_then = max(1, lanes[n])
        wait = band.high * row["headway"] / open_then
        if wait <= promise:
            continue
        at = start + BIN * math.ceil((now * BIN + READY_SECONDS) / BIN)
        end = start + BIN * (now + k + 1)
        too_many = band.high - promise * open_then / row["headway"]
        seconds = max(BIN, end - at)
        more = math.ceil(too_many * row["headway"] / (seconds + promise))
        left = int(row["lanes_max"]) - open_then
        opens = min(more, left)
        return Advice(
            at=at,
            first=open_then + 1 if opens > 0 else 0,
            last=open_then + opens if opens > 0 else 0,
            wait_minutes=round(wait / 60),
            usual_minutes=round(band.middle * row["headway"] / open_then / 60),
            wait_at=end,
        )
    return None
