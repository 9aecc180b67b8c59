"""Several machines: deltas go through a real NATS, each hub keeps a copy, nobody misses one."""

import asyncio
import pathlib
import shutil
import threading
import time

import pytest

from sportsbrain.bench.channel.failover import NATS, run
from sportsbrain.bench.channel.processes import free_port, started
from sportsbrain.channel.jobs.journal import Delta, Follower, Journal, read_head
from sportsbrain.channel.jobs.stream import carry, keep_copy

pytestmark = pytest.mark.skipif(NATS is None, reason="no NATS server on this machine")


def deltas(count: int) -> list[Delta]:
    return [Delta(event="u", topics=("live",), body={"n": n}) for n in range(count)]


def test_listeners_of_two_hubs_see_each_message_once_though_one_is_killed_and_one_stops(
    tmp_path: pathlib.Path,
) -> None:
    seen = run(tmp_path, listeners=60, messages=40)
    assert (seen["whole"], seen["twice"], seen["missed"], seen["resets"]) == (60, 0, 0, 0)
    assert seen["again"] >= 60


def test_a_copy_goes_on_where_it_was_and_a_carrier_repeats_nothing(tmp_path: pathlib.Path) -> None:
    port = free_port()
    url = f"nats://127.0.0.1:{port}"
    journal = Journal(tmp_path / "own", epoch="e1")

    def beside(seconds: float) -> None:
        """Carry and copy for a while, as two processes that are then killed."""

        async def both() -> None:
            work = (carry(tmp_path / "own", games="G", url=url),
                    keep_copy(tmp_path / "copy", games="G", url=url))  # fmt: skip
            tasks = [asyncio.create_task(one) for one in work]
            ends = time.monotonic() + seconds
            while time.monotonic() < ends and numbers() != list(range(1, journal.number + 1)):
                await asyncio.sleep(0.05)
            for task in tasks:
                task.cancel()

        worker = threading.Thread(target=lambda: asyncio.run(both()))
        worker.start()
        worker.join()

    def numbers() -> list[int]:
        return [one.number for one in Follower(tmp_path / "copy", kept=10**9).follow()]

    with started([str(NATS), "-js", "-sd", str(tmp_path / "nats"), "-p", str(port)], port=port):
        journal.append(deltas(300))
        beside(20)
        assert numbers() == list(range(1, 301))
        journal.append(deltas(300))
        beside(20)
        assert numbers() == list(range(1, 601))
        shutil.rmtree(tmp_path / "own")
        journal = Journal(tmp_path / "own", epoch="e2")
        for count in (5, 6):  # the stream still holds the journal before, from its beginning
            journal.append(deltas(count - journal.number))
            beside(20)
            assert numbers() == list(range(1, count + 1))
            assert read_head(tmp_path / "copy")[:2] == ("e2", count)
        for block in (tmp_path / "own" / "e2").glob("*.ndjson"):
            assert block.read_bytes() == (tmp_path / "copy" / "e2" / block.name).read_bytes()
