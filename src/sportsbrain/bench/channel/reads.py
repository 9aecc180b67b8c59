"""Reads of finished pages beside nginx serving the same files; and with the database stopped."""

import asyncio
import pathlib
import threading
from collections.abc import Callable

from sportsbrain.bench.channel.fanout import NGINX
from sportsbrain.bench.channel.processes import (
    cpu_seconds,
    fetched,
    free_port,
    own_words,
    started,
)
from sportsbrain.bench.rows import BenchRow
from sportsbrain.channel.jobs.shelf import Shelf

CLIENTS, READS = 32, 40_000
NGINX_CONF = """\
worker_processes 1;
pid {folder}/reads.pid;
error_log stderr crit;
daemon off;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  types {{ text/html html; }}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {root}; index index.html; gzip_static on; etag on;
    add_header Cache-Control "public, max-age=1"; add_header Vary Accept-Encoding; }}
}}
"""
CASES = (("medal table, 11 kB", "medals", 11_000), ("day of 400 units, 216 kB", "day", 216_000))


def reads(folder: pathlib.Path) -> list[BenchRow]:
    """Return the rows of line 5: CPU a read, ours and nginx's."""
    shelf = folder / "reads"
    for _, name, size in CASES:
        Shelf(shelf).put(f"G/en/{name}/index.html", _page(size))
    rows = []
    port = free_port()
    with started(own_words("channel", "serve", "--folder", str(shelf), "--port", str(port)),
                 port=port) as ours:  # fmt: skip
        own = {name: _cost(ours.pid, port, f"/G/en/{name}/") for _, name, _ in CASES}
    peer: dict[str, float] = {}
    if NGINX is not None:
        port = free_port()
        conf = folder / "reads.conf"
        conf.write_text(NGINX_CONF.format(folder=folder, port=port, root=shelf))
        with started([NGINX, "-c", str(conf)], port=port) as nginx:
            peer = {name: _cost(nginx.pid, port, f"/G/en/{name}/") for _, name, _ in CASES}
    for title, name, _ in CASES:
        beside = peer.get(name)
        rows.append(
            BenchRow(line=5, case=f"CPU a read, gzip: {title}", value=own[name], unit="µs",
                     peer="nginx, gzip_static" if beside else "", peer_value=beside,
                     target=3 * beside if beside else None)
        )  # fmt: skip
    return rows


def _page(size: int) -> bytes:
    line = '<tr><td>{n}</td><th scope="row">ABC <bdi>Somewhere {n}</bdi></th><td>{m}</td></tr>\n'
    rows = (line.format(n=n, m=n * 7919 % 977) for n in range(size))
    text, total = [], 0
    for row in rows:
        text.append(row)
        total += len(row)
        if total >= size:
            break
    return "".join(text).encode()


def _cost(pid: int, port: int, path: str) -> float:
    """Return the CPU microseconds of a read, over forty thousand by 32 clients."""
    asyncio.run(_load(port, path, READS // 10))
    before = cpu_seconds(pid)
    asyncio.run(_load(port, path, READS))
    return 1e6 * (cpu_seconds(pid) - before) / READS


async def _load(port: int, path: str, count: int) -> None:
    left = [count]
    request = (f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n").encode()
    await asyncio.gather(*(_reader(port, request, left) for _ in range(CLIENTS)))


async def _reader(port: int, request: bytes, left: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    size = -1
    while left[0] > 0:
        left[0] -= 1
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if size < 0:
            lines = head.lower().split(b"\r\n")
            size = next(int(one[15:]) for one in lines if one.startswith(b"content-length:"))
        await reader.readexactly(size)
    writer.close()


def without_database(
    code: str, folder: pathlib.Path, crash: Callable[[], None]
) -> list[BenchRow]:  # fmt: skip
    """Return what is served while PostgreSQL is down: `crash` stops it and starts it again."""
    port = free_port()
    published = folder / "live"
    paths = (f"/{code}/en/", f"/{code}/en/medals/", f"/{code}/data/medals.json",
             f"/{code}/calendars/all.ics", f"/{code}/deltas/head.json")  # fmt: skip
    with started(own_words("channel", "serve", "--folder", str(published), "--port", str(port)),
                 port=port):  # fmt: skip
        answers: list[int] = []
        is_over = threading.Event()

        def read() -> None:
            while not is_over.is_set():
                answers.extend(fetched(f"http://127.0.0.1:{port}{path}")[0] for path in paths)

        reader = threading.Thread(target=read)
        reader.start()
        crash()  # stopped at once, and started again: reads go on all the while
        is_over.set()
        reader.join()
        stream = asyncio.run(_first_event(port, code))
    return [
        BenchRow(line=5, case="reads while PostgreSQL was crashed, not 200", unit="reads",
                 value=float(sum(status != 200 for status in answers)), op="==", target=0.0),
        BenchRow(line=5, case="of so many", value=float(len(answers)), unit="reads", op=">=",
                 target=50.0),
        BenchRow(line=5, case="the stream answers", value=float(stream), unit="", op="==",
                 target=1.0),
    ]  # fmt: skip


async def _first_event(port: int, code: str) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /live?g={code}&t=live&from=none.1 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    found = await asyncio.wait_for(reader.readuntil(b"event: reset"), 5)
    writer.close()
    return bool(found)
