"""Read the log behind a cursor without ever missing an update."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from sportsbrain.live.errors import CursorLostError
from sportsbrain.live.models import Hook


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cursor:
    """A place in the log: everything up to it has been read."""

    transaction_id: int = 0
    sequence: int = 0

    def __str__(self) -> str:
        return f"{self.transaction_id}.{self.sequence}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """
        Return the cursor of its text.

        Raises
        ------
        CursorLostError
            When the text is not a cursor.

        """
        first, dot, second = text.partition(".")
        if not (dot and first.isdecimal() and second.isdecimal()):
            raise CursorLostError(text=text)
        return cls(transaction_id=int(first), sequence=int(second))


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One update as its readers see it."""

    cursor: Cursor
    topic: str
    key: str
    body: dict[str, Any]
    recorded_at: dt.datetime


def updates_after(*, games_id: int, cursor: Cursor, rows_max: int = 500) -> tuple[News, ...]:
    """
    Return the next updates in the order every reader sees.

    A row is shown once every transaction that began before its own has ended
    (``pg_snapshot_xmin``), so nothing can still appear below the cursor.

    Raises
    ------
    CursorLostError
        When updates behind the cursor were dropped, or the cursor is ahead of the log.

    """
    with connection.cursor() as db:
        db.execute(
            "SELECT COALESCE((SELECT transaction_id FROM live_horizon WHERE games_id = %s), 0),"
            " pg_snapshot_xmax(pg_current_snapshot())::text::bigint",
            [games_id],
        )
        horizon, newest = db.fetchone()
        if cursor.sequence and (cursor.transaction_id < horizon or cursor.transaction_id > newest):
            raise CursorLostError(text=str(cursor))
        db.execute(
            "SELECT transaction_id, sequence, topic, key, body::text, recorded_at FROM live_update"
            " WHERE games_id = %s AND (transaction_id, sequence) > (%s, %s)"
            " AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            " ORDER BY transaction_id, sequence LIMIT %s",
            [games_id, cursor.transaction_id, cursor.sequence, rows_max],
        )
        return tuple(_news(row) for row in db.fetchall())


def newest_cursor(*, games_id: int) -> Cursor:
    """Return the cursor behind the newest readable update."""
    with connection.cursor() as db:
        db.execute(
            "SELECT transaction_id, sequence FROM live_update WHERE games_id = %s"
            " AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            " ORDER BY transaction_id DESC, sequence DESC LIMIT 1",
            [games_id],
        )
        row = db.fetchone()
    return Cursor(transaction_id=row[0], sequence=row[1]) if row else Cursor()


def newest_moment(*, games_id: int) -> dt.datetime | None:
    """Return when the newest update was written down, or None."""
    with connection.cursor() as db:
        db.execute(
            "SELECT recorded_at FROM live_update WHERE games_id = %s"
            " ORDER BY transaction_id DESC, sequence DESC LIMIT 1",
            [games_id],
        )
        row = db.fetchone()
    return row[0] if row else None


def _news(row: tuple[Any, ...]) -> News:
    return News(
        cursor=Cursor(transaction_id=row[0], sequence=row[1]),
        topic=row[2],
        key=row[3],
        body=json.loads(row[4]),
        recorded_at=row[5],
    )


def newest_by_key(
    *,
    games_id: int,
    topic: str,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> tuple[News, ...]:
    """Return the newest update of each key of a topic, oldest first; of a period when told."""
    with connection.cursor() as db:
        db.execute(
            "SELECT DISTINCT ON (key) transaction_id, sequence, topic, key, body::text, recorded_at"
            " FROM live_update WHERE games_id = %s AND topic = %s"
            " AND recorded_at >= COALESCE(%s, '-infinity'::timestamptz)"
            " AND recorded_at <= COALESCE(%s, 'infinity'::timestamptz)"
            " ORDER BY key, transaction_id DESC, sequence DESC",
            [games_id, topic, since, until],
        )
        rows = [_news(row) for row in db.fetchall()]
    return tuple(sorted(rows, key=lambda news: news.cursor))


def newest_cursors(*, games_id: int, topic: str) -> dict[str, Cursor]:
    """Return the cursor of the newest update of each key of a topic."""
    with connection.cursor() as db:
        db.execute(
            "SELECT DISTINCT ON (key) key, transaction_id, sequence FROM live_update"
            " WHERE games_id = %s AND topic = %s ORDER BY key, transaction_id DESC, sequence DESC",
            [games_id, topic],
        )
        return {row[0]: Cursor(transaction_id=row[1], sequence=row[2]) for row in db.fetchall()}


def newest_of_key(
    *, games_id: int, topic: str, key: str, since: dt.datetime, until: dt.datetime
) -> News | None:
    """Return the newest update of one key of a topic in a period."""
    with connection.cursor() as db:
        db.execute(
            "SELECT transaction_id, sequence, topic, key, body::text, recorded_at FROM live_update"
            " WHERE games_id = %s AND topic = %s AND key = %s"
            " AND recorded_at >= %s AND recorded_at <= %s"
            " ORDER BY transaction_id DESC, sequence DESC LIMIT 1",
            [games_id, topic, key, since, until],
        )
        row = db.fetchone()
    return _news(row) if row else None


def updates_between(
    *, games_id: int, topic: str, since: dt.datetime, until: dt.datetime
) -> tuple[News, ...]:
    """Return the updates of a topic that were recorded in a period, oldest first."""
    with connection.cursor() as db:
        db.execute(
            "SELECT transaction_id, sequence, topic, key, body::text, recorded_at FROM live_update"
            " WHERE games_id = %s AND topic = %s AND recorded_at >= %s AND recorded_at <= %s"
            " ORDER BY transaction_id, sequence",
            [games_id, topic, since, until],
        )
        return tuple(_news(row) for row in db.fetchall())


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRow:
    """An address that is told what happens."""

    id: int
    games_id: int
    url: str
    topics: tuple[str, ...]
    is_on: bool
    failures: int
    last_error: str
    cursor: str


def hook_rows(*, games_id: int) -> tuple[HookRow, ...]:
    """Return the hooks of a Games, oldest first."""
    return tuple(_hook(row) for row in Hook.objects.filter(games_id=games_id).order_by("pk"))


def due_hooks(*, now: dt.datetime, most: int) -> tuple[HookRow, ...]:
    """Return hooks that may be told now, those that waited longest first."""
    rows = Hook.objects.filter(is_on=True, next_at__lte=now).order_by("next_at", "pk")
    return tuple(_hook(row) for row in rows[:most])


def hook_row(*, hook: int) -> HookRow:
    """Return a hook as it is now."""
    return _hook(Hook.objects.get(pk=hook))


def hook_secret(*, hook: int) -> str:
    """Return the secret that signs what an address is told."""
    return Hook.objects.values_list("secret", flat=True).get(pk=hook)


def _hook(row: Hook) -> HookRow:
    return HookRow(
        id=row.pk, games_id=row.games_id, url=row.url, topics=tuple(row.topics), is_on=row.is_on,
        failures=row.failures, last_error=row.last_error, cursor=row.cursor,
    )  # fmt: skip
