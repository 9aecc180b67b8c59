"""
`sportsbrain games export | import`: a whole Games as open files, and back.

Each table is a CSV file with its columns on top, as PostgreSQL writes it; which rows are a Games'
is what the second wall says (ADR 0037). ``manifest.json`` counts them. What comes back keeps its
numbers, so it goes into an installation that has none of them: a new one, mostly. People come along
without passwords, tokens and second factors; hooks and push subscriptions stay behind.
"""

import json
import pathlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from django.db import DatabaseError, connection, transaction

from sportsbrain.ui.terminal import fail
from sportsbrain.wall.scope import behind_wall, open_games

app = typer.Typer()
group = typer.Typer(no_args_is_help=True, help="A whole Games as open files, and back.")
app.add_typer(group, name="games")
FORM = 1
POINTS = (
    "SELECT p.id FROM village_devicepoint p JOIN village_device d ON d.id = p.device_id"
    " JOIN village_principal r ON r.id = d.principal_id WHERE r.games_id = {games}"
)
# Tables that Django does not know: whose rows they hold.
OTHERS = dict.fromkeys(
    ("village_history", "village_event", "village_newest", "village_rollup"),
    f"point_id IN ({POINTS})",
)
OWNERS = {
    "committee_committee": "id = (SELECT committee_id FROM committee_games WHERE id = {games})",
    "committee_games": "id = {games}",
    "committee_user": "id IN (SELECT user_id FROM committee_membership WHERE games_id = {games})",
    "committee_membership": "games_id = {games}",
}
BLANK = {"committee_user": {"password": "!", "last_login": None}}
# Secrets of hooks, and what browsers gave to the keys of one installation: made anew there.
LEFT_OUT = {"live_hook", "channel_pushsubscription"}
LOG = "live_update"  # its numbers are of a server: here they are given anew, in the same order
Folder = Annotated[pathlib.Path, typer.Argument(help="Folder of the files")]


