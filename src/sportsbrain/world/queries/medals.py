"""The medals that results give, and why some of them are open."""

import datetime as dt
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus, ScheduleStatus
from sportsbrain.world import models as rows
from sportsbrain.world.updates import (
    MedalRule,
    Method,
    Podium,
    Scoring,
    UnitOutcome,
    podium_of,
)

COUNTS = ("", ResultStatus.OFFICIAL.value)  # imported results have no status: they are over


@cache
def medal_rules() -> tuple[tuple[str, MedalRule], ...]:
    """Return rules by the pattern of an event's code; the first that fits holds."""
    text = (files("sportsbrain.world") / "rules" / "medals.toml").read_text(encoding="utf-8")
    return tuple((row["event"], _rule(row)) for row in tomllib.loads(text)["rule"])


def _rule(row: dict[str, Any]) -> MedalRule:
    scoring = row.get("scoring")
    return MedalRule(
        method=Method(row["method"]),
        units=tuple(row.get("units", ())),
        is_less_better=row.get("is_less_better", False),
        discards=row.get("discards", 0),
        discarded_from=row.get("discarded_from", ""),
        scoring={k: Scoring(**v) for k, v in scoring.items()} if scoring else None,
        reason=row.get("reason", ""),
    )


def rule_of(event: str) -> MedalRule:
    """Return the rule of an event by its code."""
    return next((rule for name, rule in medal_rules() if fnmatchcase(event, name)), MedalRule())


def podium_now(*, event_id: int) -> Podium:
    """Return the medals that the official results of an event give."""
    code = rows.Event.objects.values_list("code", flat=True).get(pk=event_id)
    outcomes: dict[int, list[ResultFact]] = defaultdict(list)
    found = rows.Result.objects.filter(
        unit__phase__event_id=event_id, unit__result_status__in=COUNTS
    )
    for unit, person, team, rank, value, won, irregularity in found.order_by("pk").values_list(
        "unit_id", "participant__code", "team__code", "rank", "value", "win_loss", "irregularity"
    ):
        line = ResultFact(competitor=person or team, rank=rank, value=value, win_loss=won,
                          irregularity=irregularity)  # fmt: skip
        if line.is_scored or irregularity:  # and not a start list
            outcomes[unit].append(line)
    units = rows.EventUnit.objects.filter(phase__event_id=event_id).order_by("code")
    units = units.exclude(schedule_status=ScheduleStatus.CANCELLED.value)
    return podium_of(
        rule_of(code),
        [
            UnitOutcome(rsc=rsc, medal=medal, outcomes=tuple(outcomes.get(pk, ())))
            for pk, rsc, medal in units.values_list("pk", "rsc", "medal")
        ],
    )


def open_podiums(*, games_id: int) -> dict[str, str]:
    """Return why results alone do not give all medals of an event, by its code."""
    events = rows.Event.objects.filter(games_id=games_id, phases__units__results__isnull=False)
    found = {
        code: podium_now(event_id=pk).reason
        for pk, code in events.distinct().order_by("code").values_list("pk", "code")
    }
    return {code: reason for code, reason in found.items() if reason}


def open_reason(*, games_id: int, event: str) -> str:
    """Return why results alone do not give all medals of an event; nothing when they do."""
    pk = rows.Event.objects.filter(games_id=games_id, code=event).values_list("pk", flat=True)
    return podium_now(event_id=pk[0]).reason if pk else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """An official decision that holds."""

    medals: tuple[tuple[str, str], ...]
    reason: str
    decided_by: str
    decided_at: dt.datetime


def decision_on(*, games_id: int, event: str) -> DecisionRow | None:
    """Return the decision that holds on the medals of an event; None where results speak."""
    row = rows.MedalDecision.objects.filter(
        games_id=games_id, event__code=event, withdrawn_at=None
    ).first()
    if row is None:
        return None
    return DecisionRow(
        medals=tuple((kind, code) for kind, code in row.medals), reason=row.reason,
        decided_by=row.decided_by, decided_at=row.decided_at,
    )  # fmt: skip
