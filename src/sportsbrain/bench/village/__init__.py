"""The village: what issue 7 asks it to show, each line beside its peer or its limit."""

import pathlib
import tempfile
from collections.abc import Callable

from sportsbrain.bench.database import own_server
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.village import bus, day, earnings, forecasts, killed, passes, rates, writers


def bench_village(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of issue 7 that are built."""
    del games_code, data
    rows: list[BenchRow] = []
    with own_server():
        games = bus.bench_games()
        on_progress("eight writers on the same beds")
        rows += writers.writers(games.id, min(seconds, 6.0))
        on_progress("eight writers on the same scarce things")
        rows += writers.scarce(games.id, min(seconds, 6.0))
        on_progress("a hundred thousand passes")
        rows += passes.passes()
        on_progress("forecasts of halls and of energy")
        rows += forecasts.forecasts()
        on_progress("what the village earns: twenty seeds, six ways of selling")
        rows += earnings.earnings(on_progress)
        if bus.MOSQUITTO is None:
            on_progress("no Mosquitto here: what devices say is left out")
            return sorted([*rows, *day.day(on_progress)], key=lambda row: row.line)
        with tempfile.TemporaryDirectory(prefix="sb-") as place:
            folder = pathlib.Path(place) / "broker"
            port = bus.make_broker(folder)
            on_progress("60,000 messages, the ingest killed three times, the broker once")
            rows += killed.killed(games.id, folder, port)
            on_progress("rates beside mosquitto_sub, COPY and aiomqtt")
            rows += rates.rates(folder, port, on_progress)
        on_progress("a day of 14,500 people, four minutes long")
        rows += day.day(on_progress)
    return sorted(rows, key=lambda row: row.line)
