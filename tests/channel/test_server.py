"""The server of pages and deltas, over real sockets."""

import asyncio
import gzip
import pathlib
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import brotli
import pytest

from sportsbrain.channel.jobs import server as served
from sportsbrain.channel.jobs.journal import BLOCK, EVERYBODY, Delta, Journal
from sportsbrain.channel.jobs.pages import Pages
from sportsbrain.channel.jobs.server import FanServer
from sportsbrain.channel.jobs.shelf import Shelf

PAGE = "<p>é ".encode() * 200


@asynccontextmanager
async def running(folder: pathlib.Path) -> AsyncIterator[tuple[FanServer, int]]:
    own = FanServer(folder, look=0.005)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = await own.serve("127.0.0.1", port)
    try:
        yield own, port
    finally:
        await own.stop(server)


async def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n".encode())
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    found = dict(line.split(": ", 1) for line in rest)
    return int(first.split()[1]), found, body


class Stream:
    """A client that listens."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int, query: str, last: str = "") -> "Stream":
        """Ask to listen."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        extra = f"Last-Event-ID: {last}\r\n" if last else ""
        writer.write(f"GET /live?{query} HTTP/1.1\r\nHost: x\r\n{extra}\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        return cls(reader, writer)

    async def next(self) -> tuple[str, str]:
        """Return the number and the name of the next event."""
        while True:
            text = (await asyncio.wait_for(self.reader.readuntil(b"\n\n"), 10)).decode()
            rows = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
            if "event" in rows:
                return rows["id"], rows["event"]


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def delta(topic: str = "live", **body: Any) -> Delta:
    return Delta(event="u", topics=(topic,), body=body)


def test_each_encoding_is_the_same_page_with_a_tag_of_its_own(tmp_path: pathlib.Path) -> None:
    Shelf(tmp_path).put("G/en/index.html", PAGE)

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            tags = set()
            for accepted, undo in (("", bytes), ("gzip", gzip.decompress),
                                   ("gzip, br", brotli.decompress)):  # fmt: skip
                status, headers, body = await ask(port, "/G/en/", Accept_Encoding=accepted)
                assert status == 200
                assert undo(body) == PAGE
                assert headers["Vary"] == "Accept-Encoding"
                assert "s-maxage" not in headers["Cache-Control"]
                assert "max-age=1, stale-while-revalidate=30" in headers["Cache-Control"]
                assert "Set-Cookie" not in headers
                tags.add(headers["ETag"])
                again = await ask(port, "/G/en/", Accept_Encoding=accepted,
                                  If_None_Match=headers["ETag"])  # fmt: skip
                assert (again[0], again[2]) == (304, b"")
            assert len(tags) == 3

    run(work)


def test_prometheus_hears_how_many_listen_and_nobody_from_outside(tmp_path: pathlib.Path) -> None:
    Journal(tmp_path / "G" / "deltas", epoch="e1").append([delta()])

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            stream = await Stream.open(port, "g=G&t=live")
            status, _, body = await ask(port, "/metrics")
            assert (status, b"sportsbrain_listeners 1\n" in body) == (200, True)
            assert (await ask(port, "/metrics", X_Forwarded_For="192.0.2.7"))[0] == 404
            stream.writer.close()

    run(work)


def test_a_page_that_changed_is_served_at_once_and_its_tag_differs(tmp_path: pathlib.Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("G/en/index.html", PAGE)

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            before = (await ask(port, "/G/en/"))[1]["ETag"]
            assert not shelf.put("G/en/index.html", PAGE)
            assert (await ask(port, "/G/en/"))[1]["ETag"] == before
            shelf.put("G/en/index.html", b"new" * 200)
            _, headers, body = await ask(port, "/G/en/")
            assert body == b"new" * 200
            assert headers["ETag"] != before

    run(work)


def test_a_page_that_shrinks_leaves_no_old_twin(tmp_path: pathlib.Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("G/en/index.html", PAGE)
    shelf.put("G/en/index.html", b"little")

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            _, headers, body = await ask(port, "/G/en/", Accept_Encoding="gzip, br")
            assert (headers.get("Content-Encoding"), body) == (None, b"little")

    run(work)


@pytest.mark.parametrize(("accepted", "encoding"), [
    ("br;q=0, gzip", "gzip"), ("br; q=0, gzip;q=0.5", "gzip"), ("brotli", None), ("*", None),
    ("gzip;q=0,br;q=1.0", "br"),
])  # fmt: skip
def test_an_encoding_that_is_refused_is_not_sent(
    tmp_path: pathlib.Path, accepted: str, encoding: str | None
) -> None:
    Shelf(tmp_path).put("G/en/index.html", PAGE)

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            _, headers, _body = await ask(port, "/G/en/", Accept_Encoding=accepted)
            assert headers.get("Content-Encoding") == encoding

    run(work)


def test_another_journal_in_the_same_place_is_heard_after_a_reset(tmp_path: pathlib.Path) -> None:
    Journal(tmp_path / "G" / "deltas", epoch="e1").append([delta()])

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            stream = await Stream.open(port, "g=G&t=live&from=e1.1")
            other = Journal(tmp_path / "G" / "deltas", epoch="e2", is_copy=True)
            assert await stream.next() == ("e2.0", "reset")
            other.append([delta()])
            assert await stream.next() == ("e2.1", "u")

    run(work)


@pytest.mark.parametrize("path", [
    "/../secret", "/G/../../secret", "/%2e%2e/secret", "/G/.new-1", "/none/", "/G/en/%00",
])  # fmt: skip
def test_nothing_beside_the_shelf_is_served(tmp_path: pathlib.Path, path: str) -> None:
    folder = tmp_path / "shelf"
    Shelf(folder).put("G/en/index.html", PAGE)
    (tmp_path / "secret").write_text("no")
    (folder / "G" / ".new-1").write_text("half")

    async def work() -> None:
        async with running(folder) as (_, port):
            assert (await ask(port, path))[0] == 404

    run(work)


def test_memory_is_bounded_and_pages_are_right_when_it_is_full(tmp_path: pathlib.Path) -> None:
    shelf = Shelf(tmp_path)
    for n in range(8):
        shelf.put(f"G/{n}/index.html", bytes([65 + n]) * 3000)
    pages = Pages(tmp_path, memory=7000)
    for n in (*range(8), 0, 7):
        entry = pages.get(f"/G/{n}/".encode())
        assert entry is not None
        assert entry.answers[b""][1] == bytes([65 + n]) * 3000
        assert pages.held <= 7000


def test_a_listener_has_what_came_since_and_what_comes(tmp_path: pathlib.Path) -> None:
    journal = Journal(tmp_path / "G" / "deltas", epoch="e1")
    journal.append([delta(), delta("medals"), delta()])

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            stream = await Stream.open(port, "g=G&t=live&from=e1.1")
            assert await stream.next() == ("e1.3", "u")
            journal.append([delta("medals"), delta()])
            assert await stream.next() == ("e1.5", "u")
            both = await Stream.open(port, "g=G&t=live,medals", last="e1.3")
            assert [await both.next() for _ in range(2)] == [("e1.4", "u"), ("e1.5", "u")]
            journal.append([Delta(event="s", topics=(EVERYBODY,), body={})])
            assert await stream.next() == ("e1.6", "s")

    run(work)


@pytest.mark.parametrize("at", ["e0.1", "e1.999999", "e1.1", "nonsense", "e1.x"])
def test_a_number_that_is_not_there_is_a_reset_and_never_a_hole(
    tmp_path: pathlib.Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "KEPT", 10)
    journal = Journal(tmp_path / "G" / "deltas", epoch="e1")
    journal.append([delta() for _ in range(2 * BLOCK)])

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            stream = await Stream.open(port, f"g=G&t=live&from={at}")
            assert await stream.next() == (f"e1.{2 * BLOCK}", "reset")
            journal.append([delta()])
            assert await stream.next() == (f"e1.{2 * BLOCK + 1}", "u")

    run(work)


def test_a_client_that_does_not_read_is_dropped_and_others_are_served(
    tmp_path: pathlib.Path,
) -> None:
    journal = Journal(tmp_path / "G" / "deltas", epoch="e1")
    journal.append([delta()])

    async def work() -> None:
        async with running(tmp_path) as (own, port):
            slow = await Stream.open(port, "g=G&t=live")
            pausing: Any = slow.writer.transport
            pausing.pause_reading()
            slow.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            good = await Stream.open(port, "g=G&t=live")
            assert own.live == 2
            for _ in range(400):
                journal.append([delta(text="x" * 20_000)])
                await good.next()
                if own.live == 1:
                    break
            assert own.live == 1

    run(work)


@pytest.mark.parametrize("query", [
    "g=NONE&t=live", "g=G", "g=G&t=" + ",".join("abcdefghi"), "g=..&t=live", "g=G/x&t=live",
    "g=%00&t=live", "g=" + "G" * 400 + "&t=live",
])  # fmt: skip
def test_what_nobody_publishes_is_not_there(tmp_path: pathlib.Path, query: str) -> None:
    Journal(tmp_path / "G" / "deltas", epoch="e1")

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            assert (await ask(port, f"/live?{query}"))[0] == 404

    run(work)


@pytest.mark.parametrize(
    "request_", [b"POST / HTTP/1.1\r\n\r\n", b"rubbish\r\n\r\n", b"x" * 20_000]
)
def test_rubbish_is_answered_and_the_connection_ends(
    tmp_path: pathlib.Path, request_: bytes
) -> None:
    async def work() -> None:
        async with running(tmp_path) as (_, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request_)
            answer = await asyncio.wait_for(reader.read(), 10)
            assert answer.startswith(b"HTTP/1.1 4")
            writer.close()

    run(work)


def test_a_connection_that_says_nothing_is_ended_and_a_listener_is_not(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "IDLE", 0.0)
    monkeypatch.setattr(served, "BEATS", 1)
    Journal(tmp_path / "G" / "deltas", epoch="e1").append([delta()])

    async def work() -> None:
        async with running(tmp_path) as (own, port):
            listener = await Stream.open(port, "g=G&t=live&from=e1.0")
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()
            assert await listener.next() == ("e1.1", "u")
            assert own.live == 1

    run(work)


def test_deltas_that_can_not_be_read_do_not_silence_other_games(tmp_path: pathlib.Path) -> None:
    bad = Journal(tmp_path / "BAD" / "deltas", epoch="e1")
    good = Journal(tmp_path / "GOOD" / "deltas", epoch="e1")
    bad.append([delta()])
    good.append([delta()])

    async def work() -> None:
        async with running(tmp_path) as (_, port):
            await Stream.open(port, "g=BAD&t=live")
            stream = await Stream.open(port, "g=GOOD&t=live")
            with (tmp_path / "BAD" / "deltas" / "e1" / "0.ndjson").open("ab") as file:
                file.write(b"rubbish\n")
            good.append([delta()])
            assert await stream.next() == ("e1.2", "u")

    run(work)


async def raw(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /G/a.html HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
        b"GET /G/a.html HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /G/push HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
        b"POST /G/push HTTP/1.1\r\nContent-Length: -2\r\n\r\n{}",
        b"POST /G/push HTTP/1.1\r\nA: b\r\n Content-Length: 2\r\n\r\n{}",
        b"POST /G/push HTTP/1.1\r\nContent-Length: 99999\r\n\r\n{}",
    ],
)
def test_where_a_request_ends_is_beyond_doubt_or_the_connection_does(
    tmp_path: pathlib.Path, request_: bytes
) -> None:
    async def scene() -> None:
        async with running(tmp_path) as (_, port):
            answer = await raw(port, request_ + b"GET /G/b.html HTTP/1.1\r\n\r\n")
            assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))
            assert answer.count(b"HTTP/1.1 ") == 1, "what follows is no request of its own"

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        (
            "Content-Type: application/json",
            b'{"endpoint": "https://a.example/x", "kinds": []}',
            202,
        ),
        ("Content-Type: application/json", b'{"endpoint": "\\ud800", "kinds": []}', 202),
        ("Content-Type: application/json", b"[" * 9000, 400),
        ("Content-Type: application/json", b"{", 400),
        ("Content-Type: text/plain", b"{}", 415),
        ("X: y", b"{}", 415),
    ],
)
def test_what_browsers_ask_is_put_down_or_refused(
    tmp_path: pathlib.Path, head: str, body: bytes, status: int
) -> None:
    Journal(tmp_path / "G" / "deltas", epoch="e")

    async def scene() -> None:
        async with running(tmp_path) as (_, port):
            first = f"POST /G/push HTTP/1.1\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n"
            last = b"GET /G/none HTTP/1.0\r\n\r\n"
            answer = await raw(port, first.encode() + body + last)
            assert answer.startswith(b"HTTP/1.1 %d" % status)
            assert answer.count(b"HTTP/1.1 404") == 1, "the connection goes on"

    asyncio.run(scene())
    assert len(list((tmp_path / ".push" / "G").glob("*"))) == (status == 202)


def test_the_head_of_an_own_calendar_has_no_body(tmp_path: pathlib.Path) -> None:
    Journal(tmp_path / "G" / "deltas", epoch="e")
    calendar = tmp_path / "G" / "calendars" / "venue-A.ics"
    calendar.parent.mkdir()
    calendar.write_bytes(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")

    async def scene() -> None:
        async with running(tmp_path) as (_, port):
            words = b" /G/calendars/mine.ics?f=venue-A HTTP/1.1\r\n\r\n"
            last = b"GET /G/none HTTP/1.0\r\n\r\n"
            answer = await raw(port, b"HEAD" + words + b"GET" + words + last)
            assert answer.count(b"BEGIN:VCALENDAR") == 1

    asyncio.run(scene())
