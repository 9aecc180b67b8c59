"""
Listeners that go to another server when theirs ends, with the number they have.

`python -m sportsbrain.rehearsal.steady PATH COUNT LAST PORT PORT …`: says "ready", then what each
saw: whether all numbers up to the last one came once and in order.
"""

import asyncio
import contextlib
import json
import random
import sys
import time
from collections.abc import Sequence
from typing import Any

import uvloop

PATIENCE = 120.0
AGAIN = (0.1, 0.6)  # seconds before it asks the other one


class Steady:
    """One listener over several servers."""

    def __init__(self, path: str, ports: Sequence[int], number: int) -> None:
        self.path, self.ports = path, ports
        self.at = ports[number % len(ports)]
        self.last = ""
        self.seen: list[int] = []
        self.resets = self.again = 0
        self.is_open = asyncio.Event()

    async def listen(self, last: int) -> None:
        """Listen until the last number has come."""
        while not self.seen or self.seen[-1] < last:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._once(last)
            if self.seen and self.seen[-1] >= last:
                return
            await asyncio.sleep(random.uniform(*AGAIN))  # noqa: S311  # spreads load, guards nothing
            self.again += 1
            self.at = self.ports[(self.ports.index(self.at) + 1) % len(self.ports)]

    async def _once(self, last: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.at)
        try:
            known = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
            writer.write(f"GET {self.path} HTTP/1.1\r\nHost: x\r\n{known}\r\n".encode())
            await reader.readuntil(b"\r\n\r\n")
            self.is_open.set()
            while not self.seen or self.seen[-1] < last:
                text = (await reader.readuntil(b"\n\n")).decode()
                rows = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
                if "id" not in rows:
                    continue
                self.last = rows["id"]
                if rows["event"] == "reset":
                    self.resets += 1
                    continue
                self.seen.append(int(self.last.rpartition(".")[2]))
        finally:
            writer.close()


async def watch(path: str, ports: Sequence[int], count: int, last: int) -> dict[str, Any]:
    """Return what so many listeners saw up to a number."""
    crowd = [Steady(path, ports, n) for n in range(count)]
    tasks = [asyncio.create_task(one.listen(last)) for one in crowd]
    for one in crowd:
        await one.is_open.wait()
    print("ready", flush=True)  # noqa: T201  # this process's words
    began = time.monotonic()
    await asyncio.wait(tasks, timeout=PATIENCE)
    for task in tasks:
        task.cancel()
    wanted = list(range(1, last + 1))
    return {
        "whole": sum(one.seen == wanted for one in crowd),
        "twice": sum(len(one.seen) - len(set(one.seen)) for one in crowd),
        "missed": sum(len(set(wanted) - set(one.seen)) for one in crowd),
        "resets": sum(one.resets for one in crowd), "again": sum(one.again for one in crowd),
        "seconds": time.monotonic() - began,
    }  # fmt: skip


def main() -> None:
    """Watch and say what was seen."""
    path, count, last, *ports = sys.argv[1:]
    uvloop.install()
    seen = asyncio.run(watch(path, [int(port) for port in ports], int(count), int(last)))
    print(json.dumps(seen), flush=True)  # noqa: T201  # this process's words


if __name__ == "__main__":
    main()
