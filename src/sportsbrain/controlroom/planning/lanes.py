"""Two lanes: a part of the chain that nobody waits for is asked in a process of its own."""

import multiprocessing
from collections.abc import Callable
from typing import Any

from django.db import connection, connections


def may_fork() -> bool:
    """Tell whether a second process helps and sees the same rows: not inside a transaction."""
    return (
        multiprocessing.cpu_count() > 1
        and not connection.in_atomic_block
        and "fork" in multiprocessing.get_all_start_methods()
    )


class Lane:
    """A call in a forked process; what it returns or raises comes out of `result`."""

    def __init__(self, call: Callable[[], Any]) -> None:
        connections.close_all()  # a connection must not be shared: each process opens its own
        context: Any = multiprocessing.get_context("fork")
        self._receiver, sender = context.Pipe(duplex=False)
        self._process = context.Process(target=_carry, args=(call, sender))
        self._process.start()
        sender.close()

    def is_ready(self, seconds: float) -> bool:
        """Wait for the answer at most so long and tell whether it is there."""
        return bool(self._receiver.poll(seconds))

    def result(self) -> Any:
        """Return what the call returned, or raise what it raised."""
        try:
            answer, error = self._receiver.recv()
        except EOFError:
            message = "the second process ended without an answer"
            raise RuntimeError(message) from None
        finally:
            self._process.join()
        if error is not None:
            raise error
        return answer

    def close(self) -> None:
        """End the process if it still runs."""
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()


def _carry(call: Callable[[], Any], sender: Any) -> None:
    try:
        answer, error = call(), None
    except Exception as raised:  # noqa: BLE001  # handed over to the process that asked
        answer, error = None, raised
    finally:
        connections.close_all()
    sender.send((answer, error))
    sender.close()
