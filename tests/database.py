"""Start the database before pytest-django reads the settings: a server for each worker."""

import os
import time

import psycopg

from sportsbrain.config.database import VAR, prepare

OWN = "SPORTSBRAIN_TEST_SERVER"  # set when the address is that of a server that we started
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def _without_flushes(address: str) -> None:
    """Let the server of the tests wait for no disk: what it holds is of nobody."""
    with psycopg.connect(address, autocommit=True) as database:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            database.execute(f"ALTER SYSTEM SET {name} = off")
        database.execute("SELECT pg_reload_conf()")


if os.environ.get(OWN):  # snapshots see the transactions of a whole server, also of other workers
    os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("SPORTSBRAIN_SIGNING_KEYS", str(VAR / "test-keys"))  # keys of nobody
if "DATABASE_URL" not in os.environ:
    os.environ[OWN] = "1"
    _without_flushes(prepare(VAR / f"test-postgres{WORKER}"))


def until_readable(seconds: float = 30.0) -> None:
    """Wait until no transaction is open: also an ANALYZE of the server's own holds the log back."""
    from django.db import connection

    end = time.monotonic() + seconds
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(
                "SELECT pg_snapshot_xmin(s) = pg_snapshot_xmax(s) FROM pg_current_snapshot() s"
            )
            if cursor.fetchone()[0]:
                return
    message = f"a transaction stays open for {seconds:.0f} s"
    raise TimeoutError(message)
