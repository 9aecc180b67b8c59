"""Whether the process was asked to stop: answers without an end have to find one."""

import signal
import threading
from types import FrameType

leaving = threading.Event()


def end_streams_with_us() -> None:
    """Set ``leaving`` when the server of this process is asked to stop, before it does so."""
    if threading.current_thread() is not threading.main_thread():
        return  # a server in a thread hears no signals
    for number in (signal.SIGTERM, signal.SIGINT):
        _leave_on(number)


def _leave_on(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def leave(heard: int, frame: FrameType | None) -> None:
        leaving.set()
        if callable(before):
            before(heard, frame)

    signal.signal(number, leave)
