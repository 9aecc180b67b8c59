"""
Change tables while others work with them.

A change of a table waits for those who use it, and everybody who comes later waits behind it. So it
waits a moment only, lets them pass, and comes again.
"""

import time
from collections.abc import Callable

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

WAITS, RESTS_SECONDS, PATIENCE_SECONDS = "500ms", 0.5, 240.0


def patiently(change: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> int:
    """
    Change tables in between those who use them; return how often it had to come again.

    Raises
    ------
    OperationalError
        When a table is in use for ``seconds`` on end: look for a transaction that never ends.

    """
    end, tries = time.monotonic() + seconds, 0
    while not _is_done(change, is_last=time.monotonic() > end):
        tries += 1
        time.sleep(RESTS_SECONDS)
    return tries


def _is_done(change: Callable[[], object], *, is_last: bool) -> bool:
    _wait_for_locks(WAITS)
    try:
        change()
    except OperationalError as error:
        if is_last or not isinstance(error.__cause__, LockNotAvailable):
            raise
        return False
    finally:
        _wait_for_locks("0")
    return True


def _wait_for_locks(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [words])
