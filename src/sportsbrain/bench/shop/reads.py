"""A product page read by everybody: kept by nginx before the site, beside nginx with a file."""

import asyncio
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sportsbrain.bench.database import bench_address
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.shop.rates import cpu_of

READS, AT_ONCE, PATIENCE = 40_000, 16, 30.0
PAGE = "/shop/BENCH/product/MASCOT/"
PLAIN = """\
daemon off; pid {folder}/nginx.pid; error_log stderr warn; worker_processes auto;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; keepalive_requests 100000;
  server {{ listen 127.0.0.1:{port}; root {folder};
  location / {{ gzip_static always; default_type text/html; }} }} }}
"""


def reads() -> list[BenchRow]:
    """Return the CPU of a read: nginx and the site together, beside nginx with the same bytes."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if nginx is None:
        return [
            BenchRow(line=6, case="a product page's read: no nginx here", value=None, unit="µs")
        ]
    with tempfile.TemporaryDirectory(prefix="sb-") as place, _site() as (site, port):
        pathlib.Path(place).chmod(0o711)
        folders = [pathlib.Path(place) / name for name in ("kept", "plain")]
        for folder in folders:
            folder.mkdir(mode=0o755)
        config = subprocess.run(  # noqa: S603  # our own interpreter and module, no shell
            [sys.executable, "-m", "sportsbrain", "nginx", "--site", f"127.0.0.1:{port}",
             "--listen", f"127.0.0.1:{port + 1}", "--folder", str(folders[0])],
            capture_output=True, text=True, check=True,
            env={**os.environ, "DATABASE_URL": bench_address()},
        ).stdout  # fmt: skip
        _read(port, 400)  # warm
        with _nginx(nginx, folders[0], config) as front:
            body, _ = _read(port + 1, 100)
            before = _cpu_of_all([site.pid, *_workers(front)])
            _read(port + 1, READS)
            kept = (_cpu_of_all([site.pid, *_workers(front)]) - before) / READS
        (folders[1] / "page.html.gz").write_bytes(body)
        with _nginx(nginx, folders[1], PLAIN.format(folder=folders[1], port=port + 2)) as front:
            same, _ = _read(port + 2, 100, "/page.html")
            before = _cpu_of_all(_workers(front))
            _read(port + 2, READS, "/page.html")
            plain = (_cpu_of_all(_workers(front)) - before) / READS
        before = _cpu_of_all([site.pid])
        _, spent = _read(port, 400)
        bare = (_cpu_of_all([site.pid]) - before) / 400
    return [
        BenchRow(line=6, case=f"CPU of a read of a product page ({len(body):,} bytes), nginx and"
                 " the site behind it", value=1e6 * kept, unit="µs",
                 peer="nginx, the same bytes as a file", peer_value=1e6 * plain, op="<=",
                 target=3e6 * plain),
        BenchRow(line=6, case="bytes that differ from the file's", value=float(body != same),
                 unit="pages", op="==", target=0),
        BenchRow(line=6, case="CPU of the same read, the site alone", value=1e6 * bare, unit="µs"),
        BenchRow(line=6, case=f"mean of a read, the site alone, {AT_ONCE} at once",
                 value=1000 * spent * AT_ONCE / 400, unit="ms"),
    ]  # fmt: skip


@contextmanager
def _site() -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Serve the bench's database in a process of its own."""
    process = subprocess.Popen(  # our own interpreter and module, no shell
        [sys.executable, "-u", "-m", "sportsbrain", "serve"],
        env={**os.environ, "DATABASE_URL": bench_address()}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.search(r":(\d+)/", line)
        yield process, int(found[1]) if found else 0
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def _nginx(nginx: str, folder: pathlib.Path, config: str) -> Iterator["subprocess.Popen[bytes]"]:
    (folder / "nginx.conf").write_text(config)
    process = subprocess.Popen(  # noqa: S603  # a path that was found, no shell
        [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _workers(process: "subprocess.Popen[bytes]") -> list[int]:
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(word) for word in children.split()]


def _cpu_of_all(pids: list[int]) -> float:
    return sum(cpu_of(pid) for pid in pids)


def _read(port: int, count: int, page: str = PAGE) -> tuple[bytes, float]:
    """Read a page so many times over some connections; return its bytes and the seconds."""
    asked = f"GET {page} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode()

    async def reader(each: int) -> bytes:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                source, sink = await asyncio.open_connection("127.0.0.1", port)
                break
            except OSError:  # it has not begun to listen
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.05)
        body = b""
        for _ in range(each):
            sink.write(asked)
            head = await source.readuntil(b"\r\n\r\n")
            found = re.search(rb"(?i)content-length: (\d+)", head)
            body = await source.readexactly(int(found[1])) if found else b""
            if b" 200 " not in head[:16]:
                message = f"{page}: {head.decode(errors='replace').splitlines()[0]}"
                raise RuntimeError(message)
        sink.close()
        return body

    async def all_of_them() -> list[bytes]:
        return await asyncio.gather(*(reader(count // AT_ONCE) for _ in range(AT_ONCE)))

    began = time.monotonic()
    bodies = asyncio.run(all_of_them())
    return bodies[0], time.monotonic() - began
