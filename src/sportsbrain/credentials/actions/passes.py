"""
Passes at gates one goes in and out by: nobody comes in twice with one pass (anti-passback).

Reads are kept apart from everything else, for a few days; who looks at them is written down.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.models import PassHolder, PassRead
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.proofs import Direction, PassAnswer

PASSBACK = "gate.passback"
KEPT = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """A pass that a gate read and found good; ``was_let_in``: it decided alone."""

    uid: str
    kind: str
    number: str
    place: str
    direction: Direction
    read_at: dt.datetime
    was_let_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PassReadRow:
    """Where and when a pass was read."""

    place: str
    direction: str
    answer: str
    read_at: dt.datetime


@transaction.atomic
def record_passes(
    *, games: GamesRow, passes: Sequence[Passing], now: dt.datetime
) -> dict[str, PassAnswer]:
    """
    Keep what gates read, each once, and say what becomes of it, by its uid.

    Who is inside is refused another entry; a gate that had let somebody in with it is news. Who
    goes out may always go.
    """
    found: dict[str, PassAnswer] = {}
    for one in sorted(passes, key=lambda row: (row.kind, row.number, row.place, row.read_at)):
        known = PassRead.objects.filter(games_id=games.id, uid=one.uid).first()
        found[one.uid] = PassAnswer(known.answer) if known else _read(games, one, now)
    return found


def _read(games: GamesRow, one: Passing, now: dt.datetime) -> PassAnswer:
    whose = {"games_id": games.id, "kind": one.kind, "number": one.number, "place": one.place}
    PassHolder.objects.bulk_create([PassHolder(**whose)], ignore_conflicts=True)
    holder = PassHolder.objects.select_for_update().get(**whose)
    known = PassRead.objects.filter(games_id=games.id, uid=one.uid).first()  # sent twice at once
    if known:
        return PassAnswer(known.answer)
    answer = PassAnswer.PASSED
    is_entry = one.direction is Direction.IN
    if is_entry and holder.is_inside:
        answer = PassAnswer.DOUBLED if one.was_let_in else PassAnswer.INSIDE
    PassRead.objects.create(**whose, uid=one.uid, direction=one.direction.value,
                            answer=answer.value, read_at=one.read_at, received_at=now)  # fmt: skip
    is_newer = holder.told_at is None or holder.told_at <= one.read_at
    if answer is PassAnswer.PASSED and is_newer:
        holder.is_inside, holder.told_at = is_entry, one.read_at
        holder.save(update_fields=["is_inside", "told_at"])
    if answer is PassAnswer.DOUBLED:
        append_update(games_id=games.id, topic=PASSBACK, key=one.place, recorded_at=now,
                      body={"kind": one.kind, "place": one.place})  # fmt: skip
    return answer


def reads_of_pass(
    *, games_id: int, kind: str, number: str, reader: str, reason: str
) -> tuple[PassReadRow, ...]:
    """
    Return where a pass was read, and write down who asked, and why.

    Raises
    ------
    ValueError
        Without a reason.

    """
    if not reason.strip():
        message = "say why you need to know where somebody was"
        raise ValueError(message)
    record_audit(games_id=games_id, actor=reader, verb="read passes", thing=f"{kind} {number}",
                 details={"reason": reason[:200]})  # fmt: skip
    rows = PassRead.objects.filter(games_id=games_id, kind=kind, number=number)
    return tuple(
        PassReadRow(place=row.place, direction=row.direction, answer=row.answer,
                    read_at=row.read_at)
        for row in rows.order_by("read_at", "pk")
    )  # fmt: skip


@transaction.atomic
def forget_passes(*, games_id: int, now: dt.datetime) -> int:
    """Forget reads that are older than three days, and holders with none; return how many reads."""
    gone, _each = PassRead.objects.filter(games_id=games_id, read_at__lt=now - KEPT).delete()
    PassHolder.objects.filter(games_id=games_id, is_inside=False, told_at__lt=now - KEPT).delete()
    return gone
