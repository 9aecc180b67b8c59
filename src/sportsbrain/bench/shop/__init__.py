"""
The shop: what issue 6 asks it to show, each line beside its peer or its limit.

Everything that needs rows happens in a database of its own, which is dropped at the end.
"""

import pathlib
from collections.abc import Callable

from sportsbrain.bench.database import own_server
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.shop import (
    catalogue,
    events,
    interleavings,
    line,
    money,
    rates,
    reads,
    rivals,
    season,
)


def bench_shop(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of issue 6 that are built."""
    del games_code
    each = min(seconds, 5.0)
    with own_server() as crash:
        games = rates.bench_games()
        on_progress("a drop, its intake killed five times and PostgreSQL crashed twice")
        rows = rates.drop(games, crash)
        on_progress("ten thousand interleavings")
        rows += interleavings.interleavings(games.id)
        found = rates.rates(games, each, on_progress)
        (ours,) = [
            row.value or 0.0 for row in found if row.case.startswith("purchases, 16 waiting, one")
        ]
        rows += found + rivals.rivals(ours, each, on_progress)
        on_progress("a hundred thousand in the line")
        rows += line.line(games)
        on_progress("every permutation of the events of a payment")
        rows += events.events(data)
        on_progress("a product page, read by everybody")
        rows += reads.reads()
        on_progress("ten thousand products")
        rows += catalogue.catalogue()
    on_progress("a million orders")
    rows += money.money(on_progress)
    on_progress("a season of 134 stores")
    rows += season.season()
    return sorted(rows, key=lambda row: row.line)
