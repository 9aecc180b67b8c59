"""A crowd of buyers: they come in over HTTP and wait for their answers."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

AGAIN = 503  # neither yes nor no: the same key again


@dataclass(slots=True)
class Told:
    """What buyers were told: answers by status, seconds each waited, orders by key."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    orders: dict[str, int] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)


class _Buyer(asyncio.Protocol):
    """One connection that sends the next body when it has the answer to the last."""

    def __init__(self, bodies: Iterator[tuple[str, bytes]], told: Told, ended: Callable[[], None],
                 *, keeps: bool) -> None:  # fmt: skip
        self.bodies, self.told, self.ended, self.keeps = bodies, told, ended, keeps
        self.buffer, self.key, self.began = b"", "", 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # of a stream
        self._send()

    def _send(self) -> None:
        found = next(self.bodies, None)
        if found is None or self.transport is None:
            if self.transport:
                self.transport.close()
            return
        self.key, body = found
        self.told.asked.add(self.key)
        self.told.untold.add(self.key)
        self.began = time.perf_counter()
        self.transport.write(
            b"POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: %d\r\n\r\n%b"
            % (len(body), body)
        )

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, blank, rest = self.buffer.partition(b"\r\n\r\n")
        if not blank:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(rest) < length:
            return
        self.buffer = b""
        status = int(head[9:12])
        self.told.statuses[status] += 1
        self.told.seconds.append(time.perf_counter() - self.began)
        if status != AGAIN:
            self.told.untold.discard(self.key)
        if self.keeps and status == 201:
            self.told.orders[self.key] = json.loads(rest)["order"]
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.ended()


async def buy(
    *, host: str, port: int, clients: int, bodies: Iterator[tuple[str, bytes]], keeps: bool = False
) -> Told:
    """Let so many buyers send (key, body) until there are no more; return what they were told."""
    loop = asyncio.get_running_loop()
    told = Told()
    left = clients
    done = asyncio.Event()

    def ended() -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    for _ in range(clients):
        try:
            await loop.create_connection(
                lambda: _Buyer(bodies, told, ended, keeps=keeps), host, port
            )
        except OSError:
            ended()
    await done.wait()
    return told
