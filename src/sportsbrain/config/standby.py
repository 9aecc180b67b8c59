"""
`sportsbrain standby` and `sportsbrain promote`: a second server that has every row, and takes over.

PostgreSQL's streaming replication, synchronous: what was acknowledged is on both. These commands
are for servers on this machine (a laptop, a test, a small Games); a cluster has its operator.
"""

import os
import pathlib
import time
from typing import Annotated
from urllib.parse import urlencode

import typer

from sportsbrain.config.backups import THERE, BackupError, own, pg_ctl, run, start
from sportsbrain.ui.terminal import fail

app = typer.Typer()
NAME = "sportsbrain_standby"
FOLLOW_SECONDS = 60.0
Folder = Annotated[pathlib.Path, typer.Argument(help="Where the standby lives; a short path")]


@app.command("standby")
def standby_command(folder: Folder) -> None:
    """Copy the running server, let the copy follow it, and say the address of both."""
    address = os.environ["DATABASE_URL"]
    data, socket = folder.resolve() / "data", folder.resolve() / "socket"
    if data.exists():
        raise fail(2, f"standby: {data} is there already: name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    try:
        _copy(address, data)
        start(data, socket)
        _follow(address)
    except BackupError as error:
        raise fail(2, f"standby: {error}") from None
    typer.echo(both(address, socket))


def _copy(address: str, data: pathlib.Path) -> None:
    from psycopg.conninfo import make_conninfo

    run("pg_basebackup", "-d", address, "-D", data, "--checkpoint=fast", "--write-recovery-conf")
    for name in THERE(str(data), os.listdir(data)):  # names are what it takes
        (data / name).unlink(missing_ok=True)
    words = make_conninfo(address, application_name=NAME).replace("'", "''")
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = '{words}'\n")
    own(data)


def _follow(address: str) -> None:
    """Let nothing be acknowledged that the standby has not, and wait until it follows."""
    import psycopg

    until = time.monotonic() + FOLLOW_SECONDS
    words = "SELECT sync_state FROM pg_stat_replication WHERE application_name = %s"
    with psycopg.connect(address, autocommit=True) as database:
        while database.execute(words, [NAME]).fetchone() is None:
            _wait(until)
        database.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
        database.execute("SELECT pg_reload_conf()")
        while database.execute(words, [NAME]).fetchone() != ("sync",):
            _wait(until)


def _wait(until: float) -> None:
    if time.monotonic() > until:
        message = "the copy does not follow: see restore.log in its data folder"
        raise BackupError(message)
    time.sleep(0.05)


def both(address: str, socket: pathlib.Path) -> str:
    """Return the address that finds whichever of the two takes writes."""
    from psycopg.conninfo import conninfo_to_dict

    found = conninfo_to_dict(address)
    asked = {"host": f"{found['host']},{socket}", "target_session_attrs": "read-write"}
    return f"postgresql://{found['user']}@/{found['dbname']}?{urlencode(asked, safe='/,')}"


@app.command("promote")
def promote_command(folder: Folder) -> None:
    """Let the standby take over; make sure first that the other one is down and stays so."""
    try:
        pg_ctl(folder.resolve() / "data", "-w", "promote")
    except (OSError, RuntimeError, ValueError) as error:
        raise fail(2, f"promote: {error}") from None
    typer.echo("it takes writes now")
