"""Passes of residents and guests: they follow the stay, end with it, and are read at gates."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F

from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions import (
    Passing,
    end_holders,
    ensure_proofs,
    record_passes,
    revoke_proofs,
    sign_proofs,
)
from sportsbrain.credentials.queries import keys_of, status_list
from sportsbrain.village.actions.once import By, once
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import GuestDay, GuestPass, Stay
from sportsbrain.vocabulary.proofs import Colour, Direction, PassAnswer, Proof, Verdict, judge
from sportsbrain.vocabulary.village import GUEST, OPEN, StayState

RESIDENT, VISITOR = "resident", "guest"
ZONE, VILLAGE, RESIDENTIAL, PLAZA = "zone", "VIL", "R", "P"
GRACE = dt.timedelta(hours=12)
GUEST_OPENS, GUEST_CLOSES = dt.time(9), dt.time(21)
LEAST_GUESTS, A_GUEST_FOR = 2, 20  # two, and one more for so many residents
LONGER = dt.timedelta(days=30)  # the village is open longer than the Games


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRead:
    """What a gate of the village read: the text of a pass, which way, when."""

    uid: str
    text: str
    zone: str
    direction: Direction
    read_at: dt.datetime
    was_let_in: bool = False


@transaction.atomic
def resident_pass(*, games: GamesRow, person: str, now: dt.datetime) -> str | None:
    """
    Return the text of a resident's QR code; None without a bed to come to.

    The same stay has the same pass: it opens the residential zone until the stay is over.

    Raises
    ------
    KeyMissingError
        Without the key that signs on this machine.

    """
    states = [state.value for state in OPEN]
    rows = Stay.objects.filter(games_id=games.id, person=person, stay_state__in=states)
    stay = rows.order_by("-stay_state", "nights").first()
    if stay is None:
        return None
    number = f"S{stay.pk}"
    index = ensure_proofs(games=games, kind=RESIDENT, numbers=(number,), now=now)[number]
    return sign_proofs(games=games, proofs=(_resident(games, stay, index),))[0]


@transaction.atomic
def delegation_passes(*, games: GamesRow, delegation: str, now: dt.datetime) -> dict[str, str]:
    """
    Return the texts of the passes of a delegation's residents, by person: to print or to send.

    Raises
    ------
    KeyMissingError
        Without the key that signs on this machine.

    """
    states = [state.value for state in OPEN]
    rows = Stay.objects.filter(games_id=games.id, delegation=delegation, stay_state__in=states)
    stays: dict[str, Stay] = {}
    for stay in rows.exclude(role=GUEST).order_by("person", "-stay_state", "nights"):
        stays.setdefault(stay.person, stay)
    numbers = tuple(f"S{stay.pk}" for stay in stays.values())
    indexes = ensure_proofs(games=games, kind=RESIDENT, numbers=numbers, now=now)
    proofs = tuple(_resident(games, stay, indexes[f"S{stay.pk}"]) for stay in stays.values())
    return dict(zip(stays, sign_proofs(games=games, proofs=proofs), strict=True))


def _resident(games: GamesRow, stay: Stay, index: int) -> Proof:
    """Return a resident's pass: the houses and the plaza, from before the stay until after it."""
    zone = ZoneInfo(games.time_zone)
    return Proof(
        issuer=games.code, kind=RESIDENT, number=f"S{stay.pk}", category=stay.role, index=index,
        rights=tuple(f"{ZONE} {VILLAGE} {one}" for one in (RESIDENTIAL, PLAZA)),
        starts_at=dt.datetime.combine(stay.nights.lower, dt.time(), tzinfo=zone) - GRACE,
        ends_before=dt.datetime.combine(stay.nights.upper, dt.time(), tzinfo=zone) + GRACE,
    )  # fmt: skip


def revoke_residents(*, games_id: int, stays: Sequence[int], now: dt.datetime) -> None:
    """Let residents' passes open nothing any more, and nobody be inside with them."""
    numbers = tuple(f"S{stay}" for stay in stays)
    revoke_proofs(games_id=games_id, kind=RESIDENT, numbers=numbers, now=now)
    end_holders(games_id=games_id, kind=RESIDENT, numbers=numbers)