@group.command("export")
def export_command(
    folder: Folder, games: Annotated[str, typer.Option(help="Code of the Games")]
) -> None:
    """Write everything of a Games to a new folder."""
    from sportsbrain.committee.queries import get_games

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"games export: no Games {games!r}")
    if folder.exists() and any(folder.iterdir()):
        raise fail(2, f"games export: {folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    with connection.cursor() as cursor:  # one moment for all tables
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with behind_wall():  # it shows the rows of these Games alone, also where only their owner says
        open_games(found.id)
        with transaction.atomic():
            counts = {table: _written(folder, table, where) for table, where in _tables(found.id)}
    kept = {table: count for table, count in counts.items() if count}
    manifest = {"form": FORM, "games": found.code, "id": found.id, "tables": kept}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    typer.echo(f"{sum(kept.values()):,} rows of {len(kept)} tables in {folder}")


@group.command("import")
def import_command(folder: Folder) -> None:
    """Bring a Games back from its files: all of it, or nothing."""
    from sportsbrain.ledger.queries import differing

    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        if manifest["form"] != FORM:
            raise fail(2, f"games import: {folder} is of another version")
        with transaction.atomic():
            known = dict.fromkeys(table for table, _ in _tables(int(manifest["id"])))
            strange = [table for table in manifest["tables"] if table not in known]
            if strange:
                raise fail(2, f"games import: no tables {', '.join(strange)} here")
            with _whole(list(manifest["tables"])):
                for table, count in manifest["tables"].items():
                    came = _read(folder, table)
                    if came != count:
                        message = f"{table} has {came} rows, not {count}"
                        raise ValueError(message)
            _go_on_counting(manifest["tables"])
            wrong = differing(games_id=int(manifest["id"]))
            if wrong:
                message = f"stock does not add up: {wrong[0]}"
                raise ValueError(message)
    except KeyError as error:
        raise fail(2, f"games import: {folder}/manifest.json does not say {error}; nothing was"
                      " kept: export the Games again") from None  # fmt: skip
    except (OSError, ValueError) as error:
        raise fail(2, f"games import: {folder}: {error}; nothing was kept") from None
    except DatabaseError as error:
        why = str(error).splitlines()[0]
        raise fail(3, f"games import: {why}; nothing was kept: this installation has such rows"
                      " already, or the files were changed") from None  # fmt: skip
    typer.echo(f"{manifest['games']}: {sum(manifest['tables'].values()):,} rows are back")


def _tables(games: int) -> Iterator[tuple[str, str]]:
    """Yield each table and the condition of a Games' rows, those that others need first."""
    from sportsbrain.wall.policies import walled_tables

    for table, where in OWNERS.items():
        yield table, where.format(games=games)
    for table, where in walled_tables().items():
        if table in LEFT_OUT:
            continue
        yield table, where.replace("games_id IS NULL OR ", "")
    for table, where in OTHERS.items():
        yield table, where.format(games=games)


def _columns(table: str) -> list[str]:
    """Return the columns that can be written; of the log without those of its server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [table],
        )
        found = [str(name) for (name,) in cursor.fetchall()]
    return [name for name in found if table != LOG or name not in {"transaction_id", "sequence"}]


def _written(folder: pathlib.Path, table: str, where: str) -> int:
    """Write the rows of a table and return how many."""
    blank = BLANK.get(table, {})
    said = {None: "NULL", "!": "'!'"}
    names = [
        f"{said[blank[name]]} AS {name}" if name in blank else f'"{name}"'
        for name in _columns(table)
    ]
    order = "transaction_id, sequence" if table == LOG else "1, 2"
    words = f"SELECT {', '.join(names)} FROM {table} WHERE {where} ORDER BY {order}"  # noqa: S608  # our own names
    path, count = folder / f"{table}.csv", 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")  # noqa: S608  # as above
        count = int(cursor.fetchone()[0])
        if not count:
            return 0
        with (
            path.open("wb") as file,
            cursor.cursor.copy(f"COPY ({words}) TO STDOUT (FORMAT csv, HEADER)") as copy,
        ):
            for block in copy:
                file.write(bytes(block))
    return count


def _read(folder: pathlib.Path, table: str) -> int:
    """Copy the rows of a file into its table and return how many."""
    path = folder / f"{table}.csv"
    with path.open("rb") as file:
        head = file.readline().decode().strip()
    columns = [name.strip('"') for name in head.split(",")]
    unknown = set(columns) - set(_columns(table))
    if unknown:
        message = f"{path.name} has columns that nobody knows here: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    names = ", ".join(f'"{name}"' for name in columns)
    return _copied(path, f"COPY {table} ({names}) FROM STDIN (FORMAT csv, HEADER)")


@contextmanager
def _whole(tables: list[str]) -> Iterator[None]:
    """Let rows that came to be step by step come at once; every key is looked at before the end."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _copied(path: pathlib.Path, words: str) -> int:
    with connection.cursor() as cursor:
        with (
            connection.wrap_database_errors,
            path.open("rb") as file,
            cursor.cursor.copy(words) as copy,
        ):
            while block := file.read(65_536):
                copy.write(block)
        return int(cursor.cursor.rowcount)


SEQUENCES = """
SELECT column_name, coalesce(pg_get_serial_sequence(%s, column_name),
    CASE WHEN column_default LIKE 'nextval%%' THEN split_part(column_default, chr(39), 2) END)
FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s
"""


def _go_on_counting(tables: Any) -> None:
    """Let sequences go on behind the numbers that came."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(SEQUENCES, [table, table])
            for column, sequence in cursor.fetchall():
                if sequence:
                    cursor.execute(
                        f'SELECT setval(%s, greatest((SELECT max("{column}") FROM {table}),'  # noqa: S608  # our own names
                        f" (SELECT last_value FROM {sequence})))",
                        [sequence],
                    )
