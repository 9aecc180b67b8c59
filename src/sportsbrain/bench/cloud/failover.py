"""A server is killed while people buy, results and gates come in; its standby takes over."""

import asyncio
import datetime as dt
import itertools
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from sportsbrain.bench.channel.processes import free_port, own_words, started
from sportsbrain.bench.database import bench_address, own_server
from sportsbrain.bench.installation import until
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.shop.rates import intake
from sportsbrain.bench.small_games import SKU, own_games
from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.queries import GamesRow, member_id
from sportsbrain.credentials.actions import ensure_proofs, rotate_key, sign_proofs
from sportsbrain.rehearsal.buyers import Told, body_of, buy
from sportsbrain.rehearsal.doors import DoorError, Doors
from sportsbrain.rehearsal.results import Word, played_by_chance
from sportsbrain.vocabulary.proofs import Proof

BUYERS, BEFORE, AFTER = 64, 4.0, 8.0
PASSES, KIND, REST, PATIENCE = 40, "resident", 0.02, 60.0


def command(address: str, *words: str) -> str:
    """Run a command of ours on a database and return what it said."""
    done = subprocess.run(  # noqa: S603  # our own interpreter and module, no shell
        [sys.executable, "-m", "sportsbrain", *words], check=False, capture_output=True, text=True,
        env={**os.environ, "DATABASE_URL": address},
    )  # fmt: skip
    if done.returncode:
        raise LookupError(done.stderr.strip())
    return done.stdout.strip()


class Crowd(threading.Thread):
    """People who buy until they are told to end."""

    def __init__(
        self, port: int, tag: str, buyers: int = BUYERS, *, sku: str = "MASCOT",
        drop: str = "MASCOT",
    ) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.port, self.tag, self.buyers, self.sku, self.drop = port, tag, buyers, sku, drop
        self.ends = threading.Event()
        self.told = Told()

    def run(self) -> None:
        """Buy."""
        self.told = asyncio.run(
            buy(host="127.0.0.1", port=self.port, clients=self.buyers, bodies=self._wishes(),
                keeps=True, told=self.told)
        )  # fmt: skip

    def _wishes(self) -> Iterator[tuple[str, bytes]]:
        n = 0
        while not self.ends.is_set():
            n += 1
            key = f"{self.tag}-{n:09}"
            yield key, body_of(key, self.sku, drop=self.drop, is_paid=True)


class Desk(threading.Thread):
    """Somebody who says one thing after the other at a door, and notes what was taken."""

    def __init__(self, doors: Doors, said: Iterator[tuple[Any, str, dict[str, Any]]]) -> None:
        super().__init__(daemon=True)
        self.doors, self.said, self.ends = doors, said, threading.Event()
        self.taken: list[tuple[Any, Any]] = []

    def run(self) -> None:
        """Say it; what a door that is down does not take is said by the next one."""
        for key, path, body in self.said:
            if self.ends.is_set():
                return
            with suppress(DoorError, OSError, ValueError):
                self.taken.append((key, self.doors.post(path, body)))
            time.sleep(REST)

    def leave(self) -> None:
        """Say nothing more."""
        self.ends.set()
        self.join(PATIENCE)


