"""A crowd of buyers: they come in over HTTP and wait for their answers."""

import asyncio
import itertools
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
    *,
    host: str,
    port: int,
    clients: int,
    bodies: Iterator[tuple[str, bytes]],
    keeps: bool = False,
    told: Told | None = None,
) -> Told:
    """Let so many buyers send (key, body) until there are no more; return what they were told."""
    loop = asyncio.get_running_loop()
    told = told or Told()
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


def body_of(key: str, sku: str, *, drop: str = "", is_paid: bool = False) -> bytes:
    """Return the body of a wish for one piece."""
    wish = {"key": key, "channel": "web", "lines": [[sku, 1]], "country": "PT", "person": key,
            "drop": drop, "is_paid": is_paid}  # fmt: skip
    return json.dumps(wish).encode()


def _until(end: float, many: int, tag: str) -> Iterator[tuple[str, bytes]]:
    for n in itertools.count():
        if time.monotonic() > end:
            return
        key = f"{tag}-{n:09}"
        yield key, body_of(key, f"P{n % many}") if many else body_of(key, "MASCOT", drop="MASCOT")


def crowd(port: int, clients: int, seconds: float, many: int, tag: str) -> dict[str, float]:
    """
    Buy for some seconds and return counts and waits; for a process of its own.

    ``many`` pins one after the other, or the mascot of the drop when it is 0.
    """
    began = time.monotonic()
    told = asyncio.run(
        buy(host="127.0.0.1", port=port, clients=clients,
            bodies=_until(began + seconds, many, tag))
    )  # fmt: skip
    waits = sorted(told.seconds)
    return {
        "placed": float(told.statuses[201]),
        "others": float(sum(told.statuses.values()) - told.statuses[201]),
        "spent": time.monotonic() - began,
        "p50": waits[len(waits) // 2] if waits else 0.0,
        "p99": waits[int(len(waits) * 0.99)] if waits else 0.0,
    }
