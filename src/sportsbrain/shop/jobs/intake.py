"""
The intake of orders: a process of its own that gathers requests and settles them together.

One thread speaks HTTP, one writes. The writer takes whatever waits, settles it in one transaction
(`place_orders`) and hands the answers back after the commit, so one flush to the disk and one lock
of a hot row serve many buyers, and at low load nobody waits for others. When the database goes
away, what waits is settled when it is back: keys make that safe.
"""

import asyncio
import datetime as dt
import hashlib
import json
import logging
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict

import httptools
from django.db import InterfaceError, OperationalError, connection

from sportsbrain.shop.actions import Answer, Wish, expire_orders, place_orders
from sportsbrain.shop.queries import (
    PriceBook,
    gone_drops,
    place_of,
    snapshot_of,
    standing,
    version_of,
)
from sportsbrain.vocabulary.shop import Outcome

log = logging.getLogger(__name__)
BATCH_MAX = 512
GATHER_MAX, GATHER_STEP = 0.02, 0.0005  # seconds; never longer than the last batch took
WAITING_MAX = 20_000
BODY_MAX = 16_384
KEY_MAX = 64
URL_MAX = 200
IDLE_SECONDS = 30.0
LENGTHS = {"key": KEY_MAX, "channel": 20, "country": 2, "person": 64, "email": 200, "language": 8,
           "drop": 20, "place": 300}  # fmt: skip
LOOK_SECONDS = 1.0  # how old the catalogue may be
PATIENCE_SECONDS = 20.0  # without a database, before people are asked to try again
STATUS = {
    Outcome.PLACED: b"201 Created",
    Outcome.SOLD_OUT: b"410 Gone",
    Outcome.OVER_LIMIT: b"429 Too Many Requests",
    Outcome.REFUSED: b"422 Unprocessable Content",
    Outcome.CONFLICT: b"409 Conflict",
}
FIELDS = {"key", "channel", "lines", "country", "person", "email", "language", "drop", "codes",
          "address", "is_shipped", "is_paid", "place"}  # fmt: skip
Reply = Callable[[bytes, bytes], None]


class WishError(ValueError):
    """A request that is no wish; the text says what is wrong."""


