"""Medals: settled from official results by the rule of their event, or by a recorded decision."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from sportsbrain.committee.queries import get_games_by_id
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.results import MEDAL_KINDS
from sportsbrain.world import models as rows
from sportsbrain.world.errors import ResultError, UnknownFactError
from sportsbrain.world.queries.medals import podium_now

MEDALS = "medals"
REASON_MAX = 300
DERIVED, DECIDED = "results:", "decision:"


def settle_medals(
    *, games_id: int, event_id: int, fact_source: str, now: dt.datetime, reason: str = "",
    won_at: dt.datetime | None = None,
) -> int:  # fmt: skip
    """
    Make the medals of an event what its decision or its results say; return how many change.

    The caller holds the event. Medals that were imported are left as they are.
    """
    own = rows.Medal.objects.filter(games_id=games_id, event_id=event_id)
    decision = rows.MedalDecision.objects.filter(event_id=event_id, withdrawn_at=None).first()
    if decision is not None:
        source = f"{DECIDED}{decision.pk}"
        wanted = [(kind, competitor) for kind, competitor in decision.medals]
    else:
        source = f"{DERIVED}{fact_source}"[:80]
        wanted = list(podium_now(event_id=event_id).medals)
    known = {row.code: row for row in own}
    if any(not row.fact_source.startswith((DERIVED, DECIDED)) for row in known.values()):
        return 0
    code = rows.Event.objects.values_list("code", flat=True).get(pk=event_id)
    new = {f"{code}/{kind}/{competitor}"[:80]: (kind, competitor) for kind, competitor in wanted}
    own.filter(code__in=list(new)).exclude(fact_source__startswith=source.split(":")[0]).update(
        fact_source=source
    )
    gone = [row for key, row in known.items() if key not in new]
    come = {key: value for key, value in new.items() if key not in known}
    if not gone and not come:
        return 0
    rows.FactChange.objects.bulk_create([
        rows.FactChange(games_id=games_id, table="medals", code=row.code, fact_source=source,
                        before={"kind": row.kind, "organisation_id": row.organisation_id},
                        after={"gone": True, "reason": reason})
        for row in gone
    ])  # fmt: skip
    own.filter(pk__in=[row.pk for row in gone]).delete()
    before = [row.won_on for row in known.values()]  # a correction days later changes no day
    day = min(before, default=_day(games_id, won_at or now))
    rows.Medal.objects.bulk_create([
        rows.Medal(games_id=games_id, event_id=event_id, code=key, kind=kind, won_on=day,
                   fact_source=source, **_winner(games_id, competitor))
        for key, (kind, competitor) in come.items()
    ])  # fmt: skip
    append_update(
        games_id=games_id, topic=MEDALS, key=code, recorded_at=now,
        body={"event": code, "medals": [list(pair) for pair in wanted], "reason": reason,
              "taken_back": [list(_pair(row)) for row in gone]},
    )  # fmt: skip
    return len(gone) + len(come)


def _pair(row: rows.Medal) -> tuple[str, str]:
    competitor = row.participant or row.team
    return row.kind, competitor.code if competitor else ""


def _day(games_id: int, now: dt.datetime) -> dt.date:
    return now.astimezone(ZoneInfo(get_games_by_id(games_id=games_id).time_zone)).date()


def _winner(games_id: int, competitor: str) -> dict[str, int]:
    """
    Return who wins and for whom.

    Raises
    ------
    UnknownFactError
        When the Games has no such participant or team.

    """
    for model, field in ((rows.Participant, "participant_id"), (rows.Team, "team_id")):
        found: Any = model._default_manager.filter(games_id=games_id, code=competitor)
        row = found.values_list("pk", "organisation_id").first()
        if row:
            return {field: row[0], "organisation_id": row[1]}
    raise UnknownFactError(column="competitor", value=competitor, table="participants or teams")


@transaction.atomic
def decide_medals(
    *, games_id: int, event: str, medals: Sequence[tuple[str, str]], reason: str, actor: str,
    now: dt.datetime,
) -> int:  # fmt: skip
    """
    Record an official decision on the medals of an event, in place of the one before.

    Raises
    ------
    UnknownFactError
        When the Games has no such event or competitor.
    ResultError
        When a kind is none, or no reason is given.

    """
    event_id = _lock_event(games_id, event)
    if not reason.strip():
        message = f"{event}: a decision on medals needs its reason"
        raise ResultError(message)
    if len(reason) > REASON_MAX or "\x00" in reason:
        message = (
            f"{event}: the reason has more than {REASON_MAX} characters, or one that is no text"
        )
        raise ResultError(message)
    wrong = sorted({kind for kind, _ in medals} - set(MEDAL_KINDS))
    if wrong:
        message = f"{event}: {', '.join(wrong)} is no medal; they are {', '.join(MEDAL_KINDS)}"
        raise ResultError(message)
    if len({competitor for _, competitor in medals}) < len(medals):
        message = f"{event}: a competitor wins one medal of an event"
        raise ResultError(message)
    for _, competitor in medals:
        _winner(games_id, competitor)
    _withdraw(event_id, actor, now)
    rows.MedalDecision.objects.create(
        games_id=games_id, event_id=event_id, medals=[list(pair) for pair in medals],
        reason=reason.strip(), decided_by=actor, decided_at=now,
    )  # fmt: skip
    return settle_medals(
        games_id=games_id, event_id=event_id, fact_source=f"person:{actor}", now=now, reason=reason
    )


@transaction.atomic
def withdraw_decision(*, games_id: int, event: str, actor: str, now: dt.datetime) -> int:
    """Let the results of an event speak again; return how many medals change."""
    event_id = _lock_event(games_id, event)
    if not _withdraw(event_id, actor, now):
        return 0
    return settle_medals(
        games_id=games_id, event_id=event_id, fact_source=f"person:{actor}", now=now,
        reason="decision withdrawn",
    )  # fmt: skip


def _lock_event(games_id: int, event: str) -> int:
    found = rows.Event.objects.select_for_update(no_key=True).filter(games_id=games_id, code=event)
    row = found.first()
    if row is None:
        raise UnknownFactError(column="event", value=event, table="events")
    return row.pk


def _withdraw(event_id: int, actor: str, now: dt.datetime) -> int:
    standing = rows.MedalDecision.objects.filter(event_id=event_id, withdrawn_at=None)
    return standing.update(withdrawn_at=now, withdrawn_by=actor)
