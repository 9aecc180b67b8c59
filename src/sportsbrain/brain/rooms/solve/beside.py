"""Two neighbourhoods of buildings at once, in processes that begin with what is known now."""

import multiprocessing
import signal
import threading
from typing import Any

from sportsbrain.brain.rooms.solve.buildings import Houses


def can_fork() -> bool:
    """Tell whether a second process helps and may be forked from here."""
    return (
        multiprocessing.cpu_count() > 1
        and threading.active_count() == 1
        and "fork" in multiprocessing.get_all_start_methods()
    )


def two_steps(houses: Houses, *, seconds: float) -> None:
    """Plan two groups of buildings anew side by side; keep what is better of each."""
    first = houses.chosen()
    second = houses.chosen(without=first)
    context: Any = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    other = context.Process(target=_carry, args=(houses, second, seconds, sender))
    other.start()
    sender.close()
    houses.keep(first, houses.planned(first, seconds=seconds, deterministic=False))
    try:
        houses.keep(second, receiver.recv())
    except EOFError:  # it was ended from outside: the first one counts
        pass
    finally:
        receiver.close()
        other.join()


def _carry(houses: Houses, freed: frozenset[int], seconds: float, sender: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sender.send(houses.planned(freed, seconds=seconds, deterministic=False))
    sender.close()
