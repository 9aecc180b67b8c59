"""What operators tell: results of a unit, decisions on medals."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.actions import (
    ResultsKept,
    decide_medals,
    record_results,
    withdraw_decision,
)


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
