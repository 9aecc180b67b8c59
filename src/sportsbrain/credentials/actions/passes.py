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
BATCH = 2_000


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
    goes out may always go. Holders are locked in the order of their keys, whatever the batch.
    """
    ordered = sorted(passes, key=lambda one: (*_whose(one), one.read_at, one.uid))
    holders = _locked(games.id, {_whose(one) for one in ordered})
    found = _known(games.id, [one.uid for one in ordered])
    kept: list[PassRead] = []
    changed: dict[tuple[str, str, str], PassHolder] = {}
    for one in ordered:
        if one.uid in found:
            continue
        holder = holders[_whose(one)]
        answer = found[one.uid] = _answer(one, is_inside=holder.is_inside)
        kept.append(
            PassRead(games_id=games.id, uid=one.uid, kind=one.kind, number=one.number,
                     place=one.place, direction=one.direction.value, answer=answer.value,
                     read_at=one.read_at, received_at=now)
        )  # fmt: skip
        at = min(one.read_at, now)  # a gate whose clock is ahead decides nothing for the future
        is_newer = holder.told_at is None or holder.told_at <= at
        if answer is PassAnswer.PASSED and is_newer:
            holder.is_inside, holder.told_at = one.direction is Direction.IN, at
            changed[_whose(one)] = holder
        if answer is PassAnswer.DOUBLED:
            append_update(games_id=games.id, topic=PASSBACK, key=one.place, recorded_at=now,
                          body={"kind": one.kind, "place": one.place})  # fmt: skip
    PassRead.objects.bulk_create(kept, batch_size=BATCH)
    PassHolder.objects.bulk_update(changed.values(), ["is_inside", "told_at"], batch_size=BATCH)
    return found


def _whose(one: Passing) -> tuple[str, str, str]:
    return one.kind, one.number, one.place


def _known(games_id: int, uids: Sequence[str]) -> dict[str, PassAnswer]:
    """Return the answers of reads that came before; their holders are locked."""
    rows = PassRead.objects.filter(games_id=games_id, uid__in=uids)
    return {uid: PassAnswer(answer) for uid, answer in rows.values_list("uid", "answer")}


def _locked(
    games_id: int, wanted: set[tuple[str, str, str]]
) -> dict[tuple[str, str, str], PassHolder]:
    PassHolder.objects.bulk_create(
        [
            PassHolder(games_id=games_id, kind=kind, number=number, place=place)
            for kind, number, place in sorted(wanted)
        ],
        ignore_conflicts=True, batch_size=BATCH,
    )  # fmt: skip
    rows = PassHolder.objects.select_for_update().filter(
        games_id=games_id, number__in={number for _, number, _ in wanted},
        place__in={place for _, _, place in wanted},
    )  # fmt: skip
    found = {(row.kind, row.number, row.place): row for row in rows.order_by("pk")}
    return {key: found[key] for key in wanted}


def _answer(one: Passing, *, is_inside: bool) -> PassAnswer:
    if one.direction is Direction.IN and is_inside:
        return PassAnswer.DOUBLED if one.was_let_in else PassAnswer.INSIDE
    return PassAnswer.PASSED


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


def end_holders(*, games_id: int, kind: str, numbers: Sequence[str]) -> None:
    """Let nobody be inside with passes that are over."""
    rows = PassHolder.objects.filter(games_id=games_id, kind=kind, number__in=numbers)
    rows.update(is_inside=False)


@transaction.atomic
def forget_passes(*, games_id: int, now: dt.datetime) -> int:
    """Forget reads that are older than three days, and holders with none; return how many reads."""
    gone, _each = PassRead.objects.filter(games_id=games_id, read_at__lt=now - KEPT).delete()
    PassHolder.objects.filter(games_id=games_id, is_inside=False, told_at__lt=now - KEPT).delete()
    return gone
