"""The one door for news: append to the log; and for the hooks that are told of it."""

import datetime as dt
import json
import secrets
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from django.db import connection

from sportsbrain.live.models import Hook
from sportsbrain.live.queries import Cursor, HookRow, hook_row, newest_cursor


def append_update(
    *, games_id: int, topic: str, key: str, body: dict[str, Any], recorded_at: dt.datetime
) -> int:
    """
    Append one update inside the running transaction and return its sequence.

    Writers never wait for each other. The row carries the number of its transaction, and readers
    stay below the oldest transaction that still runs, so a late commit is never jumped over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO live_update (games_id, topic, key, body, recorded_at)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING sequence",
            [games_id, topic, key, json.dumps(body), recorded_at],
        )
        return int(cursor.fetchone()[0])


def forget_before(*, games_id: int, transaction_id: int) -> int:
    """Drop updates below a transaction and move the horizon; their readers get ``reset``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO live_horizon (games_id, transaction_id) VALUES (%s, %s)"
            " ON CONFLICT (games_id) DO UPDATE SET transaction_id ="
            " GREATEST(live_horizon.transaction_id, EXCLUDED.transaction_id)",
            [games_id, transaction_id],
        )
        cursor.execute(
            "DELETE FROM live_update WHERE games_id = %s AND transaction_id < %s",
            [games_id, transaction_id],
        )
        return int(cursor.rowcount)


CLAIMED_FOR = dt.timedelta(minutes=2)  # longer than a round with one address takes
PAUSES = tuple(dt.timedelta(seconds=n) for n in (5, 60, 300, 1_800, 7_200, 18_000, 36_000))
GIVEN_UP_AFTER = dt.timedelta(days=3)


def add_hook(
    *, games_id: int, url: str, topics: Sequence[str], actor: str, now: dt.datetime
) -> tuple[int, str]:
    """Tell an address what happens from now on; return the hook and its secret."""
    secret = "whsec_" + b64encode(secrets.token_bytes(24)).decode()
    row = Hook.objects.create(
        games_id=games_id, url=url, topics=list(topics), secret=secret, next_at=now, made_at=now,
        cursor=str(newest_cursor(games_id=games_id)), made_by=actor,
    )  # fmt: skip
    return row.pk, secret


def remove_hook(*, games_id: int, hook: int) -> bool:
    """Tell an address nothing more; False when there is no such hook."""
    return bool(Hook.objects.filter(games_id=games_id, pk=hook).delete()[0])


def claim_hook(*, hook: int, now: dt.datetime) -> HookRow | None:
    """Take a hook that is due, for one worker alone, as it is then; None: another one has it."""
    rows = Hook.objects.filter(pk=hook, is_on=True, next_at__lte=now)
    return hook_row(hook=hook) if rows.update(next_at=now + CLAIMED_FOR) else None


def hook_told(*, hook: int, cursor: Cursor) -> None:
    """Keep how far an address was told."""
    Hook.objects.filter(pk=hook).update(
        cursor=str(cursor), failures=0, failing_since=None, last_error=""
    )


def hook_rests(*, hook: int, now: dt.datetime) -> None:
    """Let a hook that knows everything be looked at again."""
    Hook.objects.filter(pk=hook, is_on=True).update(next_at=now)


def hook_failed(*, hook: int, error: str, is_gone: bool, now: dt.datetime) -> None:
    """Let an address wait longer each time; one that is gone or fails for days is told no more."""
    row = Hook.objects.filter(pk=hook).first()
    if row is None:  # removed meanwhile
        return
    since = row.failing_since or now
    pause = PAUSES[min(row.failures, len(PAUSES) - 1)]
    Hook.objects.filter(pk=hook).update(
        failures=row.failures + 1, failing_since=since, last_error=error[:200],
        next_at=now + pause, is_on=not is_gone and now - since < GIVEN_UP_AFTER,
    )  # fmt: skip
