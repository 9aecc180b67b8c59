"""Ask, keep the answers as they come, approve all of them at once or discard them."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.errors import UnknownWhatIfError, WhatIfStateError
from sportsbrain.controlroom.models import WhatIf
from sportsbrain.controlroom.queries.what_ifs import base_of
from sportsbrain.live.actions import append_update
from sportsbrain.plans.actions import keep_decisions, lock_planners, publish_version
from sportsbrain.plans.queries import number_in_force
from sportsbrain.sport.actions import publish_timetable
from sportsbrain.vocabulary.changes import Change, GoldMedals, change_of, change_row
from sportsbrain.vocabulary.statuses import WhatIfState

TITLE_MAX = 200


@transaction.atomic
def ask_what_if(
    *, games: GamesRow, changes: tuple[Change, ...], title: str, actor: str, now: dt.datetime
) -> int:
    """Keep a question with the versions it begins from and return its number."""
    if not changes:
        message = "nothing is different: say at least one change"
        raise WhatIfStateError(message)
    _lock(games.id)
    last = WhatIf.objects.filter(games_id=games.id).aggregate(last=Max("number"))["last"] or 0
    row = WhatIf.objects.create(
        games_id=games.id,
        number=last + 1,
        title=title[:TITLE_MAX],
        changes=[change_row(change) for change in changes],
        base=base_of(games=games),
        asked_by=actor,
        asked_at=now,
    )
    record_audit(
        games_id=games.id,
        actor=actor,
        verb="asked",
        thing=f"what-if {row.number}",
        details={"changes": row.changes},
    )
    return row.number


def tie_run(*, games_id: int, number: int, run_id: int) -> None:
    """Keep which run answers a what-if."""
    WhatIf.objects.filter(games_id=games_id, number=number).update(run_id=run_id)


@transaction.atomic
def keep_part(*, games_id: int, number: int, part: dict[str, Any], now: dt.datetime) -> None:
    """Keep the answer of one plan and tell the log."""
    row = WhatIf.objects.select_for_update().get(games_id=games_id, number=number)
    row.parts = [*row.parts, part]
    row.save(update_fields=["parts"])
    append_update(
        games_id=games_id,
        topic="what-if.part",
        key=str(number),
        body={"planner": part["planner"], "state": part["state"]},
        recorded_at=now,
    )


@transaction.atomic
def end_what_if(*, games_id: int, number: int, now: dt.datetime) -> None:
    """Mark a what-if as answered, and tell the log."""
    changed = WhatIf.objects.filter(
        games_id=games_id, number=number, what_if_state=WhatIfState.WORKING
    ).update(what_if_state=WhatIfState.ANSWERED, answered_at=now)
    if changed:
        append_update(
            games_id=games_id,
            topic="what-if.answered",
            key=str(number),
            body={},
            recorded_at=now,
        )


@transaction.atomic
def approve_what_if(
    *, games: GamesRow, number: int, actor: str, now: dt.datetime
) -> dict[str, int]:
    """
    Put all changed plans in force and let the changes hold, all or nothing.

    Raises
    ------
    WhatIfStateError
        When it is not answered, a part failed, or another plan came in force meanwhile.
    PublishRefusedError
        When a delegate refused the timetable.

    """
    _lock(games.id)
    row = _answered(games, number, "approved")
    failed = [part["planner"] for part in row.parts if part["state"] == "failed"]
    if failed:
        message = f"no answer for {', '.join(failed)}: mend what it says and ask again"
        raise WhatIfStateError(message)
    lock_planners(games_id=games.id, planners=row.base)
    in_force = {p: number_in_force(games_id=games.id, planner=p) for p in row.base}
    # where nothing is in force, the draft it was compared with stays what it was
    moved = sorted(p for p, now_ in in_force.items() if now_ is not None and now_ != row.base[p])
    if moved:
        message = (
            f"other plans came in force since it was asked ({', '.join(moved)}):"
            " ask again, the differences are no longer these"
        )
        raise WhatIfStateError(message)
    numbers = {
        part["planner"]: part["after"]
        for part in row.parts
        if part["state"] == "changed" and part["planner"] not in {"retail", "tickets"}  # no plans
    }
    for planner, version in sorted(numbers.items()):
        if planner == "timetable":
            publish_timetable(games=games, number=version, actor=actor, now=now)
        else:
            publish_version(
                games_id=games.id, planner=planner, number=version, actor=actor, now=now
            )
    keep_decisions(
        games_id=games.id,
        changes=tuple(c for c in map(change_of, row.changes) if not isinstance(c, GoldMedals)),
        title=row.title or f"what-if {number}",
        actor=actor,
        now=now,
    )
    _decide(row, WhatIfState.APPROVED, actor, now)
    return numbers


@transaction.atomic
def discard_what_if(*, games: GamesRow, number: int, actor: str, now: dt.datetime) -> None:
    """Mark a what-if as discarded; its drafts stay drafts and nothing in force changes."""
    _lock(games.id)
    row = _found(games, number)
    if row.what_if_state in {WhatIfState.APPROVED, WhatIfState.DISCARDED}:
        message = f"what-if {number} is {row.what_if_state} already"
        raise WhatIfStateError(message)
    _decide(row, WhatIfState.DISCARDED, actor, now)


def _found(games: GamesRow, number: int) -> WhatIf:
    row = WhatIf.objects.select_for_update().filter(games_id=games.id, number=number).first()
    if row is None:
        message = f"there is no what-if {number}"
        raise UnknownWhatIfError(message)
    return row


def _answered(games: GamesRow, number: int, verb: str) -> WhatIf:
    row = _found(games, number)
    if row.what_if_state != WhatIfState.ANSWERED:
        message = f"what-if {number} is {row.what_if_state}: only an answered one can be {verb}"
        raise WhatIfStateError(message)
    return row


def _decide(row: WhatIf, state: WhatIfState, actor: str, now: dt.datetime) -> None:
    row.what_if_state, row.decided_by, row.decided_at = state, actor, now
    row.save(update_fields=["what_if_state", "decided_by", "decided_at"])
    record_audit(
        games_id=row.games_id,
        actor=actor,
        verb=state.value,
        thing=f"what-if {row.number}",
        details={"changes": row.changes},
    )
    append_update(
        games_id=row.games_id,
        topic=f"what-if.{state.value}",
        key=str(row.number),
        body={},
        recorded_at=now,
    )


def _lock(games_id: int) -> None:
    """Let one transaction at a time number and decide what-ifs of a Games."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"what-ifs:{games_id}"])
