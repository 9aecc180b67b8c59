"""
The server of pages and deltas: one process of asyncio, no Django, no database.

Pages are files of the shelf held in memory; deltas go to open pages as server-sent events.
"""

import asyncio
import logging
import os
import random
import re
import signal
from collections.abc import Callable, Coroutine
from email.utils import formatdate
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from sportsbrain.channel.jobs.asked import ASKED_MAX, put_asked
from sportsbrain.channel.jobs.hub import KEPT, Channel
from sportsbrain.channel.jobs.journal import Follower
from sportsbrain.channel.jobs.lists import own_calendar
from sportsbrain.channel.jobs.pages import ENCODINGS, SAFE, Pages

LOG = logging.getLogger(__name__)
GAMES = re.compile(r"[A-Za-z0-9_-]{1,60}")
REQUEST_MAX = 16 << 10
LENGTH = b"content-length"
BEHIND_MAX = 64 << 10  # bytes that a client may be behind before it is dropped
TOPICS_MAX = 8
CLIENTS_MAX = 20_000
BEATS = 20  # seconds between signs of life
IDLE = 60.0  # seconds that a connection may say nothing
LIFE = (600, 1200)  # seconds of a connection, so that load evens out
LOOK = 0.02


class FanServer:
    """All visitors of a folder of published Games."""

    def __init__(self, folder: Path, *, look: float = LOOK) -> None:
        self.folder, self.pages, self.look = folder, Pages(folder), look
        self.channels: dict[str, Channel] = {}
        self.beats: list[set[Visitor]] = [set() for _ in range(BEATS)]
        self.live = 0
        self.date = b""
        self._tasks: list[asyncio.Task[None]] = []

    def channel(self, games: str) -> Channel | None:
        """Return the deltas of a Games; None where nothing is published."""
        found = self.channels.get(games)
        if found is None:
            deltas = self.folder / games / "deltas"
            if not GAMES.fullmatch(games) or not (deltas / "head.json").exists():
                return None
            found = self.channels[games] = Channel(Follower(deltas, kept=KEPT))
            found.look()
        return found

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Begin to listen, to look for deltas and to give signs of life."""
        loop = asyncio.get_running_loop()
        self._set_date()
        server = await loop.create_server(
            lambda: Visitor(self), host, port, backlog=4096, reuse_address=True
        )
        self._tasks = [
            loop.create_task(self._follow()), loop.create_task(self._beat())
        ]  # fmt: skip
        return server

    async def _follow(self) -> None:
        while True:
            for games, channel in self.channels.items():
                try:
                    channel.look()
                except (OSError, ValueError):  # the others are heard all the same
                    LOG.exception("the deltas of %s can not be read", games)
            await asyncio.sleep(self.look)

    async def _beat(self) -> None:
        """End who is over their time; to who has heard nothing for long, say that one is there."""
        turn = 0
        while True:
            await asyncio.sleep(1)
            self._set_date()
            turn = (turn + 1) % BEATS
            now = monotonic()
            for visitor in tuple(self.beats[turn]):
                if now > visitor.ends_at:
                    visitor.close()
                elif visitor.heard and visitor.heard[0].is_quiet(visitor.heard[1], now - BEATS):
                    visitor.write(b": \n\n")

    def _set_date(self) -> None:
        self.date = b"Date: %s\r\n" % formatdate(usegmt=True).encode()

    async def stop(self, server: asyncio.Server) -> None:
        """Close everything: open pages come back to another one."""
        server.close()
        for task in self._tasks:
            task.cancel()
        for visitors in self.beats:
            for visitor in tuple(visitors):
                visitor.close()
        await asyncio.sleep(0)


class Visitor(asyncio.Protocol):
    """One connection: asks for pages, or listens."""

    __slots__ = ("_buffer", "_server", "_socket", "_transport", "beat", "ends_at", "heard")

    def __init__(self, server: FanServer) -> None:
        self._server = server
        self._buffer = b""
        self._transport: Any = None
        self._socket = -1
        self.heard: tuple[Channel, frozenset[str]] | None = None
        self.beat, self.ends_at = 0, 0.0

    def connection_made(self, transport: Any) -> None:
        """Keep the connection for a minute, or as long as it asks for pages or listens."""
        self._transport = transport
        self._socket = transport.get_extra_info("socket").fileno()
        self.beat = random.randrange(BEATS)  # noqa: S311  # spreads load, guards nothing
        self._server.beats[self.beat].add(self)
        self.ends_at = monotonic() + IDLE

    def pause_writing(self) -> None:
        """Drop a client that does not read: it comes back with its number."""
        if self.heard:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the visitor."""
        del exc
        self._socket = -1
        self._server.beats[self.beat].discard(self)
        if self.heard:
            channel, topics = self.heard
            for topic in topics:
                channel.listeners[topic].discard(self)
                if not channel.listeners[topic]:
                    del channel.listeners[topic]
            self._server.live -= 1
            self.heard = None

    def write(self, frame: bytes) -> None:
        """
        Send bytes as they are.

        Straight to the socket while nothing waits: that is what nearly every delivery costs.
        """
        sent = 0
        if not self._transport.get_write_buffer_size():
            try:
                sent = os.write(self._socket, frame)
            except BlockingIOError:
                pass
            except OSError:  # gone, or ended already
                self._end()
                return
        if sent < len(frame):
            self._transport.write(frame[sent:])

    def _end(self) -> None:
        self._socket = -1  # never to be written to again: the number may be somebody else's soon
        self._transport.abort()

    def close(self) -> None:
        """End the connection when all is sent."""
        self._socket = -1
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        if self.heard:
            return
        self._buffer = self._buffer + data if self._buffer else data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            request, rest = self._buffer[:end], self._buffer[end + 4 :]
            length = _length(request)
            if length < 0 or length > ASKED_MAX:
                self._say(413 if length > 0 else 400, b"no such body is taken")
                self._transport.close()
                return
            if len(rest) < length:
                break
            self._buffer = rest[length:]
            if length:
                self._ask(request, rest[:length])
                continue
            self._answer(request)
            if self.heard:
                self._buffer = b""
                return
        if len(self._buffer) > REQUEST_MAX:
            self._say(431, b"the request is too large")
            self._transport.close()

    def _ask(self, request: bytes, body: bytes) -> None:
        """Take what a browser asks to be told; the notifier reads it."""
        parts = request.split(b" ", 2)[1].decode("ascii", "replace").strip("/").split("/")
        if len(parts) != 2 or parts[1] != "push" or self._server.channel(parts[0]) is None:
            self._say(404, b"there is nothing to ask here")
        elif b"application/json" not in _headers(request).get(b"content-type", b""):
            self._say(415, b"only application/json is taken")
        else:
            status, text = put_asked(self._server.folder / ".push" / parts[0], body)
            self._say(status, text)

    def _answer(self, request: bytes) -> None:
        first, _, rest = request.partition(b"\r\n")
        parts = first.split(b" ")
        if len(parts) != 3 or parts[0] not in {b"GET", b"HEAD"}:
            self._say(405 if len(parts) == 3 else 400, b"only GET and HEAD are answered")
            self._transport.close()
            return
        path, _, query = parts[1].partition(b"?")
        headers = _headers(rest)
        if path.endswith(b"/live"):
            self._listen(query, headers)
        elif path == b"/metrics" and b"x-forwarded-for" not in headers:
            self._figures()
        elif path.endswith(b"/calendars/mine.ics"):
            self._own_calendar(path, query, is_head=parts[0] == b"HEAD")
        else:
            self._page(path, headers, is_head=parts[0] == b"HEAD")
            if headers.get(b"connection") == b"close" or parts[2] == b"HTTP/1.0":
                self._transport.close()

    def _page(self, path: bytes, headers: dict[bytes, bytes], *, is_head: bool) -> None:
        entry = self._server.pages.get(path)
        if entry is None:
            self._say(404, b"there is no such page")
            if is_head:  # its body is not asked for: what comes next must not follow it
                self._transport.close()
            return
        self.ends_at = monotonic() + IDLE
        accepted = headers.get(b"accept-encoding", b"")
        for encoding, _ in ENCODINGS:
            if encoding in entry.answers and (not encoding or _takes(accepted, encoding)):
                break
        head, body, tag = entry.answers[encoding]
        if headers.get(b"if-none-match") == tag:
            self._transport.write(b"HTTP/1.1 304 Not Modified\r\n%s%s\r\n"
                                  % (self._server.date, head))  # fmt: skip
            return
        start = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(body)
        self._transport.write(
            b"".join((start, self._server.date, head, b"\r\n", b"" if is_head else body))
        )

    def _figures(self) -> None:
        """Answer Prometheus; what a server before us passes on is no such question."""
        server = self._server
        text = (
            "# HELP sportsbrain_listeners Who hears deltas\n# TYPE sportsbrain_listeners gauge\n"
            f"sportsbrain_listeners {server.live}\n"
            "# HELP sportsbrain_visitors Open connections\n# TYPE sportsbrain_visitors gauge\n"
            f"sportsbrain_visitors {sum(map(len, server.beats))}\n"
        ).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: %d\r\n"
            b"%s%s\r\n%s" % (len(text), server.date, SAFE, text)
        )
        self._transport.close()

    def _own_calendar(self, path: bytes, query: bytes, *, is_head: bool) -> None:
        """Answer with the calendar of a list that stands in the address: nothing is kept of it."""
        games = path.decode("ascii", "replace").strip("/").split("/")[0]
        found = None
        if self._server.channel(games) is not None:
            found = own_calendar(self._server.folder / games / "calendars", query)
        if found is None:
            self._say(404, b"nothing of this list has a calendar")
            if is_head:
                self._transport.close()
            return
        self.ends_at = monotonic() + IDLE
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar; charset=utf-8\r\n"
            b"Cache-Control: public, max-age=60\r\nContent-Length: %d\r\n%s%s\r\n%s"
            % (len(found), self._server.date, SAFE, b"" if is_head else found)
        )

    def _listen(self, query: bytes, headers: dict[bytes, bytes]) -> None:
        asked = parse_qs(query.decode("ascii", "replace"))
        channel = self._server.channel(asked.get("g", [""])[0])
        topics = frozenset(asked.get("t", [""])[0].split(",")) - {""}
        if channel is None or not topics or len(topics) > TOPICS_MAX:
            self._say(404, b"no such Games, no topic, or more than eight")
            self._transport.close()
            return
        if self._server.live >= CLIENTS_MAX:
            self._transport.write(b"HTTP/1.1 204 No Content\r\n%s\r\n" % self._server.date)
            return
        at = headers.get(b"last-event-id", b"").decode("ascii", "replace")
        self._hear(channel, topics, at or asked.get("from", [""])[0])

    def _hear(self, channel: Channel, topics: frozenset[str], at: str) -> None:
        server = self._server
        self.heard = (channel, topics)
        for topic in topics:
            channel.listeners.setdefault(topic, set()).add(self)
        server.live += 1
        self.ends_at = monotonic() + random.uniform(*LIFE)  # noqa: S311  # spreads load, guards nothing
        self._transport.set_write_buffer_limits(high=BEHIND_MAX)
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
            b"X-Accel-Buffering: no\r\n%s%s\r\nretry: %d\n\n"
            % (SAFE, server.date, random.randrange(1000, 5000))  # noqa: S311  # as above
            + channel.since(at, topics)
        )

    def _say(self, status: int, text: bytes) -> None:
        self._transport.write(
            b"HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n%s%s\r\n%s"
            % (status, b"Not so", len(text), self._server.date, SAFE, text)
        )


