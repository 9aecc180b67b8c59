"""
Much work at once: on the cores of this machine, or on a cluster of Ray. The call is the same.

A piece of work is a function of a module that needs no Django (the brain's do not) and one value
that can be pickled; answers come in the order of the values, and the same values give the same
answers wherever they are worked on.
"""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec
from typing import Any, Protocol, TypeVar

Value = TypeVar("Value")
Answer = TypeVar("Answer")
LOCAL, HERE = "", "ray"  # a cluster of one machine; else an address such as ray://head:10001
AHEAD = 4  # pieces that wait for each worker of Ray


class SpreadError(RuntimeError):
    """Work that can't be spread there; the text says what to do."""


def spread(
    work: Callable[[Value], Answer],
    values: Sequence[Value],
    *,
    workers: int = 0,
    address: str = LOCAL,
) -> Generator[Answer, None, None]:
    """
    Yield the answer to each value, in their order; closing the generator ends what is going on.

    Parameters
    ----------
    work, values
        A function of a module, and what it is asked.
    workers
        So many at once; 0: as many as there are cores. A cluster that exists has its own number.
    address
        Empty: processes of this machine; ``ray``: Ray on this machine; else a cluster's address.

    Raises
    ------
    SpreadError
        When Ray is not installed, the cluster can't be reached, or a process dies.

    """
    wanted = workers or os.cpu_count() or 1
    if address:
        yield from _by_ray(work, values, workers=wanted, address=address)
    elif wanted == 1 or len(values) < 2:
        yield from map(work, values)
    else:
        yield from _by_processes(work, values, workers=min(wanted, len(values)))


def _by_processes(
    work: Callable[[Value], Answer], values: Sequence[Value], *, workers: int
) -> Generator[Answer, None, None]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context)
    try:
        yield from pool.map(work, values)
    except BrokenProcessPool as error:
        message = "a process that worked has died: out of memory, or its work can't be loaded"
        raise SpreadError(message) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _by_ray(
    work: Callable[[Value], Answer], values: Sequence[Value], *, workers: int, address: str
) -> Generator[Answer, None, None]:
    ray = _joined(address, workers)
    try:
        remote: Any = ray.remote(work)
        ahead = AHEAD * _cores(ray, workers)
        going = [remote.remote(value) for value in values[:ahead]]
        for number in range(len(values)):
            yield ray.get(going[number])
            if number + ahead < len(values):
                going.append(remote.remote(values[number + ahead]))
    finally:
        ray.shutdown()


def _joined(address: str, workers: int) -> Any:
    """Return Ray, begun here or joined to a cluster that exists."""
    if find_spec("ray") is None:
        message = "Ray is not installed: pip install sportsbrain[scale]"
        raise SpreadError(message)
    import ray  # noqa: PLC0415  # an extra, and slow to load

    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
    try:
        if address == HERE:
            ray.init(num_cpus=workers, include_dashboard=False, **quiet)
        else:
            ray.init(address=address, **quiet)
    except (ConnectionError, RuntimeError, ValueError) as error:
        message = f"no Ray at {address}: {error}"
        raise SpreadError(message) from error
    return ray


def _cores(ray: Any, workers: int) -> int:
    return int(ray.cluster_resources().get("CPU", workers))


class Opened(Protocol):
    """Who answers tasks about what it was opened with."""

    def answer(self, task: Any) -> Any:
        """Return the answer to one task."""


def _hand(ray: Any) -> Any:
    """Return the kind of a worker of Ray; made here, it travels whole (names of ours would not)."""

    class Hand:
        """One worker: it opens what it works on once."""

        def __init__(self, opened: Any, values: Any) -> None:
            self.worker = opened(*values)

        def answer(self, task: Any) -> Any:
            """Return the answer to one task."""
            return self.worker.answer(task)

    return ray.remote(Hand)


class Crew:
    """
    Workers on Ray that keep what they work on: each opens it once, then answers task after task.

    Parameters
    ----------
    opened, values
        A function of a module that needs no Django, and what it is given, once for each worker.
    workers, address
        As in `spread`.

    Raises
    ------
    SpreadError
        When Ray is not installed, or the cluster can't be reached.

    """

    def __init__(
        self, opened: Callable[..., Opened], values: tuple[Any, ...], *, address: str,
        workers: int = 0,
    ) -> None:  # fmt: skip
        wanted = workers or os.cpu_count() or 1
        self.ray = _joined(address, wanted)
        self.size = _cores(self.ray, wanted)
        hand = _hand(self.ray)
        there = self.ray.put(values)
        self.hands = [hand.remote(opened, there) for _ in range(self.size)]
        self.going: dict[Any, tuple[int, Any]] = {}

    def submit(self, task: Any) -> None:
        """Give a task to the worker that has the fewest."""
        waiting = Counter(hand for hand, _ in self.going.values())
        free = min(range(self.size), key=lambda hand: waiting[hand])
        self.going[self.hands[free].answer.remote(task)] = (free, task)

    def next(self, seconds: float) -> tuple[Any, Any] | None:
        """Return the next task and its answer, or None when there is none within the seconds."""
        ready, _ = self.ray.wait(list(self.going), num_returns=1, timeout=seconds)
        if not ready:
            return None
        _, task = self.going.pop(ready[0])
        return task, self.ray.get(ready[0])

    def close(self) -> None:
        """Stop at once; what is under way is dropped."""
        self.ray.shutdown()