def invite(
    *, games: GamesRow, key: str, delegation: str, day: dt.date, name: str, host: str, by: By
) -> dict[str, Any]:
    """
    Invite a guest for a day: within the delegation's quota, by a host who lives here.

    Raises
    ------
    VillageError
        When the quota of the day is used, or the host does not live here.

    """

    def act() -> dict[str, Any]:
        residents = Stay.objects.filter(games_id=games.id, delegation=delegation,
                                        stay_state=StayState.IN_HOUSE.value)  # fmt: skip
        if not by.may(delegation) or not residents.filter(person=host).exists():
            message = (
                f"{host or 'nobody'} does not live here for {delegation}: name a host who does"
            )
            raise VillageError(message)
        if not name.strip():
            message = "say who comes: the gate asks for the name"
            raise VillageError(message)
        today = by.now.astimezone(ZoneInfo(games.time_zone)).date()
        if not today <= day <= games.ends_on + LONGER:
            message = "invite for today or a day to come"
            raise VillageError(message)
        places = LEAST_GUESTS + residents.count() // A_GUEST_FOR
        GuestDay.objects.bulk_create(
            [GuestDay(games_id=games.id, delegation=delegation, day=day, places=places)],
            ignore_conflicts=True,
        )
        GuestDay.objects.filter(games_id=games.id, delegation=delegation, day=day,
                                places__lt=places).update(places=places)  # fmt: skip
        try:
            with transaction.atomic():
                GuestDay.objects.filter(games_id=games.id, delegation=delegation, day=day).update(
                    used=F("used") + 1
                )
        except IntegrityError as error:
            row = GuestDay.objects.get(games_id=games.id, delegation=delegation, day=day)
            message = f"{delegation} has its {row.places} guests on {day:%d %b} already"
            raise VillageError(message) from error
        made = GuestPass.objects.create(games_id=games.id, delegation=delegation, day=day,
                                        name=name.strip()[:120], host=host)  # fmt: skip
        return {"guest": made.pk, "day": day.isoformat()}

    body = ("invite", delegation, day, name, host)
    return once(games_id=games.id, key=key, body=body, by=by, act=act)


@transaction.atomic
def uninvite(*, games_id: int, guest: int, by: By) -> None:
    """
    Take an invitation back: the pass opens nothing any more, the place is free again.

    Raises
    ------
    VillageError
        When there is no such guest of theirs.

    """
    row = GuestPass.objects.select_for_update().filter(games_id=games_id, pk=guest).first()
    if row is None or not by.may(row.delegation) or row.is_cancelled:
        message = "there is no such guest"
        raise VillageError(message)
    row.is_cancelled = True
    row.save(update_fields=["is_cancelled"])
    GuestDay.objects.filter(games_id=games_id, delegation=row.delegation, day=row.day).update(
        used=F("used") - 1
    )
    revoke_proofs(games_id=games_id, kind=VISITOR, numbers=(f"G{row.pk}",), now=by.now)
    end_holders(games_id=games_id, kind=VISITOR, numbers=(f"G{row.pk}",))


@transaction.atomic
def guest_pass(*, games: GamesRow, guest: int, now: dt.datetime) -> str | None:
    """
    Return the text of a guest's QR code; None when there is no such guest any more.

    Raises
    ------
    KeyMissingError
        Without the key that signs on this machine.

    """
    row = GuestPass.objects.filter(games_id=games.id, pk=guest, is_cancelled=False).first()
    if row is None:
        return None
    zone, number = ZoneInfo(games.time_zone), f"G{row.pk}"
    index = ensure_proofs(games=games, kind=VISITOR, numbers=(number,), now=now)[number]
    proof = Proof(
        issuer=games.code,
        kind=VISITOR,
        number=number,
        category=VISITOR,
        index=index,
        rights=(f"{ZONE} {VILLAGE} {PLAZA}",),
        starts_at=dt.datetime.combine(row.day, GUEST_OPENS, tzinfo=zone),
        ends_before=dt.datetime.combine(row.day, GUEST_CLOSES, tzinfo=zone),
    )
    return sign_proofs(games=games, proofs=(proof,))[0]


def read_gates(
    *, games: GamesRow, reads: Sequence[GateRead], now: dt.datetime
) -> dict[str, Verdict]:
    """
    Judge what gates read, keep those that pass, and say what the gate shows, by uid.

    Red: not ours, not now, cancelled, no right for the zone, or somebody is in with it already.
    """
    keys, statuses = keys_of(games=games), status_list(games=games, now=now)
    found: dict[str, Verdict] = {}
    passes = []
    for read in reads:
        verdict = judge(read.text, keys=keys, statuses=statuses, issuer=games.code,
                        moment=now if not read.was_let_in else read.read_at,
                        asked=(ZONE, VILLAGE, read.zone))  # fmt: skip
        found[read.uid] = verdict
        leaves = read.direction is Direction.OUT  # whoever goes is out, whatever is shown
        if verdict.proof is not None and (leaves or verdict.colour != Colour.RED):
            passes.append(
                Passing(uid=read.uid, kind=verdict.proof.kind, number=verdict.proof.number,
                        place=f"{VILLAGE}-{read.zone}", direction=read.direction,
                        read_at=read.read_at, was_let_in=read.was_let_in)
            )  # fmt: skip
    for uid, answer in record_passes(games=games, passes=passes, now=now).items():
        if answer is not PassAnswer.PASSED and found[uid].colour != Colour.RED:
            found[uid] = Verdict(colour=Colour.RED, reason="somebody is in with it already",
                                 proof=found[uid].proof)  # fmt: skip
    return found


@transaction.atomic
def forget_guests(*, games_id: int, before: dt.date) -> int:
    """Forget the names of guests of days before; return how many."""
    rows = GuestPass.objects.filter(games_id=games_id, day__lt=before).exclude(name="")
    numbers = [f"G{number}" for number in rows.values_list("pk", flat=True)]
    end_holders(games_id=games_id, kind=VISITOR, numbers=numbers)
    return rows.update(name="")
