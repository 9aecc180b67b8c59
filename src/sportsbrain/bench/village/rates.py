"""Messages a CPU-second of client and PostgreSQL, beside the limits and beside aiomqtt."""

import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from sportsbrain.bench.database import bench_address
from sportsbrain.bench.peers import installed
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.shop.rates import cpu_of
from sportsbrain.bench.village import bus
from sportsbrain.feeds.mqtt.broker import tls_of
from sportsbrain.feeds.mqtt.jobs import Ingest
from sportsbrain.feeds.mqtt.messages import Message
from sportsbrain.feeds.mqtt.receiver import Receiver
from sportsbrain.rehearsal.devices import speak
from sportsbrain.village.actions.readings import HEAD, STAGE, TAIL, _packed
from sportsbrain.vocabulary.devices import Reading

COUNT, PEER_COUNT, STEADY, STEADY_SECONDS = 100_000, 10_000, 2_000.0, 8.0
FAST, BATCH = "bench-fast", 2_000


def rates(folder: pathlib.Path, port: int, on_progress: Callable[[str], None]) -> list[BenchRow]:
    """Return the rows of line 2."""
    ours, wall = _ours(folder, port)
    on_progress("mosquitto_sub and COPY alone")
    heard, copied = _heard(folder, port), _copied()
    on_progress("aiomqtt and one INSERT a message")
    peer = _peer(folder, port)
    on_progress("how late at 2,000 a second")
    p50, p99 = _late(folder, port)
    return [
        BenchRow(line=2, case="stored, messages a CPU-second of client and PostgreSQL", value=ours,
                 unit="1/CPU-s", peer="aiomqtt, one INSERT a message", peer_value=peer, op=">=",
                 target=25_000.0),
        BenchRow(line=2, case="stored, messages a second", value=wall, unit="1/s"),
        BenchRow(line=2, case="the limit: mosquitto_sub, heard alone", value=heard, unit="1/CPU-s"),
        BenchRow(line=2, case="the limit: binary COPY to a stage, stored alone", value=copied,
                 unit="1/CPU-s"),
        BenchRow(line=2, case=f"publish to commit at {STEADY:,.0f}/s, p50", value=p50, unit="ms"),
        BenchRow(line=2, case=f"publish to commit at {STEADY:,.0f}/s, p99", value=p99, unit="ms",
                 op="<=", target=400.0),
    ]  # fmt: skip


def _words(folder: pathlib.Path, port: int, count: int, rate: float = 0.0) -> dict[str, Any]:
    return {"folder": str(folder), "port": port, "name": bus.NAME, "topic": bus.TOPIC,
            "count": count, "rate": rate}  # fmt: skip


def _ours(folder: pathlib.Path, port: int) -> tuple[float, float]:
    """Return messages a CPU-second and a second of the ingest in a process of its own."""
    with (
        bus.running(folder, port, FAST) as ingest,
        multiprocessing.get_context("spawn").Pool(1) as pool,
    ):
        backend = bus.wait_connected(FAST)
        before = cpu_of(ingest.pid) + cpu_of(backend)
        began = time.monotonic()
        told = pool.apply_async(speak, kwds=_words(folder, port, COUNT))
        done = bus.wait_stored(COUNT, patience=240.0)
        spent = time.monotonic() - began
        cpu = cpu_of(ingest.pid) + cpu_of(backend) - before
        told.get(60)
    return done / cpu, done / spent


def _heard(folder: pathlib.Path, port: int) -> float:
    """Return messages a CPU-second of mosquitto_sub, which only listens; 0 where it is not."""
    listener = shutil.which("mosquitto_sub")
    if listener is None:
        return 0.0
    broker = bus.begin_broker(folder, port)
    process = subprocess.Popen(  # noqa: S603  # a path that was found, no shell
        [listener, "-h", "localhost", "-p", str(port), "--cafile", str(folder / "ca.crt"),
         "--cert", str(folder / "ingest.crt"), "--key", str(folder / "ingest.key"), "-V", "mqttv5",
         "-q", "1", "-i", "bench-heard", "-t", "sb/v1/+/+/+/state", "-C", str(COUNT)],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(2.0)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(speak, kwds=_words(folder, port, COUNT))
    _pid, _status, used = os.wait4(process.pid, 0)
    process.returncode = 0
    broker.terminate()
    broker.wait(30)
    return COUNT / (used.ru_utime + used.ru_stime)


def _copied() -> float:
    """Return rows a CPU-second that a binary COPY stores, client and PostgreSQL together."""
    now = time.time_ns() // 1_000
    some = [
        Reading(point=1, is_event=False, is_history=False, at=now, epoch=1, sequence=n, number=1.0,
                text=None, quality=0, received=now)
        for n in range(BATCH)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STAGE.replace("TEMP TABLE", "TABLE").replace("village_stage", "peer_stage")
                       .replace(" ON COMMIT DELETE ROWS", ""))  # fmt: skip
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
        before, own = cpu_of(int(backend)), time.process_time()
        for _ in range(COUNT // BATCH):
            with cursor.copy(
                "COPY peer_stage (point_id, is_event, is_history, at, epoch, sequence, quality,"
                " received, number, words) FROM STDIN (FORMAT BINARY)"
            ) as copy:
                copy.write(b"".join((HEAD, *map(_packed, some), TAIL)))
        return COUNT / (cpu_of(int(backend)) - before + time.process_time() - own)


def _peer(folder: pathlib.Path, port: int) -> float:
    """Return messages a CPU-second of aiomqtt with an INSERT each; 0: it can't be installed."""
    python = installed("aiomqtt", ("aiomqtt==2.5.1", "psycopg[binary]>=3.2"))
    if python is None:
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS peer_reading (topic text, ts bigint, seq bigint,"
                       " v double precision)")  # fmt: skip
    broker = bus.begin_broker(folder, port)
    script = pathlib.Path(__file__).parent / "peers" / "aiomqtt.txt"
    process = subprocess.Popen(  # noqa: S603  # the peer, with our own words
        [python, script, str(folder), str(port), bench_address(), str(PEER_COUNT), "60"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        ready = process.stdout.readline() if process.stdout else ""
        if "ready" not in ready:
            return 0.0
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            pool.apply(speak, kwds=_words(folder, port, PEER_COUNT))
        told, _ = process.communicate(timeout=180)
        found = json.loads(told.strip().splitlines()[-1])
        return float(found["stored"] / found["cpu"])
    finally:
        process.kill()
        broker.terminate()
        broker.wait(30)


def _late(folder: pathlib.Path, port: int) -> tuple[float, float]:
    """Return how long after it was said a message is committed, in ms: median and p99."""
    late: list[float] = []

    def on_stored(messages: list[Message]) -> None:
        now = time.time() * 1_000
        late.extend(now - json.loads(message.payload)["ts"] for message in messages)

    broker = bus.begin_broker(folder, port)
    own = Ingest(receiver=Receiver("localhost", port, "bench-late", tls_of(folder)),
                 on_stored=on_stored)  # fmt: skip

    def run() -> None:
        try:
            own.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    while not own.receiver.is_ready:
        time.sleep(0.05)
    count = int(STEADY * STEADY_SECONDS)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(speak, kwds=_words(folder, port, count, STEADY))
    time.sleep(1.0)
    own.stop.set()
    thread.join(30)
    broker.terminate()
    broker.wait(30)
    late.sort()
    return late[len(late) // 2], late[int(0.99 * len(late))]
