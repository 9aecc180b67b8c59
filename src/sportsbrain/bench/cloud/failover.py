"""The server of a drop is killed while people buy; its standby takes over."""

import asyncio
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator

import psycopg

from sportsbrain.bench.database import bench_address, own_server
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.shop.rates import bench_games, intake
from sportsbrain.rehearsal.buyers import Told, body_of, buy

BUYERS, BEFORE, AFTER = 64, 4.0, 8.0


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

    def __init__(self, port: int, tag: str, buyers: int = BUYERS) -> None:
        super().__init__(daemon=True)
        self.port, self.tag, self.buyers = port, tag, buyers
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
            yield key, body_of(key, "MASCOT", drop="MASCOT", is_paid=True)


def failover() -> list[BenchRow]:
    """Return what was lost, and how long nobody could buy."""
    with own_server() as crash, tempfile.TemporaryDirectory(prefix="sb-") as place:
        pathlib.Path(place).chmod(0o711)
        bench_games()
        alone = bench_address()
        data = _data_folder(alone)
        folder = pathlib.Path(place) / "s"
        address = command(alone, "standby", str(folder)).splitlines()[-1]
        with intake(address=address) as (_process, port):
            crowd = Crowd(port, "over")
            crowd.start()
            time.sleep(BEFORE)
            before = len(crowd.told.orders)
            killed_at = time.monotonic()
            _kill(data)
            at_kill = len(crowd.told.orders)
            command(address, "promote", str(folder))
            promoted = time.monotonic() - killed_at
            while len(crowd.told.orders) <= at_kill + BUYERS:
                if time.monotonic() - killed_at > 60:
                    break
                time.sleep(0.01)
            again = time.monotonic() - killed_at
            time.sleep(AFTER)
            crowd.ends.set()
            crowd.join(60)
        with psycopg.connect(address) as database:
            rows = database.execute("SELECT idem_key FROM shop_order WHERE idem_key LIKE 'over-%'")
            kept = {key for (key,) in rows.fetchall()}
            bought, sold = database.execute(
                "SELECT (SELECT sum(quantity) FROM shop_orderline WHERE sku = 'MASCOT'),"
                " (SELECT sum(sold) FROM ledger_stock WHERE item = 'MASCOT')"
            ).fetchone() or (0, 0)
        subprocess.run([sys.executable, "-c", STOP, str(folder / "data")], check=True)  # noqa: S603  # ours
        crash()  # the old one comes back for the bench to take down; it waits for nobody
        with psycopg.connect(alone, autocommit=True) as database:
            database.execute("ALTER SYSTEM RESET synchronous_standby_names")
            database.execute("SELECT pg_reload_conf()")
    acknowledged = crowd.told.orders.keys()
    return [
        BenchRow(line=4, case="orders acknowledged before the server was killed", value=before,
                 unit="orders"),
        BenchRow(line=4, case="orders acknowledged in all", value=len(acknowledged), unit="orders"),
        BenchRow(line=4, case="acknowledged orders that the standby has not",
                 value=len(acknowledged - kept), unit="orders", op="==", target=0),
        BenchRow(line=4, case="pieces sold that are in no order", value=float(abs(sold - bought)),
                 unit="pieces", op="==", target=0),
        BenchRow(line=4, case="killed to promoted, the command itself", value=promoted, unit="s"),
        BenchRow(line=4, case="killed to the next orders", value=again, unit="s"),
    ]  # fmt: skip


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
