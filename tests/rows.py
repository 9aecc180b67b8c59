"""Rows of tests: gone at once, and a Games that is there at once. Names are the catalogue's."""
# ruff: noqa: S608

import contextlib
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection, transaction

KEPT = "kept"  # a schema beside: what was imported once in this database
STAYS = {"django_migrations", "django_content_type", "auth_permission"}
TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
ORDER BY relname
"""
WHOLE = """
SELECT DISTINCT coalesce(i.inhparent, c.oid)::regclass::text FROM pg_class c
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.oid = ANY (%s::regclass[])
"""
KEYS = """
SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f'
"""
COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
AND attgenerated = '' ORDER BY attnum
"""


def _asked(cursor: Any, words: str, values: list[Any] | None = None) -> list[Any]:
    cursor.execute(words, values)
    return list(cursor.fetchall())


def filled(cursor: Any) -> list[str]:
    """Return the tables that have rows, partitions by themselves."""
    tables = [name for (name,) in _asked(cursor, TABLES) if name not in STAYS]
    words = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables]
    return [name for (name,) in _asked(cursor, " UNION ALL ".join(words))]


@contextlib.contextmanager
def _as_told(cursor: Any) -> Iterator[None]:
    """Let no trigger and no key look at what is written in the block."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = origin")


def is_empty() -> bool:
    """Tell whether no table has rows."""
    with connection.cursor() as cursor:
        return not filled(cursor)


def empty() -> None:
    """Empty every table that has rows: to truncate all two hundred takes most of a second."""
    with transaction.atomic(), connection.cursor() as cursor:
        found = filled(cursor)
        with _as_told(cursor):
            for name in found:
                cursor.execute(f'DELETE FROM "{name}"')


@dataclass(frozen=True, slots=True)
class Kept:
    """What an import left: its tables, with the columns of each."""

    tables: dict[str, list[str]]


_kept: dict[tuple[str, pathlib.Path], Kept] = {}


def keep(folder: pathlib.Path) -> None:
    """Keep the rows that are there now: what importing a folder into an empty database leaves."""
    own = connection.settings_dict
    with connection.cursor() as cursor:
        tables = {name: [column for (column,) in _asked(cursor, COLUMNS, [name])]
                  for (name,) in _asked(cursor, WHOLE, [filled(cursor)])}  # fmt: skip
        rows = {}
        for name in tables:
            words = f'COPY (SELECT * FROM "{name}") TO STDOUT (FORMAT binary)'
            with cursor.cursor.copy(words) as copy:
                rows[name] = b"".join(bytes(block) for block in copy)
    beside = psycopg.connect(host=own["HOST"], port=own["PORT"], user=own["USER"],
                             dbname=own["NAME"], autocommit=True)  # fmt: skip
    with beside, beside.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for name, content in rows.items():
            cursor.execute(f'CREATE TABLE {KEPT}."{name}" AS TABLE "{name}" WITH NO DATA')
            with cursor.copy(f'COPY {KEPT}."{name}" FROM STDIN (FORMAT binary)') as copy:
                copy.write(content)
    _kept[own["NAME"], folder] = Kept(tables)


def bring_back(folder: pathlib.Path) -> bool:
    """
    Bring the rows of an import back under new numbers; False when they are not kept.

    The numbers go on where they were, as after an import: nothing that a process remembers of a
    Games is taken for another's.
    """
    found = _kept.get((connection.settings_dict["NAME"], folder))
    with transaction.atomic(), connection.cursor() as cursor:
        if found is None or filled(cursor):
            return False
        moved = {name: _moved(cursor, name) for name, columns in found.tables.items()
                 if "id" in columns}  # fmt: skip
        names = {(table, column): other for table, column, other in _asked(cursor, KEYS)}
        with _as_told(cursor):
            for name, columns in found.tables.items():
                values = [_value(name, column, moved, names) for column in columns]
                listed = ", ".join(f'"{column}"' for column in columns)
                cursor.execute(f'INSERT INTO "{name}" ({listed}) OVERRIDING SYSTEM VALUE'
                               f' SELECT {", ".join(values)} FROM {KEPT}."{name}"')  # fmt: skip
    return True


def _moved(cursor: Any, name: str) -> int:
    """Let a table's numbers go on behind those that were kept, and return by how much they move."""
    ((first, last, place),) = _asked(
        cursor, f'SELECT min(id), max(id), pg_get_serial_sequence(%s, %s) FROM {KEPT}."{name}"',
        [name, "id"],
    )  # fmt: skip
    ((told,),) = _asked(cursor, f"SELECT last_value FROM {place}")
    by = int(told) + 1 - int(first)
    cursor.execute("SELECT setval(%s, %s)", [place, last + by])
    return by


def _value(name: str, column: str, moved: dict[str, int], names: dict[tuple[str, str], str]) -> str:
    if column == "id" and name in moved:
        return f"id + {moved[name]}"
    if name == "live_update" and column == "transaction_id":
        return "pg_current_xact_id()::text::bigint"
    other = names.get((name, column), "committee_games" if column == "games_id" else "")
    return f'"{column}" + {moved[other]}' if other in moved else f'"{column}"'
