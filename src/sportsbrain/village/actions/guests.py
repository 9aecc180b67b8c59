"""Beds that are released: guests of a delegation sleep where nobody else does in these nights."""

import datetime as dt
from typing import Any

from django.db.models import Q

from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import RateItem, Stay, VillageRoom
from sportsbrain.vocabulary.village import GUEST, StayState


def _person(delegation: str, line: int, number: int) -> str:
    return f"GUEST-{delegation}-{line}-{number}"


def put_guests(
    row: RateItem, *, delegation: str, line: int, quantity: int, gender: str,
    nights: tuple[dt.date, dt.date] | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """
    Give guests beds of apartments in which nobody sleeps; say which.

    Raises
    ------
    VillageError
        When there are not so many, or nobody said for whom.

    """
    if gender not in {"M", "W", "X"} or nights is None:
        message = "say whether guests are M, W or X: a room is for one gender"
        raise VillageError(message)
    taken = Stay.objects.filter(games_id=row.games_id, nights__overlap=nights).exclude(
        stay_state=StayState.CANCELLED.value
    )
    others = taken.exclude(delegation=delegation, role=GUEST)
    rooms = (
        VillageRoom.objects.select_for_update()
        .filter(games_id=row.games_id, closed_for="", beds__gt=0)
        .exclude(door__in=others.values("room__door"))
        .order_by("pk")
    )
    other = set(taken.filter(~Q(gender=gender)).values_list("room_id", flat=True))
    used = set(taken.values_list("room_id", "bed"))
    free = [
        (room, bed)
        for room in rooms
        if room.pk not in other
        for bed in range(room.beds)
        if (room.pk, bed) not in used
    ]
    if len(free) < quantity:
        message = f"{len(free)} beds are in apartments where nobody sleeps in these nights"
        raise VillageError(message)
    chosen = free[:quantity]
    Stay.objects.bulk_create([
        Stay(games_id=row.games_id, person=_person(delegation, line, n), delegation=delegation,
             gender=gender, role=GUEST, room=room, bed=bed, nights=nights)
        for n, (room, bed) in enumerate(chosen, start=1)
    ])  # fmt: skip
    return [{"room": room.code, "bed": bed + 1} for room, bed in chosen]


def cancel_guests(*, games_id: int, delegation: str, line: int) -> int:
    """Let the guests of an order not come; return how many."""
    rows = Stay.objects.filter(games_id=games_id, role=GUEST, delegation=delegation,
                               stay_state=StayState.RESERVED.value,
                               person__startswith=_person(delegation, line, 0)[:-1])  # fmt: skip
    return rows.update(stay_state=StayState.CANCELLED.value)
