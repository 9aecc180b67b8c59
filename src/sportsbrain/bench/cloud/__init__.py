"""The cloud beneath: what issue 9 asks it to show, as far as it is built."""

import pathlib
from collections.abc import Callable

from sportsbrain.bench.cloud import copies, failover, rolling
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
    return rows + rolling.rolling()
