"""The one door for news: append to the log."""

import datetime as dt
import json
from typing import Any

from django.db import connection


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