def wish_of(body: bytes, *, may_be_paid: bool) -> Wish:
    """
    Return the wish of a request.

    Raises
    ------
    WishError
        When it is not JSON, or a field is missing, unknown or of another kind.

    """
    try:
        raw = json.loads(body)
        key = raw.pop("key")
        lines = tuple((str(sku), int(n)) for sku, n in raw.pop("lines"))
        raw["country"] = raw["country"].upper()
        words = repr((lines, sorted(raw.items()))).encode()
        fingerprint = hashlib.blake2s(words, digest_size=16).hexdigest()
        codes = tuple(str(code) for code in raw.pop("codes", ()))
        wish = Wish(key=key, body=fingerprint, lines=lines, codes=codes, **raw)
        _refuse_strange(wish)
    except (
        KeyError,
        TypeError,
        AttributeError,
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:
        message = f"an order is a JSON object with {', '.join(sorted(FIELDS))}: {error}"
        raise WishError(message) from None
    if wish.is_paid and not may_be_paid:
        message = "is_paid is for tests and counters"
        raise WishError(message)
    if not 8 <= len(key) <= KEY_MAX:
        message = "key: 8 to 64 letters of your own, the same again for the same order"
        raise WishError(message)
    return wish


def _refuse_strange(wish: Wish) -> None:
    """Refuse words that are none: what is settled together must not fall over one of them."""
    for name, most in LENGTHS.items():
        value = getattr(wish, name)
        if not (isinstance(value, str) and len(value) <= most and value.isprintable()):
            message = f"{name} has {most} letters at most, and letters only"
            raise ValueError(message)
    words = [*wish.codes, *(sku for sku, _ in wish.lines)]
    address = wish.address
    if not isinstance(address, dict) or not all(
        isinstance(word, str) for pair in address.items() for word in pair
    ):
        message = "address: words by their name"
        raise ValueError(message)
    if not all(word.isprintable() for word in (*words, *address, *address.values())):
        message = "letters only"
        raise ValueError(message)
    if not (isinstance(wish.is_paid, bool) and isinstance(wish.is_shipped, bool)):
        message = "is_paid and is_shipped are true or false"
        raise ValueError(message)


class Intake:
    """What waits, and the thread that settles it."""

    def __init__(
        self, *, games_id: int, loop: asyncio.AbstractEventLoop, may_be_paid: bool = False
    ) -> None:
        self.games_id, self.loop, self.may_be_paid = games_id, loop, may_be_paid
        self.waiting: deque[tuple[Wish, Reply]] = deque()
        self.some = threading.Event()
        self.open: set[OrderProtocol] = set()
        self.is_ending = False
        self.settled = self.batches = 0
        self.book: PriceBook | None = None
        self.gone: frozenset[str] = frozenset()
        self.looked_at = self.swept_at = self.spent = 0.0
        self.last = 0
        self.thread = threading.Thread(target=self._write, name="writer", daemon=True)

    def take(self, body: bytes, reply: Reply) -> None:
        """Take a request; answer at once when it is no wish or too many wait."""
        if len(self.waiting) >= WAITING_MAX or self.is_ending:
            reply(b"503 Service Unavailable", b'{"why": "too many wait: the same key again soon"}')
            return
        try:
            wish = wish_of(body, may_be_paid=self.may_be_paid)
        except WishError as error:
            reply(b"400 Bad Request", json.dumps({"why": str(error)}).encode())
            return
        self.waiting.append((wish, reply))
        self.some.set()

    def line(self, body: bytes) -> tuple[bytes, bytes]:
        """Say where a place of a drop stands, from memory: a hundred thousand ask all the time."""
        book = self.book
        try:
            asked = json.loads(body)
            code, word = str(asked["drop"]), str(asked["place"])
        except (ValueError, KeyError, TypeError):
            return b"400 Bad Request", b'{"why": "say drop and place"}'
        drop = book.snapshot.drops.get(code) if book else None
        found = place_of(games_id=self.games_id, drop=code, word=word)
        if drop is None or found is None:
            return b"404 Not Found", b'{"why": "there is no such place: stand in the line"}'
        where = standing(
            place=found[1], starts_at=drop.starts_at, a_second=drop.admitted_a_second,
            is_gone=code in self.gone, now=dt.datetime.now(dt.UTC),
        )  # fmt: skip
        return b"200 OK", json.dumps(asdict(where)).encode()

    def health(self) -> tuple[bytes, bytes]:
        """Return how the intake is: 503 when its writer is gone."""
        found = {"waiting": len(self.waiting), "settled": self.settled, "batches": self.batches,
                 "connections": len(self.open)}  # fmt: skip
        is_well = self.thread.is_alive()
        return b"200 OK" if is_well else b"503 Service Unavailable", json.dumps(found).encode()

    def close_idle(self) -> None:
        """Let go of connections that nobody uses, again and again."""
        before = time.monotonic() - IDLE_SECONDS
        for protocol in tuple(self.open):
            protocol.close_if_idle(before)
        self.loop.call_later(IDLE_SECONDS / 3, self.close_idle)

    def end(self) -> None:
        """Take nothing more, settle what waits, and return."""
        self.is_ending = True
        self.some.set()
        if self.thread.is_alive():
            self.thread.join()

    def _write(self) -> None:
        while True:
            self.some.wait(LOOK_SECONDS)
            self.some.clear()
            self._sweep()
            while self.waiting:
                self._sweep()
                self._gather()
                batch = [self.waiting.popleft() for _ in range(min(BATCH_MAX, len(self.waiting)))]
                began = time.monotonic()
                answers = self._settled([wish for wish, _ in batch])
                self.spent, self.last = time.monotonic() - began, len(batch)
                self.loop.call_soon_threadsafe(_reply, batch, answers)
            if self.is_ending:
                connection.close()
                return

    def _gather(self) -> None:
        """Let those who were just answered come back before the next batch is closed."""
        until = time.monotonic() + min(GATHER_MAX, self.spent)
        while len(self.waiting) < min(self.last, BATCH_MAX) and time.monotonic() < until:
            time.sleep(GATHER_STEP)

    def _sweep(self) -> None:
        """Let orders go that were not paid in time, between batches, once a second."""
        if time.monotonic() - self.swept_at < LOOK_SECONDS:
            return
        self.swept_at = time.monotonic()
        try:
            expire_orders(games_id=self.games_id, now=dt.datetime.now(dt.UTC))
            self.gone = gone_drops(games_id=self.games_id, snapshot=self._catalogue().snapshot)
        except (OperationalError, InterfaceError) as error:  # the next batch waits for the database
            log.warning("the database is away: %s", str(error).splitlines()[0])
            connection.close()
        except Exception:  # the writer goes on
            log.exception("orders that are not paid could not be let go")
            connection.close()

    def _settled(self, wishes: list[Wish]) -> list[tuple[bytes, bytes]]:
        """Return the answers of a batch after the commit; again when the database was away."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                now = dt.datetime.now(dt.UTC)
                answers = place_orders(self._catalogue(), wishes=wishes, now=now)
            except (OperationalError, InterfaceError):
                connection.close()
                if time.monotonic() > until or self.is_ending:
                    away = b'{"why": "the shop can not answer: the same key again soon"}'
                    return [(b"503 Service Unavailable", away)] * len(wishes)
                time.sleep(0.05)
                continue
            except Exception:  # one of them is at fault: the others must not fall with it
                log.exception("a batch of %d could not be settled", len(wishes))
                connection.close()
                if len(wishes) == 1:
                    fault = b'{"why": "this order can not be made: write to the shop"}'
                    return [(b"500 Internal Server Error", fault)]
                return [answer for wish in wishes for answer in self._settled([wish])]
            self.settled += len(wishes)
            self.batches += 1
            return [(STATUS[answer.outcome], _body(answer)) for answer in answers]

    def _catalogue(self) -> PriceBook:
        """Return the catalogue, at most a second old."""
        if self.book is None or time.monotonic() - self.looked_at > LOOK_SECONDS:
            found = version_of(games_id=self.games_id)
            if self.book is None or found != self.book.snapshot.version:
                self.book = PriceBook(snapshot_of(games_id=self.games_id))
            self.looked_at = time.monotonic()
        return self.book


def _body(answer: Answer) -> bytes:
    if answer.outcome != Outcome.PLACED:
        return json.dumps({"outcome": answer.outcome.value, "why": answer.why}).encode()
    expires = answer.expires_at.isoformat() if answer.expires_at else None
    return json.dumps(
        {"outcome": "placed", "order": answer.order, "total": answer.total,
         "currency": answer.currency, "expires_at": expires}
    ).encode()  # fmt: skip


def _reply(batch: list[tuple[Wish, Reply]], answers: list[tuple[bytes, bytes]]) -> None:
    for (_, reply), (status, body) in zip(batch, answers, strict=True):
        reply(status, body)


class OrderProtocol(asyncio.Protocol):
    """One connection: requests one after the other, kept alive."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.parser = httptools.HttpRequestParser(self)
        self.transport: asyncio.Transport | None = None
        self.url = self.body = b""
        self.is_busy = self.is_last = False
        self.heard_at = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = transport  # type: ignore[assignment]  # of a stream
        self.intake.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the way back: an answer that nobody waits for is dropped, its order stays."""
        self.transport = None
        self.intake.open.discard(self)

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        self.heard_at = time.monotonic()
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.is_last = True
            self.reply(b"400 Bad Request", b'{"why": "this is not HTTP/1.1 as it is spoken here"}')

    def on_message_begin(self) -> None:
        """Begin a request; who sends the next before the answer is answered once and let go."""
        self.url = self.body = b""

    def on_url(self, url: bytes) -> None:
        """Keep the address, which may come in parts."""
        self.url = (self.url + url)[:URL_MAX]

    def on_body(self, body: bytes) -> None:
        """Keep the body, as long as it is no novel."""
        if len(self.body) <= BODY_MAX:
            self.body += body

    def on_message_complete(self) -> None:
        """Take a whole request, one at a time."""
        if self.is_busy:
            self.is_last = True
            return
        self.is_busy = True
        self.is_last = not self.parser.should_keep_alive()
        method = self.parser.get_method()
        if method == b"POST" and self.url == b"/orders" and len(self.body) <= BODY_MAX:
            self.intake.take(self.body, self.reply)
        elif method == b"POST" and self.url == b"/line" and len(self.body) <= BODY_MAX:
            self.reply(*self.intake.line(self.body))
        elif method == b"GET" and self.url == b"/health":
            self.reply(*self.intake.health())
        elif len(self.body) > BODY_MAX:
            self.reply(b"413 Content Too Large", b'{"why": "an order has 16 kB at most"}')
        else:
            self.reply(b"404 Not Found", b'{"why": "POST /orders or /line"}')

    def reply(self, status: bytes, body: bytes) -> None:
        """Answer, if somebody still waits."""
        self.is_busy = False
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (status, len(body), body)
            )
            if self.is_last:
                self.transport.close()

    def close_if_idle(self, before: float) -> None:
        """Let go of who has said nothing for long and waits for nothing."""
        if not self.is_busy and self.heard_at < before and self.transport is not None:
            self.transport.close()


async def serve_intake(
    *, games_id: int, host: str, port: int, may_be_paid: bool, on_ready: Callable[[int], None]
) -> None:
    """Serve until SIGTERM; then take nothing more, settle what waits, and end."""
    loop = asyncio.get_running_loop()
    intake = Intake(games_id=games_id, loop=loop, may_be_paid=may_be_paid)
    intake.thread.start()
    intake.close_idle()
    listening = socket.create_server((host, port), reuse_port=True, backlog=4096)
    server = await loop.create_server(lambda: OrderProtocol(intake), sock=listening, backlog=4096)
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ended.set)
    on_ready(listening.getsockname()[1])
    await ended.wait()
    server.close()
    await loop.run_in_executor(None, intake.end)
