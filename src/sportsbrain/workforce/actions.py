"""The one door for what volunteers say: answer a shift, take one that was given away."""

import datetime as dt

from django.db import IntegrityError, connection, transaction

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.statuses import ShiftReply
from sportsbrain.workforce.errors import ShiftError
from sportsbrain.workforce.models import ShiftAnswer, ShiftSwap
from sportsbrain.workforce.queries import shifts_of


@transaction.atomic
def answer_shift(
    *,
    games: GamesRow,
    person: str,
    day: int,
    shift: int,
    reply: ShiftReply,
    actor: str,
    now: dt.datetime,
) -> None:
    """
    Keep what somebody says of an own shift; the newest word holds.

    Raises
    ------
    ShiftError
        When the shift is not the person's, or somebody has taken it over already.

    """
    lock_shift(games_id=games.id, day=day, shift=shift)
    own = next(
        (s for s in shifts_of(games=games, person=person) if (s.day, s.shift) == (day, shift)), None
    )
    if own is None:
        message = "this shift is not yours (any more)"
        raise ShiftError(message)
    ShiftAnswer.objects.update_or_create(
        games_id=games.id,
        person=person,
        day=day,
        shift=shift,
        defaults={"team": own.team, "reply": reply, "answered_at": now},
    )
    record_audit(
        games_id=games.id,
        actor=actor,
        verb=reply.value,
        thing=f"shift {day}/{shift} of {person}",
        details={"team": own.team},
    )
    append_update(
        games_id=games.id,
        topic="shift.answered",
        key=person,
        body={"team": own.team, "day": day, "shift": shift, "reply": reply.value},
        recorded_at=now,
    )


@transaction.atomic
def keep_swap(
    *,
    games: GamesRow,
    team: str,
    day: int,
    shift: int,
    given_by: str,
    taken_by: str,
    now: dt.datetime,
) -> None:
    """
    Keep that somebody takes a shift another gave away; the database lets only one have it.

    Raises
    ------
    ShiftError
        When somebody else was quicker, or the taker has taken another shift that day.

    """
    try:
        with transaction.atomic():
            ShiftSwap.objects.create(
                games_id=games.id,
                team=team,
                day=day,
                shift=shift,
                given_by=given_by,
                taken_by=taken_by,
                taken_at=now,
            )
    except IntegrityError:
        message = "somebody else has taken it, or you have taken another shift that day"
        raise ShiftError(message) from None
    record_audit(
        games_id=games.id,
        actor=taken_by,
        verb="took over",
        thing=f"shift {day}/{shift} of {given_by}",
        details={"team": team},
    )
    append_update(
        games_id=games.id,
        topic="shift.taken",
        key=taken_by,
        body={"team": team, "day": day, "shift": shift, "given_by": given_by},
        recorded_at=now,
    )


def lock_shift(*, games_id: int, day: int, shift: int) -> None:
    """Let one transaction at a time answer or take shifts of one day and kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"shift:{games_id}:{day}:{shift}"]
        )
