"""From the moment a result is recorded to an open page: a thousand listeners and a browser."""

import datetime as dt
import json
import pathlib
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from sportsbrain.bench.channel.processes import (
    cpu_seconds,
    fetched,
    free_port,
    own_place,
    own_words,
    started,
)
from sportsbrain.bench.rows import BenchRow
from sportsbrain.channel.actions import tell_results
from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.feeds.tables.reference import reference_games
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.queries import public_facts

LISTENERS, RESULTS = 1_000, 60


def bench_games() -> GamesRow:
    """Return the small reference Games in the bench's database."""
    reference_games("small")
    games = get_games(code="REFS1")
    assert games is not None  # noqa: S101  # just made
    return games


def a_final(games: GamesRow) -> tuple[str, list[str]]:
    """Return a final by ranks and eight who may be in it."""
    facts = public_facts(games_id=games.id)
    bronzes = {row["event"] for row in facts.units if row["medal"] == "3"}
    final = next(row for row in facts.units if row["medal"] == "1" and row["event"] not in bronzes)
    people = [row["code"] for row in facts.competitors if not row.get("is_team")]
    return str(final["code"]), people[:8]


def tell(
    games: GamesRow, unit: str, order: list[str], status: ResultStatus, reason: str = ""
) -> None:
    """Record a result as an operator does."""
    tell_results(
        games=games, unit=unit, status=status, actor="bench", now=dt.datetime.now(dt.UTC),
        reason=reason,
        results=[ResultFact(competitor=code, rank=n, value=f"4{n}.00", start_order=str(n))
                 for n, code in enumerate(order, 1)],
    )  # fmt: skip


def visible(games: GamesRow, folder: pathlib.Path) -> list[BenchRow]:
    """Return the rows of line 2."""
    published = folder / "live"
    port = free_port()
    unit, order = a_final(games)
    tell(games, unit, order, ResultStatus.START_LIST)
    publish = own_words("channel", "publish", "--games", games.code, "--folder", str(published),
                        "--languages", "en")  # fmt: skip
    subprocess.run([*publish, "--once"], check=True, stdout=subprocess.DEVNULL, env=own_place())  # noqa: S603  # words of this bench
    serve = own_words("channel", "serve", "--folder", str(published), "--port", str(port))
    with (
        started(publish, says=b"publishing") as publisher,
        started(serve, port=port) as server,
    ):
        heard = _heard(games, port, unit, order)
        seen = _seen_by_browser(games, port, unit, order)
        used = cpu_seconds(publisher.pid), cpu_seconds(server.pid)
    rows = [
        BenchRow(line=2, case=f"recorded to received, {LISTENERS:,} clients, p50",
                 value=1000 * heard["p50"], unit="ms"),
        BenchRow(line=2, case=f"recorded to received, {LISTENERS:,} clients, p99",
                 value=1000 * heard["p99"], unit="ms", target=1000.0),
        BenchRow(line=2, case="clients that saw every result once", value=heard["whole"],
                 unit="clients", op="==", target=float(LISTENERS)),
        BenchRow(line=2, case="CPU of publisher while it lasted", value=used[0], unit="s"),
    ]  # fmt: skip
    if seen:
        ordered = sorted(seen)
        rows.append(BenchRow(line=2, case=f"recorded to visible in a browser, worst of {len(seen)}",
                             value=1000 * ordered[-1], unit="ms", target=1000.0))  # fmt: skip
    return rows


def _heard(games: GamesRow, port: int, unit: str, order: list[str]) -> dict[str, float]:
    """Record results while a thousand listen; times are taken from before the transaction."""
    path = f"/live?g={games.code}&t=unit-{unit}"
    words = [sys.executable, "-m", "sportsbrain.rehearsal.fans", str(port), path,
             str(LISTENERS), str(RESULTS), "versions"]  # fmt: skip
    crowd = subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)  # noqa: S603  # words of this bench
    assert crowd.stdout is not None  # noqa: S101  # asked for above
    assert crowd.stdin is not None  # noqa: S101  # asked for above
    crowd.stdout.readline()
    sent = []
    for n in range(RESULTS):
        turned = order[n % 8 :] + order[: n % 8]
        sent.append(time.monotonic())
        tell(games, unit, turned, ResultStatus.LIVE)
        time.sleep(0.25)
    seen: dict[str, Any] = json.loads(crowd.stdout.readline())
    crowd.wait(30)
    times = sorted(
        came - sent[n] for arrivals in seen["arrivals"] for n, came in enumerate(arrivals)
    )
    return {"p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)],
            "whole": seen["whole"]}  # fmt: skip


def _seen_by_browser(games: GamesRow, port: int, unit: str, order: list[str]) -> list[float]:
    """Return the seconds until a browser's open page shows each of some results; none without."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return []
    chromium = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser")
                     if pathlib.Path(p).exists()), "")  # fmt: skip
    if not chromium:
        return []
    found = []
    with ThreadPoolExecutor(1) as desk, sync_playwright() as player:  # it holds this thread's loop
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/{games.code}/en/unit/{unit}/")
        page.wait_for_timeout(1000)
        for n in range(8):
            first = order[(n + 3) % 8]
            turned = order[(n + 3) % 8 :] + order[: (n + 3) % 8]
            began = time.monotonic()
            desk.submit(tell, games, unit, turned, ResultStatus.LIVE).result()
            page.wait_for_selector(f"tbody tr:first-child[data-c='{first}']", timeout=10_000)
            found.append(time.monotonic() - began)
            time.sleep(0.3)
        browser.close()
        desk.submit(connections.close_all).result()
    return found


def now_of(port: int, code: str) -> dict[str, Any]:
    """Return the medals as they are served."""
    found: dict[str, Any] = json.loads(fetched(
        f"http://127.0.0.1:{port}/{code}/data/medals.json"
    )[1])  # fmt: skip
    return found
