"""Bring the tables to this version while the one before it goes on working (docs/cloud.md)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from sportsbrain.config.spreading import spread_tables
from sportsbrain.wall.policies import build_wall
from sportsbrain.wall.tables import patiently

UP_TO_DATE = 0x5B0001  # the lock of who changes tables


def bring_up_to_date() -> None:
    """Make the tables what this version needs; of processes that start together one does it."""
    with _alone():
        patiently(lambda: call_command("migrate", verbosity=0, interactive=False))
        patiently(build_wall)
        if settings.SPREAD == "citus":
            patiently(spread_tables)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [UP_TO_DATE])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [UP_TO_DATE])
