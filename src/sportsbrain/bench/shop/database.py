"""A database for the bench alone, dropped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

BENCH_DATABASE = "sportsbrain_bench"


@contextmanager
def own_database() -> Iterator[None]:
    """Make a database for the bench, with its tables; drop it at the end."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {BENCH_DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {BENCH_DATABASE}")
    connection.close()
    connection.settings_dict["NAME"] = BENCH_DATABASE
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {BENCH_DATABASE} WITH (FORCE)")