def results_said(games: GamesRow) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what operators say of units, again and again: each time another version."""
    words: list[Word] = [
        word for one in played_by_chance(games_id=games.id, seed=1) for word in one.words()
    ]
    for turn in itertools.count():
        for word in words:
            yield word.unit, f"units/{word.unit}/results", {**word.body, "reason": f"turn {turn}"}


def passes_said(games: GamesRow) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield reads of passes at a gate of the village, in and out."""
    now = dt.datetime.now(dt.UTC)
    rotate_key(games=games, actor="bench", now=now)
    numbers = tuple(f"B{n}" for n in range(PASSES))
    indexes = ensure_proofs(games=games, kind=KIND, numbers=numbers, now=now)
    day = dt.timedelta(days=1)
    texts = sign_proofs(games=games, proofs=tuple(
        Proof(issuer=games.code, kind=KIND, number=number, category="ATH", index=indexes[number],
              rights=("zone VIL R",), starts_at=now - day, ends_before=now + day)
        for number in numbers
    ))  # fmt: skip
    for n in itertools.count():
        uid = f"over-{n:06}"
        direction = "out" if n // PASSES % 2 else "in"
        at = dt.datetime.now(dt.UTC).isoformat()
        read = {"uid": uid, "text": texts[n % PASSES], "zone": "R", "direction": direction,
                "at": at}  # fmt: skip
        yield uid, "village/gates", {"reads": [read]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the standby has."""

    orders: frozenset[str]
    results: frozenset[tuple[str, int]]
    reads: frozenset[str]
    pieces_astray: int


def _kept(address: str) -> Kept:
    with psycopg.connect(address) as database:
        orders = database.execute("SELECT idem_key FROM shop_order WHERE idem_key LIKE 'over-%'")
        results = database.execute(
            "SELECT substr(thing, 6), (details->>'version')::int FROM committee_auditentry"
            " WHERE verb = 'recorded results of'"
        )
        reads = database.execute("SELECT uid FROM credentials_passread")
        bought, sold = database.execute(
            "SELECT (SELECT sum(quantity) FROM shop_orderline WHERE sku = %s),"
            " (SELECT sum(sold) FROM ledger_stock WHERE item = %s)", [SKU, SKU],
        ).fetchone() or (0, 0)  # fmt: skip
        return Kept(
            orders=frozenset(key for (key,) in orders), results=frozenset(results.fetchall()),
            reads=frozenset(uid for (uid,) in reads), pieces_astray=abs(sold - bought),
        )  # fmt: skip


def failover() -> list[BenchRow]:
    """Return what was lost, and how long nobody could buy."""
    with own_server() as crash, tempfile.TemporaryDirectory(prefix="sb-") as place:
        pathlib.Path(place).chmod(0o711)
        games = own_games()
        user = member_id(games_id=games.id, username="demo-planner") or 0
        token = make_api_token(user_id=user, name="failover")
        alone = bench_address()
        data = _data_folder(alone)
        folder = pathlib.Path(place) / "s"
        gate = passes_said(games)
        first = next(gate)  # the key is made before the server is copied
        address = command(alone, "standby", str(folder)).splitlines()[-1]
        port = free_port()
        serve = own_words("serve", "--port", str(port))
        with (
            intake(address=address, games=games.code) as (_process, door),
            started(serve, port=port, place={"DATABASE_URL": address}),
        ):
            doors = Doors(server=f"http://127.0.0.1:{port}", games=games.code, token=token)
            crowd = Crowd(door, "over", sku=SKU, drop="")
            desks = [Desk(doors, results_said(games)), Desk(doors, itertools.chain([first], gate))]
            workers: list[threading.Thread] = [crowd, *desks]
            for worker in workers:
                worker.start()
            until(lambda: all(len(desk.taken) > PASSES for desk in desks), seconds=PATIENCE)
            time.sleep(BEFORE)
            before = [len(crowd.told.orders), *(len(desk.taken) for desk in desks)]
            killed_at = time.monotonic()
            _kill(data)
            counts = [len(crowd.told.orders) + BUYERS, *(len(desk.taken) + 2 for desk in desks)]
            command(address, "promote", str(folder))
            promoted = time.monotonic() - killed_at
            again = []
            for worker, count in zip(workers, counts, strict=True):
                with suppress(LookupError):  # then its row says so
                    until(lambda one=worker, n=count: _taken(one) > n, seconds=PATIENCE)
                again.append(time.monotonic() - killed_at)
            time.sleep(AFTER)
            crowd.ends.set()
            crowd.join(PATIENCE)
            for desk in desks:
                desk.leave()
        kept = _kept(address)
        subprocess.run([sys.executable, "-c", STOP, str(folder / "data")], check=True)  # noqa: S603  # ours
        crash()  # the old one comes back for the bench to take down; it waits for nobody
        with psycopg.connect(alone, autocommit=True) as database:
            database.execute("ALTER SYSTEM RESET synchronous_standby_names")
            database.execute("SELECT pg_reload_conf()")
    return _rows(crowd, desks, kept, promoted, before, again)


def _rows(
    crowd: Crowd, desks: list[Desk], kept: Kept, promoted: float, before: list[int],
    again: list[float],
) -> list[BenchRow]:  # fmt: skip
    """Compare what was acknowledged with what the standby has, kind by kind."""
    results = {(unit, answer["version"]) for unit, answer in desks[0].taken}
    reads = {uid for uid, answer in desks[1].taken if answer[uid]["colour"] != "red"}
    missing = (
        ("orders", len(crowd.told.orders), len(crowd.told.orders.keys() - kept.orders)),
        ("results", len(results), len(results - kept.results)),
        ("reads of passes", len(reads), len(reads - kept.reads)),
    )
    rows = [BenchRow(line=4, case="killed to promoted, the command itself", value=promoted,
                     unit="s")]  # fmt: skip
    for (name, told, gone), count, seconds in zip(missing, before, again, strict=True):
        rows += [
            BenchRow(line=4, case=f"{name} acknowledged, then the server was killed", value=count,
                     unit="", op=">=", target=1),
            BenchRow(line=4, case=f"{name} acknowledged in all", value=told, unit=""),
            BenchRow(line=4, case=f"{name}: acknowledged, not on the standby", value=gone,
                     unit="", op="==", target=0),
            BenchRow(line=4, case=f"{name}: the next after", value=seconds, unit="s", op="<=",
                     target=60),
        ]  # fmt: skip
    return [*rows, BenchRow(line=4, case="pieces sold that are in no order",
                            value=float(kept.pieces_astray), unit="pieces", op="==",
                            target=0)]  # fmt: skip


def _taken(worker: threading.Thread) -> int:
    return len(worker.taken) if isinstance(worker, Desk) else len(worker.told.orders)  # type: ignore[attr-defined]  # a crowd


STOP = "import sys, pathlib; from sportsbrain.config.backups import pg_ctl;" \
       " pg_ctl(pathlib.Path(sys.argv[1]), '-m', 'fast', '-w', 'stop')"  # fmt: skip


def _data_folder(address: str) -> pathlib.Path:
    with psycopg.connect(address) as database:
        found = database.execute("SHOW data_directory").fetchone()
    return pathlib.Path(found[0] if found else "")


def _kill(data: pathlib.Path) -> None:
    """Kill a server and all its processes, as when its machine goes."""
    master = int((data / "postmaster.pid").read_text().split()[0])
    os.kill(master, signal.SIGSTOP)  # it starts nothing while the others go
    for entry in pathlib.Path("/proc").iterdir():
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == master:
            os.kill(int(entry.name), signal.SIGKILL)
    os.kill(master, signal.SIGKILL)
