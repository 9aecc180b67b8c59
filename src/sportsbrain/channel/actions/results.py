"""What operators tell: results of a unit, decisions on medals."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from sportsbrain.channel.models import ResultHold
from sportsbrain.channel.updates import HOLD
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.actions import (
    ResultsKept,
    decide_medals,
    record_results,
    withdraw_decision,
)
from sportsbrain.world.errors import ResultError, UnknownFactError
from sportsbrain.world.queries import unit_results


@transaction.atomic
def tell_results(
    *, games: GamesRow, unit: str, status: ResultStatus, results: Sequence[ResultFact], actor: str,
    now: dt.datetime, version: int | None = None, reason: str = "",
    finished_at: dt.datetime | None = None,
) -> ResultsKept:  # fmt: skip
    """
    Record the results of a unit in a person's name; `record_results` says what is refused.

    Raises
    ------
    UnknownFactError, ResultError
        As there.

    """
    kept = record_results(
        games_id=games.id, unit=unit, status=status, results=results, version=version, now=now,
        fact_source=f"person:{actor}"[:80], reason=reason, finished_at=finished_at,
    )  # fmt: skip
    record_audit(
        games_id=games.id, actor=actor, verb="recorded results of", thing=f"unit {unit}",
        details={"version": kept.version, "status": status.value, "changed": kept.changed,
                 "reason": reason},
    )  # fmt: skip
    return kept


@transaction.atomic
def tell_medals(
    *, games: GamesRow, event: str, medals: Sequence[tuple[str, str]], reason: str, actor: str,
    now: dt.datetime,
) -> int:  # fmt: skip
    """
    Record an official decision on the medals of an event, and return how many change.

    Raises
    ------
    UnknownFactError, ResultError
        As `decide_medals`.

    """
    changed = decide_medals(
        games_id=games.id, event=event, medals=medals, reason=reason, actor=actor, now=now
    )
    record_audit(
        games_id=games.id, actor=actor, verb="decided the medals of", thing=f"event {event}",
        details={"medals": [list(pair) for pair in medals], "reason": reason},
    )  # fmt: skip
    return changed


@transaction.atomic
def withdraw_medals(*, games: GamesRow, event: str, actor: str, now: dt.datetime) -> int:
    """
    Let the results of an event speak again, and return how many medals change.

    Raises
    ------
    UnknownFactError
        When the Games has no such event.

    """
    changed = withdraw_decision(games_id=games.id, event=event, actor=actor, now=now)
    record_audit(
        games_id=games.id, actor=actor, verb="withdrew the decision on", thing=f"event {event}",
        details={"changed": changed},
    )  # fmt: skip
    return changed


@transaction.atomic
def retract_results(
    *, games: GamesRow, unit: str, reason: str, actor: str, now: dt.datetime
) -> ResultsKept:
    """
    Take the results of a unit back: who starts stays, what they did goes.

    Raises
    ------
    UnknownFactError, ResultError
        Without the unit; without a reason.

    """
    _check_reason(reason, "say why the results are taken back")
    found = unit_results(games_id=games.id, code=unit)
    if found is None:
        raise UnknownFactError(column="unit", value=unit, table="units")
    starters = [
        ResultFact(competitor=line.competitor, start_order=line.start_order)
        for line in found.standings
    ]
    return tell_results(
        games=games, unit=unit, status=ResultStatus.START_LIST, results=starters, actor=actor,
        now=now, reason=reason.strip(), version=found.version + 1,
    )  # fmt: skip


@transaction.atomic
def hold_results(*, games: GamesRow, unit: str, reason: str, actor: str, now: dt.datetime) -> None:
    """
    Keep the results of a unit, and the medals they decide, from fans until they are released.

    Raises
    ------
    UnknownFactError, ResultError
        Without the unit; without a reason.

    """
    _check_reason(reason, "say why the results are held")
    if unit_results(games_id=games.id, code=unit) is None:
        raise UnknownFactError(column="unit", value=unit, table="units")
    _, is_new = ResultHold.objects.get_or_create(
        games_id=games.id, unit=unit,
        defaults={"reason": reason.strip()[:300], "held_by": actor, "held_at": now},
    )  # fmt: skip
    if is_new:
        _tell_hold(games, unit, now, is_held=True)
        record_audit(games_id=games.id, actor=actor, verb="held the results of",
                     thing=f"unit {unit}", details={"reason": reason.strip()})  # fmt: skip


@transaction.atomic
def release_results(*, games: GamesRow, unit: str, actor: str, now: dt.datetime) -> bool:
    """Let fans see the results of a unit again; False when nobody held them."""
    gone, _ = ResultHold.objects.filter(games_id=games.id, unit=unit).delete()
    if gone:
        _tell_hold(games, unit, now, is_held=False)
        record_audit(games_id=games.id, actor=actor, verb="released the results of",
                     thing=f"unit {unit}", details={})  # fmt: skip
    return bool(gone)


def _tell_hold(games: GamesRow, unit: str, now: dt.datetime, *, is_held: bool) -> None:
    append_update(games_id=games.id, topic=HOLD, key=unit, body={"is_held": is_held},
                  recorded_at=now)  # fmt: skip


def _check_reason(reason: str, message: str) -> None:
    if not reason.strip() or "\x00" in reason:
        raise ResultError(message)
