"""Servers in processes of their own: started, measured, stopped."""

import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sportsbrain.bench.database import bench_address

TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    words: Sequence[str],
    *,
    port: int = 0,
    says: bytes = b"",
    patience: float = 60.0,
    place: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program, wait until it listens or says a word, and stop it at the end."""
    process = subprocess.Popen(  # noqa: S603  # words of this bench
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**own_place(), **(place or {})}
    )
    try:
        ends = time.monotonic() + patience
        while port and not _listens(port):
            if process.poll() is not None or time.monotonic() > ends:
                said = process.stderr.read().decode() if process.stderr else ""
                message = f"{words[0]} does not listen on {port}: {said[-500:]}"
                raise OSError(message)
            time.sleep(0.05)
        while says and process.stdout and says not in process.stdout.readline():
            if process.poll() is not None:
                message = f"{' '.join(words)} ended before it said {says.decode()!r}"
                raise OSError(message)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def own_place() -> dict[str, str]:
    """Return the environment of a process that works on the bench's database."""
    return {**os.environ, "DATABASE_URL": bench_address()}


def own_words(*words: str) -> list[str]:
    """Return the words that start our own program."""
    return [sys.executable, "-m", "sportsbrain", *words]


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that a process and its children have used."""
    return sum(own_cpu(one) for one in (pid, *children(pid)))


def own_cpu(pid: int) -> float:
    """Return the CPU seconds that a process alone has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def private_bytes(pid: int) -> int:
    """Return the memory that is a process's and its children's own."""
    return sum(own_memory(one) for one in (pid, *children(pid)))


def own_memory(pid: int) -> int:
    """Return the memory that is a process's own alone."""
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def share_of_memory(pid: int) -> int:
    """Return a process's memory, and its part of what it shares with others."""
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def children(pid: int) -> list[int]:
    """Return the children of a process."""
    text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in text.split()]


def fetched(address: str) -> tuple[int, bytes]:
    """Return status and body of an address."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # our own server
            return int(answer.status), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
