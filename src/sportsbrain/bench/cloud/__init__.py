"""The cloud beneath: what issue 9 asks it to show, as far as it is built."""

import pathlib
from collections.abc import Callable

from sportsbrain.bench.capacity import SIZES, rows_of
from sportsbrain.bench.capacity.measure import measure
from sportsbrain.bench.capacity.model import asked_by, capacity, prices_of
from sportsbrain.bench.cloud import copies, failover, rolling, sweeps
from sportsbrain.bench.rows import BenchRow


def bench_cloud(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of issue 9 that are built."""
    del games_code, data, seconds
    on_progress("a standby takes over while people buy")
    rows = failover.failover()
    on_progress("copies while people buy, and back")
    rows += copies.copies()
    on_progress("a release comes while people work")
    rows += rolling.rolling()
    on_progress("64 scenarios, here and on Ray")
    rows += sweeps.sweeps()
    costs, prices = measure(on_progress), prices_of(None)
    found = [capacity(asked_by(size), costs, prices) for size in SIZES]
    return sorted([*rows, *rows_of(costs, found)], key=lambda row: row.line)
