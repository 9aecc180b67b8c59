"""The channel: what issue 8 asks it to show, each line beside its peer or its limit."""

import pathlib
import tempfile
from collections.abc import Callable

from sportsbrain.bench.channel import (
    corrected,
    failover,
    fanout,
    looks,
    reads,
    replayed,
    visible,
)
from sportsbrain.bench.database import own_server
from sportsbrain.bench.rows import BenchRow


def bench_channel(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of issue 8 that are built."""
    del games_code
    rows: list[BenchRow] = []
    with tempfile.TemporaryDirectory(prefix="sb-") as place:
        folder = pathlib.Path(place)
        folder.chmod(0o755)  # nginx reads it under its own user
        on_progress("ten thousand listeners, our hub and nchan in turn")
        rows += fanout.fanout(folder, round(max(10.0, min(seconds, 20.0))))
        on_progress("two hubs on JetStream, one killed and one stopped")
        rows += failover.failover(folder)
        on_progress("page reads beside nginx")
        rows += reads.reads(folder)
        with own_server() as crash:
            if data is None or not (data / "paris2024").is_dir():
                on_progress("no real results here (--data): line 1 is left out")
            else:
                rows += replayed.replayed(data / "paris2024", folder, on_progress)
            games = visible.bench_games()
            on_progress("a result to 1,000 listeners and a browser")
            rows += visible.visible(games, folder)
            on_progress("a wrong medal corrected")
            rows += corrected.corrected(games, folder)
            on_progress("axe-core and Lighthouse on each kind of page")
            rows += looks.looks(games, folder, on_progress)
            on_progress("PostgreSQL stopped: pages, stream and calendars go on")
            rows += reads.without_database(games.code, folder, crash)
    return sorted(rows, key=lambda row: row.line)
