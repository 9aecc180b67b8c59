"""Two hubs on JetStream, one killed and one stopped: everybody sees everything once, in order."""

import asyncio
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from sportsbrain.bench.channel.processes import free_port, own_words, started
from sportsbrain.bench.rows import BenchRow
from sportsbrain.channel.jobs.journal import Delta, Journal

PATH = "/live?g=G&t=live,other&from=e1.0"
LISTENERS, MESSAGES, PAUSE = 1_000, 120, 0.1
NATS = shutil.which("nats-server") or shutil.which(
    "nats-server", path=str(pathlib.Path(sys.executable).parent)
)


def failover(
    folder: pathlib.Path, *, listeners: int = LISTENERS, messages: int = MESSAGES
) -> list[BenchRow]:
    """Return the rows of line 4; none without a NATS server."""
    if NATS is None:
        return []
    seen = run(folder, listeners=listeners, messages=messages)
    return [
        BenchRow(line=4, case=f"two hubs, {messages} messages: listeners with each once, in order",
                 value=float(seen["whole"]), unit="clients", op="==", target=float(listeners)),
        BenchRow(line=4, case="messages that came twice", value=float(seen["twice"]), unit="",
                 op="==", target=0.0),
        BenchRow(line=4, case="messages that did not come", value=float(seen["missed"]), unit="",
                 op="==", target=0.0),
        BenchRow(line=4, case="told to read afresh", value=float(seen["resets"]), unit=""),
        BenchRow(line=4, case="connections opened again", value=float(seen["again"]), unit=""),
    ]  # fmt: skip


def run(folder: pathlib.Path, *, listeners: int, messages: int) -> dict[str, float]:
    """Publish, kill the first hub and start it again, stop the second; return what was seen."""
    journal = Journal(folder / "publisher" / "G" / "deltas", epoch="e1")
    nats, *ports = free_port(), free_port(), free_port()
    address = f"nats://127.0.0.1:{nats}"

    def words(number: int) -> list[str]:
        return own_words("channel", "serve", "--folder", str(folder / f"hub{number}"), "--port",
                         str(ports[number]), "--games", "G", "--nats", address)  # fmt: skip

    with ExitStack() as stack:
        store = str(folder / "nats")
        stack.enter_context(started([str(NATS), "-js", "-sd", store, "-p", str(nats)], port=nats))
        stack.enter_context(_carrying(journal.folder, address))
        journal.append([Delta(event="u", topics=("other",), body={})])  # number 1: hubs know of G
        hubs = [stack.enter_context(started(words(n), port=ports[n])) for n in (0, 1)]
        for number in (0, 1):
            _until_known(folder / f"hub{number}" / "G" / "deltas")
        crowd = subprocess.Popen(  # noqa: S603  # words of this bench
            [sys.executable, "-m", "sportsbrain.rehearsal.steady", PATH, str(listeners),
             str(messages + 1), *map(str, ports)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert crowd.stdout is not None  # noqa: S101  # asked for above
        crowd.stdout.readline()
        for number in range(messages):
            journal.append([Delta(event="u", topics=("live",), body={"n": number})])
            if number == messages // 3:
                hubs[0].send_signal(signal.SIGKILL)
            if number == messages // 2:
                hubs[0] = stack.enter_context(started(words(0), port=ports[0]))
            if number == 2 * messages // 3:
                hubs[1].send_signal(signal.SIGTERM)
            time.sleep(PAUSE)
        seen: dict[str, float] = json.loads(crowd.stdout.readline())
        crowd.wait(30)
    return seen


@contextmanager
def _carrying(folder: pathlib.Path, address: str) -> Iterator[None]:
    """Carry a journal in a thread while the block runs."""
    from sportsbrain.channel.jobs.stream import carry

    loop = asyncio.new_event_loop()
    task = loop.create_task(carry(folder, games="G", url=address))

    def work() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


def _until_known(folder: pathlib.Path, patience: float = 20.0) -> None:
    ends = time.monotonic() + patience
    while not (folder / "head.json").exists():
        if time.monotonic() > ends:
            message = f"no copy of the journal came to {folder}"
            raise OSError(message)
        time.sleep(0.05)
