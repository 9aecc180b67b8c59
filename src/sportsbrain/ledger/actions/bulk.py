"""Write many rows at once: COPY, the way that costs least for each row."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from sportsbrain.wall.scope import is_walled

PARAMETERS_MAX = 65_535  # of a statement, by PostgreSQL's protocol


def copy_rows(table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """
    Copy rows into a table of ours within the running transaction.

    Raises
    ------
    IntegrityError
        When the database refuses one of them; the transaction is over then.

    """
    names = ", ".join(f'"{name}"' for name in columns)
    if is_walled():  # PostgreSQL copies nothing where rows are hidden
        _insert(f"{table} ({names})", len(columns), list(rows))
        return
    words = f"COPY {table} ({names}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(words) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _insert(into: str, width: int, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows by statements as long as they may be: what has to add up does so in one."""
    many = PARAMETERS_MAX // width
    for part in (rows[n : n + many] for n in range(0, len(rows), many)):
        marks = ", ".join([f"({', '.join(['%s'] * width)})"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {into} VALUES {marks}",  # noqa: S608  # our own names
                [value for row in part for value in row],
            )
