"""
A poor network between a browser and a server: far, lossy, and sometimes none at all.

Each piece of the size of a packet comes late by the time of the way; one that is lost comes later
by the time until it is sent again, and what follows it waits, as TCP has it. In silence nothing
comes through and nothing is refused: that is how a radio shadow looks to a browser.
"""

import asyncio
import random
import threading
from contextlib import suppress

PACKET, AGAIN_SECONDS = 1_460, 0.5  # of a round trip and the least that TCP waits


class PoorLine:
    """Listens on a port of its own and hands on to another; begin it, end it."""

    def __init__(self, port: int, *, way: float = 0.15, loss: float = 0.05, seed: int = 1) -> None:
        self.to, self.way, self.loss, self.dice = port, way, loss, random.Random(seed)  # noqa: S311  # no secret
        self.port, self.lost = 0, 0
        self._writers: list[asyncio.StreamWriter] = []
        self._open = threading.Event()
        self._open.set()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def begin(self) -> str:
        """Listen; return the address."""
        self._thread.start()
        self._ready.wait(10)
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> None:
        """Stop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def silence(self) -> None:
        """Let nothing through."""
        self._open.clear()

    def speak(self) -> None:
        """Let everything through again; what began in the silence is lost."""
        self._open.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._joined, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for writer in self._writers:
            writer.transport.abort()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _joined(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.sleep(2 * self.way)  # the handshake
            there, forth = await asyncio.open_connection("127.0.0.1", self.to)
            self._writers += [back, forth]
            await asyncio.gather(self._carry(near, forth), self._carry(there, back))
        back.close()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Hand on what comes, late; pieces are on their way at the same time."""
        loop = asyncio.get_running_loop()
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def arrive() -> None:
            free = 0.0
            while True:
                at, data = await line.get()
                free = max(free, at)
                await asyncio.sleep(max(0.0, free - loop.time()))
                while not self._open.is_set():
                    await asyncio.sleep(0.05)
                if not data:
                    break
                sink.write(data)
                await sink.drain()
            with suppress(OSError):
                sink.write_eof()

        arriving = asyncio.ensure_future(arrive())
        with suppress(OSError):
            while data := await source.read(PACKET):
                is_lost = self.dice.random() < self.loss
                self.lost += is_lost
                await line.put((loop.time() + self.way + AGAIN_SECONDS * is_lost, data))
        await line.put((loop.time() + self.way, b""))
        with suppress(OSError, asyncio.CancelledError):
            await arriving
