"""A broker, an ingest and speakers of the bench's own."""

import datetime as dt
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from sportsbrain.bench.database import bench_address
from sportsbrain.committee.actions import save_games
from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.mqtt.broker import add_principal, init_broker, tls_of
from sportsbrain.feeds.mqtt.messages import FILTERS
from sportsbrain.feeds.mqtt.receiver import Receiver
from sportsbrain.village.actions import PointValues, register_points

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
NAME, TOPIC, METERS = "bench1", "sb/v1/bench1/meter/power/state", 500
PATIENCE = 60.0


def bench_games() -> GamesRow:
    """Return a Games with a gateway of many meters."""
    today = dt.datetime.now(dt.UTC).date()
    games, _ = save_games(
        code="BENCH", actor="bench",
        values={"name": "Bench Games", "city": "Lumar", "time_zone": "Europe/Lisbon",
                "starts_on": today, "ends_on": today},
    )  # fmt: skip
    devices = ["meter", *(f"meter{n}" for n in range(METERS))]
    register_points(
        games_id=games.id,
        points=[PointValues(principal=NAME, device=device, key="power") for device in devices],
    )
    return games


def make_broker(folder: pathlib.Path) -> int:
    """Make the folder of a broker with a certificate for the bench's gateway; return its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    init_broker(folder, address="127.0.0.1", port=port, hosts=["localhost"],
                user="root" if os.getuid() == 0 else "")  # fmt: skip
    add_principal(folder, NAME)
    return port


def begin_broker(folder: pathlib.Path, port: int) -> "subprocess.Popen[bytes]":
    """Start Mosquitto and wait until it listens."""
    process = subprocess.Popen(  # noqa: S603  # a path that was found, no shell
        [str(MOSQUITTO), "-c", str(folder / "mosquitto.conf")], stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return process


def begin_ingest(folder: pathlib.Path, port: int, session: str) -> "subprocess.Popen[bytes]":
    """Start the ingest in a process of its own, on the bench's database."""
    return subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
        [sys.executable, "-m", "sportsbrain", "devices", "ingest", str(folder), "--port", str(port),
         "--session", session],
        env={**os.environ, "DATABASE_URL": bench_address(), "PGAPPNAME": session},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def begin_session(folder: pathlib.Path, port: int, session: str) -> None:
    """Let the broker keep what is said from now on for a session."""
    first = Receiver("localhost", port, session, tls_of(folder))
    first.connect(FILTERS)
    while not first.is_ready:
        first.receive(1.0)
    first.close()


def stored() -> tuple[int, int]:
    """Return how many states are stored, and how many different ones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT (point_id, epoch, sequence))"
                       " FROM village_history")  # fmt: skip
        row = cursor.fetchone()
    return int(row[0]), int(row[1])


def wait_stored(wanted: int, *, patience: float = PATIENCE) -> int:
    """Wait until so many are stored, or no more come; return how many."""
    until, last = time.monotonic() + patience, -1
    quiet = time.monotonic()
    while time.monotonic() < until:
        now, _ = stored()
        if now >= wanted:
            return now
        if now != last:
            last, quiet = now, time.monotonic()
        elif time.monotonic() - quiet > 15.0:
            return now
        time.sleep(0.1)
    return stored()[0]


def forget_said() -> None:
    """Empty what was stored: what is counted next is of one bench alone."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE village_history, village_newest, village_event")


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process as a power cut does."""
    process.send_signal(signal.SIGKILL)
    process.wait(20)


@contextmanager
def running(folder: pathlib.Path, port: int, session: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a broker and an ingest, and give the ingest once it listens."""
    forget_said()
    broker = begin_broker(folder, port)
    begin_session(folder, port, session)
    ingest = begin_ingest(folder, port, session)
    try:
        wait_connected(session)
        yield ingest
    finally:
        ingest.terminate()
        ingest.wait(30)
        broker.terminate()
        broker.wait(30)


def wait_connected(session: str) -> int:
    """Wait until the ingest has its connection to PostgreSQL, and return the backend's pid."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND state = 'idle'"
                " AND query LIKE '%%committee_exercise%%'",
                [session],
            )
            row = cursor.fetchone()
        if row:
            return int(row[0])
        time.sleep(0.1)
    message = f"the ingest {session} does not come up"
    raise RuntimeError(message)