def _takes(accepted: bytes, encoding: bytes) -> bool:
    """Tell whether a client takes an encoding; one with the weight of nothing it does not."""
    if encoding not in accepted:
        return False
    for one in accepted.split(b","):
        name, _, weight = one.strip().partition(b";")
        if name.strip() == encoding:
            return weight.strip() not in {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}
    return False


def _length(request: bytes) -> int:
    """Return how many bytes of a body follow; less than nought where that is not to be trusted."""
    lines = [line.lower() for line in request.split(b"\r\n")[1:]]
    named = [line.partition(b":")[2].strip() for line in lines if line.startswith(LENGTH)]
    is_odd = any(
        line[:1] in b" \t" or line.startswith(b"transfer-encoding") for line in lines if line
    )
    if is_odd or len(named) > 1 or any(not text.isdigit() or len(text) > 9 for text in named):
        return -1
    length = int(named[0]) if named else 0
    return length if request.startswith(b"POST ") or not length else -1


def _headers(rest: bytes) -> dict[bytes, bytes]:
    found = {}
    for line in rest.split(b"\r\n"):
        name, _, value = line.partition(b":")
        found[name.lower()] = value.strip()
    return found


def serve(
    folder: Path, *, host: str, port: int, ready: Callable[[], None] | None = None,
    beside: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> None:  # fmt: skip
    """Serve until SIGTERM or SIGINT; ``beside`` runs in the same loop, such as a copy's keeper."""
    asyncio.run(_serve(folder, host, port, ready, beside))


async def _serve(
    folder: Path, host: str, port: int, ready: Callable[[], None] | None,
    beside: Callable[[], Coroutine[Any, Any, None]] | None,
) -> None:  # fmt: skip
    own = FanServer(folder)
    other = asyncio.create_task(beside()) if beside else None
    server = await own.serve(host, port)
    ends = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ends.set)
    if ready:
        ready()
    await ends.wait()
    if other:
        other.cancel()
    await own.stop(server)
