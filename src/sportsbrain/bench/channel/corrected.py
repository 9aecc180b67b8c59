"""A wrong medal corrected: how long until page, delta and data are right, and what history says."""

import json
import pathlib
import time
from collections.abc import Callable
from typing import Any

from sportsbrain.bench.channel.processes import fetched, free_port, own_words, started
from sportsbrain.bench.channel.visible import a_final, now_of, tell
from sportsbrain.bench.rows import BenchRow
from sportsbrain.channel.jobs.journal import Follower
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.queries import history_of, public_facts

PATIENCE = 20.0


def corrected(games: GamesRow, folder: pathlib.Path) -> list[BenchRow]:
    """Return the rows of line 6."""
    published = folder / "live"
    port = free_port()
    unit, order = a_final(games)
    facts = public_facts(games_id=games.id)
    event = next(str(row["event"]) for row in facts.units if row["code"] == unit)
    wrong, right = order[1], order[2]
    serve = own_words("channel", "serve", "--folder", str(published), "--port", str(port))
    publish = own_words("channel", "publish", "--games", games.code, "--folder", str(published),
                        "--languages", "en")  # fmt: skip
    follower = Follower(published / games.code / "deltas", kept=1)
    with started(publish, says=b"publishing"), started(serve, port=port):
        tell(games, unit, order, ResultStatus.OFFICIAL)
        _until(lambda: _silver(port, games.code, event) == wrong)
        list(follower.follow())
        began = time.monotonic()
        tell(games, unit, [order[0], right, order[3], wrong], ResultStatus.OFFICIAL,
             "lane infringement of the second")  # fmt: skip
        times = {
            "delta": _until(lambda: _told(follower, event, right)) - began,
            "data": _until(lambda: _silver(port, games.code, event) == right) - began,
            "page of the event": _until(lambda: _shown(port, games.code, event, right)) - began,
        }
    said = history_of(games_id=games.id, table="medals")
    return [
        *(BenchRow(line=6, case=f"a wrong silver corrected: {name} right after",
                   value=seconds, unit="s", target=5.0) for name, seconds in times.items()),
        BenchRow(line=6, case="the history says who and why", unit="", op="==", target=1.0,
                 value=float(any("lane infringement" in json.dumps(row.after)
                                 and "bench" in row.fact_source for row in said))),
    ]  # fmt: skip


def _until(is_so: Callable[[], bool]) -> float:
    ends = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < ends:
        time.sleep(0.02)
    return time.monotonic()


def _silver(port: int, code: str, event: str) -> str:
    medals: list[dict[str, Any]] = now_of(port, code)["events"].get(event, [])
    return next((m["competitor"] for m in medals if m["kind"] == "SILVER"), "")


def _told(follower: Follower, event: str, right: str) -> bool:
    return any(
        one.delta.event == "m" and one.delta.body["m"] == event
        and {"SILVER": right}.items() <= {
            m["kind"]: m["competitor"] for m in one.delta.body["medals"]
        }.items()
        for one in follower.follow()
    )  # fmt: skip


def _shown(port: int, code: str, event: str, right: str) -> bool:
    text = fetched(f"http://127.0.0.1:{port}/{code}/en/event/{event}/")[1].decode()
    silver = text.partition('class="medal SILVER"')[2].partition("</li>")[0]
    return f"/athlete/{right}/" in silver
