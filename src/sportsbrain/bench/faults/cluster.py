"""A cluster of three NATS servers carries the channel's deltas; one of them is killed."""

import asyncio
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

from sportsbrain.bench.channel.failover import NATS
from sportsbrain.bench.channel.processes import free_port
from sportsbrain.bench.installation import until
from sportsbrain.bench.rows import BenchRow
from sportsbrain.channel.jobs.journal import Delta, Journal

SERVERS, MESSAGES, PAUSE = 3, 300, 0.03


def cluster() -> list[BenchRow]:
    """Return what a copy of the journal has when a server of the cluster is killed meanwhile."""
    if NATS is None:
        return []
    with ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sb-")))
        ports = [free_port() for _ in range(SERVERS)]
        servers = [stack.enter_context(one) for one in _servers(folder, ports)]
        address = ",".join(f"nats://127.0.0.1:{port}" for port in ports)
        journal = Journal(folder / "here", epoch="e1")
        stack.enter_context(_going(folder, address))
        journal.append([Delta(event="u", topics=("t",), body={"n": 0})])
        until(lambda: _lines(folder / "there") == 1)
        longest, seen, at = 0.0, 1, time.monotonic()
        for n in range(1, MESSAGES):
            journal.append([Delta(event="u", topics=("t",), body={"n": n})])
            if n == MESSAGES // 3:
                servers[0].send_signal(signal.SIGKILL)  # one of the three that hold the stream
            time.sleep(PAUSE)
            if (now := _lines(folder / "there")) > seen:
                seen = now
                longest, at = max(longest, time.monotonic() - at), time.monotonic()
        with suppress(LookupError):
            until(lambda: _lines(folder / "there") >= MESSAGES)
            longest = max(longest, time.monotonic() - at)
        same = _text(folder / "here") == _text(folder / "there")
    return [
        BenchRow(line=3, case=f"cluster of {SERVERS} NATS servers, one killed: deltas that did not"
                 " come", value=MESSAGES - _count(same, seen), unit="deltas", op="==", target=0),
        BenchRow(line=3, case="the copy is the journal, line by line", value=float(same),
                 unit="yes", op="==", target=1),
        BenchRow(line=3, case="longest time that no delta came", value=longest, unit="s"),
    ]  # fmt: skip


def _count(same: bool, seen: int) -> float:  # noqa: FBT001  # two facts of one run
    return float(MESSAGES if same else seen)


def _servers(
    folder: pathlib.Path, ports: list[int]
) -> Iterator[AbstractContextManager["subprocess.Popen[bytes]"]]:
    routes = [free_port() for _ in ports]
    named = ",".join(f"nats://127.0.0.1:{port}" for port in routes)
    for number, (port, route) in enumerate(zip(ports, routes, strict=True)):
        yield _server([
            str(NATS), "-n", f"n{number}", "-js", "-sd", str(folder / f"n{number}"), "-a",
            "127.0.0.1", "-p", str(port), "-cluster", f"nats://127.0.0.1:{route}", "-cluster_name",
            "games", "-routes", named,
        ], port)  # fmt: skip


@contextmanager
def _server(words: list[str], port: int) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(  # noqa: S603  # words of this bench
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ)
    )
    try:
        until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def _going(folder: pathlib.Path, address: str) -> Iterator[None]:
    """Carry the journal from here, and keep a copy of it there, in a thread."""
    from sportsbrain.channel.jobs.stream import carry, keep_copy

    loop = asyncio.new_event_loop()
    tasks = [
        loop.create_task(carry(folder / "here", games="G", url=address)),
        loop.create_task(keep_copy(folder / "there", games="G", url=address)),
    ]

    def work() -> None:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        left = asyncio.all_tasks(loop)  # of the client
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        for task in tasks:
            loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


def _text(folder: pathlib.Path) -> bytes:
    blocks = sorted(folder.rglob("*.ndjson"), key=lambda path: int(path.stem))
    return b"".join(path.read_bytes() for path in blocks)


def _lines(folder: pathlib.Path) -> int:
    return _text(folder).count(b"\n") if folder.is_dir() else 0
