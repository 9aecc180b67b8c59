"""Beds that are released: guests of a delegation sleep where nobody else does in these nights."""

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from django.db import connection

from sportsbrain.village.actions.passes import revoke_residents
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import RateItem, Stay, VillageRoom
from sportsbrain.vocabulary.village import GUEST, StayState

DAY = dt.timedelta(days=1)
SPARE_ROOMS = 20


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
    free = _free_beds(row.games_id, delegation, gender, nights, quantity)
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


def _free_beds(
    games_id: int, delegation: str, gender: str, nights: tuple[dt.date, dt.date], quantity: int
) -> list[tuple[VillageRoom, int]]:
    """
    Return free beds, their rooms locked; as few rooms as are needed, the first ones first.

    Guests are put up one order after the other: apartments are judged whole.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"guests:{games_id}"])
    taken = Stay.objects.filter(games_id=games_id, nights__overlap=nights).exclude(
        stay_state=StayState.CANCELLED.value
    )
    others = taken.exclude(delegation=delegation, role=GUEST).values("room__door")
    rooms = VillageRoom.objects.filter(games_id=games_id, closed_for="", beds__gt=0)
    rooms = rooms.exclude(door__in=others).order_by("pk")
    some = 2 * quantity + SPARE_ROOMS
    while True:
        locked = list(rooms.select_for_update()[:some])
        shared = set(others.filter(room__door__in={room.door for room in locked})
                     .values_list("room__door", flat=True))  # fmt: skip
        here = list(taken.filter(room__in=locked).values_list("room_id", "bed", "gender"))
        other = {room for room, _bed, of in here if of != gender}
        used = {(room, bed) for room, bed, _of in here}
        free = [
            (room, bed)
            for room in locked
            if room.pk not in other and room.door not in shared
            for bed in range(room.beds)
            if (room.pk, bed) not in used
        ]
        if len(free) >= quantity or len(locked) < some:
            return free
        some *= 4


def cancel_guests(*, games_id: int, delegation: str, line: int, now: dt.datetime) -> int:
    """Let the guests of an order not come; return how many."""
    rows = Stay.objects.filter(games_id=games_id, role=GUEST, delegation=delegation,
                               stay_state=StayState.RESERVED.value,
                               person__startswith=_person(delegation, line, 0)[:-1])  # fmt: skip
    revoke_residents(games_id=games_id, stays=[*rows.values_list("pk", flat=True)], now=now)
    return rows.update(stay_state=StayState.CANCELLED.value)


def empty_beds(*, games_id: int, first: dt.date, after: dt.date) -> dict[dt.date, int]:
    """Return how many beds are in apartments where nobody sleeps, by night."""
    beds: Counter[str] = Counter()
    rooms = VillageRoom.objects.filter(games_id=games_id)
    for door, n in rooms.filter(closed_for="").values_list("door", "beds"):
        beds[door] += n
    used: dict[dt.date, set[str]] = defaultdict(set)
    stays = Stay.objects.filter(games_id=games_id, nights__overlap=(first, after))
    stays = stays.exclude(stay_state=StayState.CANCELLED.value)
    for door, nights in stays.values_list("room__door", "nights"):
        day, end = max(first, nights.lower), min(after, nights.upper)
        while day < end:
            used[day].add(door)
            day += DAY
    every = sum(beds.values())
    days = [first + n * DAY for n in range((after - first).days)]
    return {day: every - sum(beds[door] for door in used[day]) for day in days}
