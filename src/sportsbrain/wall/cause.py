"""
What caused what is done now: the id of a request, kept by the processes that it starts too.

A line of the log, an entry of the audit and a trace have it: who looks at one finds the others.
"""

import os
from collections.abc import Callable
from contextvars import ContextVar

CAUSE = "SPORTSBRAIN_CAUSE"  # of a process that a request started: the id of that request
request_id: ContextVar[str] = ContextVar("request_id", default="")
trace_id: ContextVar[str] = ContextVar("trace_id", default="")
carriers: list[Callable[[], dict[str, str]]] = []


def cause() -> str:
    """Return the id of the request that this is done for; nothing when nobody asked."""
    return request_id.get() or os.environ.get(CAUSE, "")


def passed_on() -> dict[str, str]:
    """Return what a process that is started now finds in its environment."""
    place = {CAUSE: cause()}
    for carry in carriers:
        place |= carry()
    return place
