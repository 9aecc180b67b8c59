"""Write the log of the control room, entry by entry, each sealed with the one before."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max

from sportsbrain.committee.queries import exercise_of
from sportsbrain.controlroom.models import LogEntry
from sportsbrain.controlroom.queries.log import seal, sealed_values
from sportsbrain.live.actions import append_update


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """
    Who does something: the person, for whom, at which station, and when by both clocks.

    ``now`` is the Games' moment, that of an exercise while there is one; ``real_now`` the real one,
    when they differ.
    """

    name: str
    now: dt.datetime
    real_now: dt.datetime | None = None
    station: str = ""
    on_behalf_of: str = ""
    is_exercise: bool = False


SYSTEM = "system"


def by_clock(
    *, games_id: int, real_now: dt.datetime, name: str, station: str = "", on_behalf_of: str = ""
) -> By:
    """Return somebody who acts at a real moment, in the clock of the Games."""
    exercise = exercise_of(games_id=games_id)
    return By(
        name=name,
        now=exercise.clock(real_now) if exercise else real_now,
        real_now=real_now,
        station=station,
        on_behalf_of=on_behalf_of,
        is_exercise=exercise is not None,
    )


def next_number(model: Any, games_id: int) -> int:
    """Return the number that follows, under the lock of the room."""
    last = model.objects.filter(games_id=games_id).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def lock_room(games_id: int) -> None:
    """Let the writers of one control room take turns until the transaction ends: the only lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('control room'), %s)", [games_id])


def write_log(
    *,
    games_id: int,
    kind: str,
    body: dict[str, Any],
    by: By,
    key: str = "",
    is_confidential: bool = False,
) -> int:
    """Seal one entry in the running transaction, tell the live log and return its number."""
    lock_room(games_id)
    last = (
        LogEntry.objects.filter(games_id=games_id)
        .order_by("-number")
        .values_list("number", "hash")
        .first()
    )
    number, previous = (last[0] + 1, last[1]) if last else (1, "")
    entry = LogEntry(
        games_id=games_id,
        number=number,
        at=by.now,
        written_at=by.real_now or by.now,
        kind=kind,
        key=key[:120],
        body=body,
        actor=by.name,
        on_behalf_of=by.on_behalf_of,
        station=by.station,
        is_exercise=by.is_exercise,
        is_confidential=is_confidential,
        previous_hash=previous,
    )
    entry.hash = seal(previous=previous, values=sealed_values(entry))
    entry.save(force_insert=True)
    append_update(
        games_id=games_id,
        topic="room.changed",
        key=kind,
        body={"number": number},
        recorded_at=by.now,
    )
    return number
