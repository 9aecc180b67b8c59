"""A wrong medal corrected: how long until page, delta and data are right, and what history says."""

import json
import pathlib
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from sportsbrain.bench.channel.processes import fetched, free_port, own_words, started
from sportsbrain.bench.channel.visible import a_final, now_of, tell
from sportsbrain.bench.rows import BenchRow
from sportsbrain.channel.jobs.journal import Follower
from sportsbrain.channel.queries import subscriptions_count
from sportsbrain.committee.queries import GamesRow
from sportsbrain.rehearsal.push_service import Service, push_service
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.queries import history_of, public_facts

PATIENCE = 20.0
BROWSERS = 500


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
    notify = own_words("channel", "notify", "--games", games.code, "--folder", str(published))
    follower = Follower(published / games.code / "deltas", kept=1)
    place = {"SPORTSBRAIN_PUSH_INSIDE": "1", "SPORTSBRAIN_SIGNING_KEYS": str(folder / "keys")}
    with (
        push_service() as pushes,
        started(publish, says=b"publishing"),
        started(serve, port=port),
        started(notify, says=b"telling", place=place),
    ):
        _ask(games, port, pushes)
        tell(games, unit, order, ResultStatus.OFFICIAL)
        _until(lambda: _silver(port, games.code, event) == wrong)
        _until(lambda: len(pushes.said) >= BROWSERS)
        list(follower.follow())
        began = time.monotonic()
        tell(games, unit, [order[0], right, order[3], wrong], ResultStatus.OFFICIAL,
             "lane infringement of the second")  # fmt: skip
        times = {
            "delta": _until(lambda: _told(follower, event, right)) - began,
            "data": _until(lambda: _silver(port, games.code, event) == right) - began,
            "page of the event": _until(lambda: _shown(port, games.code, event, right)) - began,
            f"push, the last of {BROWSERS:,} browsers": _until(lambda: _pushed(pushes)) - began,
        }
        wrongly = sum(body.startswith("Gold") for body in pushes.said[BROWSERS:])
    said = history_of(games_id=games.id, table="medals")
    return [
        *(BenchRow(line=6, case=f"a wrong silver corrected: {name} right after",
                   value=seconds, unit="s", target=5.0) for name, seconds in times.items()),
        BenchRow(line=6, case="browsers told the first word again instead of the correction",
                 unit="", op="==", target=0.0, value=float(wrongly)),
        BenchRow(line=6, case="the history says who and why", unit="", op="==", target=1.0,
                 value=float(any("lane infringement" in json.dumps(row.after)
                                 and "bench" in row.fact_source for row in said))),
    ]  # fmt: skip


def _ask(games: GamesRow, port: int, pushes: Service) -> None:
    """Ask as browsers do, and wait until the notifier has heard them all."""
    for n in range(BROWSERS):
        asked = {**pushes.subscription(f"{n}"), "language": "en", "kinds": ["medal"],
                 "follows": ["all"]}  # fmt: skip
        wanted = urllib.request.Request(  # our own server
            f"http://127.0.0.1:{port}/{games.code}/push", data=json.dumps(asked).encode(),
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        urllib.request.urlopen(wanted, timeout=10).read()  # noqa: S310  # our own server
    _until(lambda: subscriptions_count(games_id=games.id) == BROWSERS)


def _pushed(pushes: Service) -> bool:
    return sum(body.startswith("Corrected") for body in pushes.said) == BROWSERS


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
