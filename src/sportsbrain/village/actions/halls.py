"""Halls, and what is kept no longer than needed."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Q

from sportsbrain.credentials.actions import forget_passes
from sportsbrain.village.actions.passes import forget_guests
from sportsbrain.village.models import Hall, RefusedMessage
from sportsbrain.vocabulary.services import HallKind

REFUSED_DAYS, EVENT_DAYS, NAME_DAYS = 14, 14, 1


@transaction.atomic
def save_halls(*, games_id: int, halls: Sequence[tuple[str, str, HallKind, int]]) -> int:
    """Make or change halls: (code, title, kind, places)."""
    Hall.objects.bulk_create(
        [
            Hall(games_id=games_id, code=code, title=title, kind=kind.value, places=places)
            for code, title, kind, places in halls
        ],
        update_conflicts=True, unique_fields=["games", "code"],
        update_fields=["title", "kind", "places"],
    )  # fmt: skip
    return len(halls)


@transaction.atomic
def forget(*, games_id: int, now: dt.datetime) -> dict[str, int]:
    """
    Delete what is kept for its time only, and return how many rows of what.

    Reads of passes after three days, names of guests after their day, refused messages and events
    of devices after two weeks.
    """
    refused, _each = RefusedMessage.objects.filter(
        Q(games_id=games_id) | Q(games_id=None),  # whose sender nobody knows
        received_at__lt=now - dt.timedelta(days=REFUSED_DAYS),
    ).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM village_event e USING village_devicepoint p, village_device d,"
            " village_principal r WHERE p.id = e.point_id AND d.id = p.device_id"
            " AND r.id = d.principal_id AND r.games_id = %s AND e.at < %s",
            [games_id, now - dt.timedelta(days=EVENT_DAYS)],
        )
        events = int(cursor.rowcount)
    return {
        "reads of passes": forget_passes(games_id=games_id, now=now),
        "names of guests": forget_guests(
            games_id=games_id, before=(now - dt.timedelta(days=NAME_DAYS)).date()
        ),
        "refused messages": refused,
        "events of devices": events,
    }
