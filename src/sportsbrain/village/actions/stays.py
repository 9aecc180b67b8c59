"""
Steps of a stay: check in, move, swap, depart. Each under a key, and under the locks of its doors.

Rooms of the doors that are touched are locked in the order of their keys, then what rules say is
read, then stays change; exclusion constraints have the last word.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from sportsbrain.live.actions import append_update
from sportsbrain.village.actions.once import By, once
from sportsbrain.village.actions.passes import revoke_residents
from sportsbrain.village.actions.settling import nights_of, rules_against
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import Stay, VillageRoom
from sportsbrain.vocabulary.village import OPEN, StayState

STAYED = "village.stay"
OPENED = [state.value for state in OPEN]
DAY = dt.timedelta(days=1)


def check_in(*, games_id: int, key: str, person: str, on: dt.date, by: By) -> dict[str, Any]:
    """
    Keep that somebody has come: nights before are free again; the same again changes nothing.

    Raises
    ------
    VillageError
        When nobody expects this person, or not yet: the text says until when to wait or what to do.

    """

    def act() -> dict[str, Any]:
        stay = _open_stay(games_id, person, by)
        if stay.stay_state == StayState.RESERVED.value:
            if on < stay.nights.lower:
                message = (
                    f"{person} is expected on {stay.nights.lower:%d %b}: change the nights first"
                )
                raise VillageError(message)
            if on >= stay.nights.upper:
                message = f"the stay of {person} was until {stay.nights.upper:%d %b}: book nights"
                raise VillageError(message)
            stay.nights = (on, stay.nights.upper)
            stay.stay_state, stay.checked_in_at = StayState.IN_HOUSE.value, by.now
            stay.save(update_fields=["nights", "stay_state", "checked_in_at"])
            _tell(stay, "checked in", by)
        return _answer(stay)

    return once(games_id=games_id, key=key, body=("check in", person), by=by, act=act)


def depart(*, games_id: int, key: str, person: str, on: dt.date, by: By) -> dict[str, Any]:
    """
    Keep that somebody has left: the nights from that day on are free again.

    Raises
    ------
    VillageError
        When this person is not in the house.

    """

    def act() -> dict[str, Any]:
        stay = _open_stay(games_id, person, by)
        if stay.stay_state != StayState.IN_HOUSE.value:
            message = f"{person} has not checked in"
            raise VillageError(message)
        until = min(max(on, stay.nights.lower + DAY), stay.nights.upper)
        stay.nights = (stay.nights.lower, until)
        stay.stay_state, stay.departed_at = StayState.DEPARTED.value, by.now
        stay.save(update_fields=["nights", "stay_state", "departed_at"])
        revoke_residents(games_id=games_id, stays=(stay.pk,), now=by.now)
        _tell(stay, "departed", by)
        return _answer(stay)

    return once(games_id=games_id, key=key, body=("depart", person), by=by, act=act)


def cancel_stay(*, games_id: int, key: str, person: str, by: By) -> dict[str, Any]:
    """
    Let somebody who has not come not come: the nights are free again.

    Raises
    ------
    VillageError
        When this person is in the house, or nobody expects them.

    """

    def act() -> dict[str, Any]:
        stay = _open_stay(games_id, person, by)
        if stay.stay_state == StayState.IN_HOUSE.value:
            message = f"{person} is in the house: let them depart"
            raise VillageError(message)
        stay.stay_state = StayState.CANCELLED.value
        stay.save(update_fields=["stay_state"])
        revoke_residents(games_id=games_id, stays=(stay.pk,), now=by.now)
        _tell(stay, "cancelled", by)
        return _answer(stay)

    return once(games_id=games_id, key=key, body=("cancel", person), by=by, act=act)


def move(
    *, games_id: int, key: str, person: str, room: str, bed: int, on: dt.date, by: By, why: str = ""
) -> dict[str, Any]:
    """
    Give somebody another bed from a night on; ``why``: the office does it against a rule.

    Raises
    ------
    VillageError
        When the bed is taken or there is none, or a rule speaks against it.

    """

    def act() -> dict[str, Any]:
        found = VillageRoom.objects.filter(games_id=games_id, code=room).first()
        if found is None:
            message = f"there is no room {room}"
            raise VillageError(message)
        (stay,) = _behind_doors(games_id, (person,), by, {found.door})
        if by.delegation and not _has_door(games_id, by.delegation, found.door):
            message = f"the apartment {found.door} is none of {by.delegation}: ask the front desk"
            raise VillageError(message)
        made = _moved(stay, found, bed, on)
        _refuse([made], by, why)
        _save([stay, made] if made is not stay else [stay], by)
        _tell(made, "moved", by, why=why)
        return _answer(made)

    body = ("move", person, room, bed, why)
    return _settled(games_id=games_id, key=key, body=body, by=by, act=act)


def swap(
    *, games_id: int, key: str, one: str, other: str, on: dt.date, by: By, why: str = ""
) -> dict[str, Any]:
    """
    Let two people change beds from a night on.

    Raises
    ------
    VillageError
        When one of them has no bed, or a rule speaks against it.

    """

    def act() -> dict[str, Any]:
        if one == other:
            message = "these are one person"
            raise VillageError(message)
        first, second = _behind_doors(games_id, (one, other), by, set())
        places = (second.room, second.bed), (first.room, first.bed)
        made = [
            _moved(stay, room, bed, on)
            for stay, (room, bed) in zip((first, second), places, strict=True)
        ]
        _refuse(made, by, why, but=(first.pk, second.pk))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS one_person_a_bed DEFERRED")
            _save([first, second, *(stay for stay in made if stay.pk is None)], by)
            cursor.execute("SET CONSTRAINTS one_person_a_bed IMMEDIATE")
        for stay in made:
            _tell(stay, "moved", by, why=why)
        return {"stays": [_answer(stay) for stay in made]}

    body = ("swap", one, other, why)
    return _settled(games_id=games_id, key=key, body=body, by=by, act=act)


@transaction.atomic
def close_room(*, games_id: int, room: str, why: str, by: By) -> int:
    """Let a room take nobody new, or open it again without a reason; who is in it stays."""
    rows = VillageRoom.objects.filter(games_id=games_id, code=room)
    if not rows.update(closed_for=why[:120]):
        message = f"there is no room {room}"
        raise VillageError(message)
    append_update(games_id=games_id, topic="village.room", key=room, recorded_at=by.now,
                  body={"room": room, "closed_for": why[:120], "by": by.name})  # fmt: skip
    return Stay.objects.filter(games_id=games_id, room__code=room, stay_state__in=OPENED).count()


def _settled(**given: Any) -> dict[str, Any]:
    """Do a step; what the constraints refuse is said in words."""
    try:
        return once(**given)
    except IntegrityError as error:
        if "one_person_a_bed" in str(error):
            message = "somebody else has this bed in one of these nights: look at the room again"
        elif "one_bed_a_person" in str(error):
            message = "this person has another bed in one of these nights"
        else:
            raise
        raise VillageError(message) from None


def _behind_doors(
    games_id: int, people: tuple[str, ...], by: By, doors: set[str]
) -> tuple[Stay, ...]:
    """
    Return the open stays of people, with every room behind their doors and others locked first.

    Raises
    ------
    VillageError
        When one of them has no bed, or was moved just now.

    """
    known = [_open_stay(games_id, person, by, is_locked=False).room.door for person in people]
    doors = doors | set(known)
    rows = VillageRoom.objects.select_for_update().filter(games_id=games_id, door__in=doors)
    list(rows.order_by("pk"))
    stays = tuple(_open_stay(games_id, person, by) for person in sorted(people))
    if any(stay.room.door not in doors for stay in stays):
        message = "somebody was moved just now: look again"
        raise VillageError(message)
    return tuple(sorted(stays, key=lambda stay: people.index(stay.person)))


def _has_door(games_id: int, delegation: str, door: str) -> bool:
    """Tell whether a delegation has somebody behind a door."""
    rows = Stay.objects.filter(games_id=games_id, delegation=delegation, room__door=door)
    return rows.filter(stay_state__in=OPENED).exists()


def _open_stay(games_id: int, person: str, by: By, *, is_locked: bool = True) -> Stay:
    """
    Return the stay that goes on or is expected, locked: the one in house before the next.

    Raises
    ------
    VillageError
        When there is none, or it is of a delegation that is not theirs.

    """
    rows = Stay.objects.select_related("room")
    rows = rows.select_for_update(of=("self",)) if is_locked else rows
    found = list(rows.filter(games_id=games_id, person=person, stay_state__in=OPENED))
    found.sort(key=lambda stay: (stay.stay_state != StayState.IN_HOUSE.value, stay.nights.lower))
    if not found or not by.may(found[0].delegation):
        message = f"nobody called {person} has a bed"
        raise VillageError(message)
    return found[0]


def _moved(stay: Stay, room: VillageRoom, bed: int, on: dt.date) -> Stay:
    """Return the stay in another bed: itself before it began, else one for the nights left."""
    if not 0 <= bed < room.beds:
        message = f"{room.code} has the beds 1 to {room.beds}"
        raise VillageError(message)
    on = max(on, stay.nights.lower)
    if on >= stay.nights.upper:
        message = f"the stay of {stay.person} ends on {stay.nights.upper:%d %b}"
        raise VillageError(message)
    if stay.stay_state == StayState.RESERVED.value or on == stay.nights.lower:
        stay.room, stay.bed = room, bed
        return stay
    made = Stay(
        games_id=stay.games_id, person=stay.person, delegation=stay.delegation, gender=stay.gender,
        role=stay.role, room=room, bed=bed, nights=(on, stay.nights.upper),
        stay_state=stay.stay_state, plan_version=stay.plan_version,
        checked_in_at=stay.checked_in_at,
    )  # fmt: skip
    stay.nights = (stay.nights.lower, on)
    stay.stay_state = StayState.MOVED.value
    return made


def _refuse(made: Sequence[Stay], by: By, why: str, *, but: Sequence[int] = ()) -> None:
    """Refuse what a rule speaks against, unless the office says why it is done anyway."""
    against = [text for stay in made for text in _against(stay, made, but)]
    if against and (by.delegation or not why.strip()):
        raise VillageError("; ".join(dict.fromkeys(against)))


def _against(stay: Stay, made: Sequence[Stay], but: Sequence[int]) -> list[str]:
    """Return the rules that a bed breaks: closed, of another gender, of another delegation."""
    nights = nights_of(stay)
    others = (
        Stay.objects.filter(
            games_id=stay.games_id, room__building=stay.room.building, room__door=stay.room.door,
            nights__overlap=nights,
        )
        .exclude(stay_state=StayState.CANCELLED.value)
        .exclude(Q(pk__in=[*but, *(row.pk for row in made if row.pk)]) | Q(person=stay.person))
        .select_related("room")
    )  # fmt: skip
    near = [*others, *(row for row in made if row is not stay and row.room.door == stay.room.door)]
    return rules_against(stay, near)


def _save(stays: Sequence[Stay], by: By) -> None:
    """
    Write stays; those that end first, so that beds are free for those that begin.

    The pass of a bed that somebody left opens nothing any more.
    """
    for stay in sorted(stays, key=lambda row: row.pk is None):
        stay.save()
        if stay.stay_state == StayState.MOVED.value:
            revoke_residents(games_id=stay.games_id, stays=(stay.pk,), now=by.now)


def _answer(stay: Stay) -> dict[str, Any]:
    first, after = nights_of(stay)
    return {
        "stay": stay.pk, "person": stay.person, "room": stay.room.code, "bed": stay.bed + 1,
        "from": first.isoformat(), "leaves": after.isoformat(), "state": stay.stay_state,
    }  # fmt: skip


def _tell(stay: Stay, step: str, by: By, *, why: str = "") -> None:
    body = {**_answer(stay), "step": step, "delegation": stay.delegation, "by": by.name}
    append_update(games_id=stay.games_id, topic=STAYED, key=stay.person, recorded_at=by.now,
                  body=body | ({"why": why[:200]} if why else {}))  # fmt: skip
