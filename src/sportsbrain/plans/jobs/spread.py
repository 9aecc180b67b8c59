"""
Much work at once: on the cores of this machine, or on a cluster of Ray. The call is the same.

A piece of work is a function of a module that needs no Django (the brain's do not) and one value
that can be pickled; answers come in the order of the values, and the same values give the same
answers wherever they are worked on.
"""

import multiprocessing
import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec
from typing import Any, TypeVar

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
    try:
        remote: Any = ray.remote(work)
        there: Any = ray.cluster_resources()  # type: ignore[no-untyped-call]  # it has no types there
        ahead = AHEAD * int(there.get("CPU", workers))
        going = [remote.remote(value) for value in values[:ahead]]
        for number in range(len(values)):
            yield ray.get(going[number])
            if number + ahead < len(values):
                going.append(remote.remote(values[number + ahead]))
    finally:
        ray.shutdown()
