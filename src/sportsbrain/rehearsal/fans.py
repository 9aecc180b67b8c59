"""
Many listeners in one process: `python -m sportsbrain.rehearsal.fans PORT PATH COUNT N`.

Says "ready" when all are connected, and at the end, after N messages each, what it saw: the time
from the number in a message's `at` (monotonic seconds) to its arrival. With a fifth word, messages
are results of a unit: it says when each came to each client.
"""

import asyncio
import json
import sys
import time
from typing import Any

import uvloop

WAVE = 200  # connections that are opened at once
MARK = b'"at":'


class Listener(asyncio.Protocol):
    """One client; only the times and numbers of messages are kept."""

    __slots__ = ("_buffer", "_crowd", "_transport", "came", "seen")

    def __init__(self, crowd: "Crowd") -> None:
        self._crowd, self._buffer = crowd, b""
        self._transport: Any = None
        self.seen: list[int] = []
        self.came: list[float] = []

    def connection_made(self, transport: Any) -> None:
        """Ask to listen."""
        self._transport = transport
        transport.write(self._crowd.request)

    def data_received(self, data: bytes) -> None:
        """Note each message, and when it came."""
        now = time.monotonic()
        buffer = self._buffer + data if self._buffer else data
        *whole, self._buffer = buffer.split(b"\n\n")
        for text in whole:
            if b"HTTP/1.1 200" in text:
                self._crowd.connected += 1
            at = text.find(MARK)
            if self._crowd.is_of_results and b"event: u" in text:
                self.seen.append(int(text[text.find(b'"v":') + 4 :].split(b",", 1)[0]))
                self.came.append(now)
                self._crowd.times.append(0.0)
            elif at >= 0:
                sent = float(text[at + len(MARK) :].split(b",", 1)[0].rstrip(b"}\n"))
                number = int(text[text.find(b'"n":') + 4 :].split(b",", 1)[0].rstrip(b"}\n"))
                self._crowd.times.append(now - sent)
                self.seen.append(number)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count who was dropped."""
        del exc
        self._crowd.dropped += 1


class Crowd:
    """All listeners."""

    def __init__(self, port: int, path: str, *, is_of_results: bool) -> None:
        self.port, self.is_of_results = port, is_of_results
        self.request = (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        "Accept: text/event-stream\r\n\r\n").encode()  # fmt: skip
        self.connected = self.dropped = 0
        self.times: list[float] = []
        self.clients: list[Listener] = []

    async def listen(self, count: int, messages: int, patience: float) -> dict[str, Any]:
        """Connect so many, wait for so many messages each, and return what was seen."""
        loop = asyncio.get_running_loop()

        def made() -> Listener:
            client = Listener(self)
            self.clients.append(client)
            return client

        for first in range(0, count, WAVE):
            await asyncio.gather(*(
                loop.create_connection(made, "127.0.0.1", self.port)
                for _ in range(min(WAVE, count - first))
            ))  # fmt: skip
        ends = time.monotonic() + patience
        while self.connected < count and time.monotonic() < ends:
            await asyncio.sleep(0.05)
        print("ready", self.connected, flush=True)  # noqa: T201  # this process's words
        while len(self.times) < count * messages and time.monotonic() < ends:
            await asyncio.sleep(0.05)
        first = min((c.seen[0] for c in self.clients if c.seen), default=1)
        wanted = list(range(first, first + messages))
        good = sum(client.seen == wanted for client in self.clients)
        times = sorted(self.times) or [0.0]
        return {
            "connected": self.connected, "dropped": self.dropped, "received": len(self.times),
            "whole": good, "p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)],
            "worst": times[-1],
            "arrivals": [client.came for client in self.clients if client.came],
        }  # fmt: skip


def main() -> None:
    """Listen and say what was seen."""
    uvloop.install()
    port, path, count, messages = sys.argv[1:5]
    crowd = Crowd(int(port), path, is_of_results=len(sys.argv) > 5)
    seen = asyncio.run(crowd.listen(int(count), int(messages), 120.0))
    print(json.dumps(seen), flush=True)  # noqa: T201  # this process's words


if __name__ == "__main__":
    main()
