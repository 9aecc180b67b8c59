"""Results of a unit: taken whole or refused, with their version, their history and their news."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction

from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus, ScheduleStatus
from sportsbrain.world import models as rows
from sportsbrain.world.actions.medals import settle_medals
from sportsbrain.world.errors import ResultError, StaleResultError, UnknownFactError

RESULT = "result"
RUNNING = {ResultStatus.LIVE, ResultStatus.INTERMEDIATE, ResultStatus.PARTIAL}
OVER = {ResultStatus.UNCONFIRMED, ResultStatus.UNOFFICIAL, ResultStatus.OFFICIAL}
LINES_MAX, RANK_MAX, VERSION_MAX, REASON_MAX = 2_000, 1_000_000, 2**31 - 2, 300


LENGTHS = {"competitor": 45, "start_order": 10, "value": 60, "value_kind": 20, "win_loss": 1,
           "irregularity": 10, "qualified": 10}  # fmt: skip
FIELDS = tuple(field.name for field in fields(ResultFact) if field.name != "competitor")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsKept:
    """What became of results: the version they have now, and the medals that follow."""

    unit: str
    version: int
    changed: int
    medals_changed: int


@transaction.atomic
def record_results(
    *,
    games_id: int,
    unit: str,
    status: ResultStatus,
    results: Sequence[ResultFact],
    fact_source: str,
    now: dt.datetime,
    version: int | None = None,
    finished_at: dt.datetime | None = None,
    reason: str = "",
) -> ResultsKept:
    """
    Make these the results of a unit, and tell the log; who is not among them has none any more.

    The event is locked first and then the unit, so that medals of an event are settled one at a
    time. Without a version it is the next one.

    Raises
    ------
    UnknownFactError
        When the Games has no such unit or competitor.
    StaleResultError
        When a version is not newer than what is known.
    ResultError
        When the results themselves can not be.

    """
    row = _locked(games_id, unit)
    wanted = row.result_version + 1 if version is None else version
    if wanted > VERSION_MAX:
        message = f"{unit}: version {wanted} is above {VERSION_MAX:,}, the largest there is"
        raise ResultError(message)
    if wanted <= row.result_version:
        raise StaleResultError(unit=unit, version=wanted, known=row.result_version)
    _refuse_nonsense(unit, results, reason)
    if finished_at is not None and finished_at.tzinfo is None:
        message = f"{unit}: finished_at needs its zone, such as 2030-07-24T20:58:00+02:00"
        raise ResultError(message)
    is_over = status in OVER
    moment = (finished_at or now) if is_over else None
    changed = _write(row, _competitors(games_id, results), results, fact_source, moment)
    changed += _set_status(row, status, wanted, fact_source)
    _tell(row, results, now, reason)
    medals = settle_medals(
        games_id=games_id, event_id=row.phase.event_id, fact_source=fact_source, now=now,
        won_at=moment, reason=reason,
    )  # fmt: skip
    return ResultsKept(unit=unit, version=wanted, changed=changed, medals_changed=medals)


def _locked(games_id: int, unit: str) -> rows.EventUnit:
    """Return a unit that only this transaction changes."""
    units = rows.EventUnit.objects.filter(games_id=games_id, code=unit)
    event = units.values_list("phase__event", flat=True).first()
    if event is None:
        raise UnknownFactError(column="unit", value=unit, table="units")
    rows.Event.objects.select_for_update(no_key=True).get(pk=event)
    return units.select_related("phase").select_for_update(of=("self",), no_key=True).get()


def _refuse_nonsense(unit: str, results: Sequence[ResultFact], reason: str) -> None:
    if len(results) > LINES_MAX:
        message = f"{unit}: {len(results):,} competitors are more than the {LINES_MAX:,} of a unit"
        raise ResultError(message)
    twice = [code for code, n in Counter(r.competitor for r in results).items() if n > 1]
    if twice:
        message = f"{unit}: {', '.join(twice)} stands there twice; a competitor has one result"
        raise ResultError(message)
    odd = [r.competitor for r in results if r.rank is not None and not 0 < r.rank <= RANK_MAX]
    if odd:
        message = f"{unit}: the rank of {', '.join(odd)} is not from 1 to {RANK_MAX:,}"
        raise ResultError(message)
    texts = [(r.competitor, n, getattr(r, n)) for r in results for n in LENGTHS]
    for who, name, text in (*texts, ("", "reason", reason)):
        most = LENGTHS.get(name, REASON_MAX)
        if len(text) > most or "\x00" in text:
            where = f"{unit}: {who[:40]} {name}".replace("\x00", "")
            message = f"{where} has more than {most} characters, or one that is no text"
            raise ResultError(message)


def _competitors(
    games_id: int, results: Sequence[ResultFact]
) -> dict[str, dict[str, int | None]]:  # fmt: skip
    """Return the keys of competitors by code, all known or none."""
    codes = [r.competitor for r in results]
    people = dict(
        rows.Participant.objects.filter(games_id=games_id, code__in=codes).values_list("code", "pk")
    )
    aliases = rows.ParticipantAlias.objects.filter(games_id=games_id, code__in=codes)
    people |= dict(aliases.values_list("code", "participant_id"))
    teams = dict(
        rows.Team.objects.filter(games_id=games_id, code__in=codes).values_list("code", "pk")
    )
    found: dict[str, dict[str, int | None]] = {}
    for code in codes:
        person = people.get(code)
        team = None if person else teams.get(code)
        if person is None and team is None:
            raise UnknownFactError(column="competitor", value=code, table="participants or teams")
        found[code] = {"participant_id": person, "team_id": team}
    return found


def _write(
    unit: rows.EventUnit,
    keys: dict[str, dict[str, int | None]],
    results: Sequence[ResultFact],
    fact_source: str,
    finished_at: dt.datetime | None,
) -> int:
    """Create, change and delete rows so that these are the results; return how many differ."""
    known = {row.code: row for row in rows.Result.objects.filter(unit=unit)}
    made, touched, changes = [], [], []
    for result in results:
        code = f"{unit.code}/{result.competitor}"
        values: dict[str, Any] = {
            **keys[result.competitor],
            **{name: getattr(result, name) for name in FIELDS},
            "finished_at": finished_at,
        }
        row = known.pop(code, None)
        if row is None:
            made.append(rows.Result(games_id=unit.games_id, unit=unit, code=code,
                                    fact_source=fact_source, **values))  # fmt: skip
            continue
        if row.finished_at and finished_at:
            values["finished_at"] = row.finished_at
        before = {k: getattr(row, k) for k, v in values.items() if getattr(row, k) != v}
        if before:
            changes.append(_change(unit, code, before, {k: values[k] for k in before}, fact_source))
            for name in before:
                setattr(row, name, values[name])
            row.fact_source = fact_source
            touched.append(row)
    for code, row in known.items():
        before = {name: getattr(row, name) for name in FIELDS}
        changes.append(_change(unit, code, before, {"gone": True}, fact_source))
    rows.Result.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    rows.Result.objects.bulk_create(made)
    names = [*FIELDS, "participant_id", "team_id", "finished_at", "fact_source"]
    rows.Result.objects.bulk_update(touched, names)
    rows.FactChange.objects.bulk_create(changes)
    return len(made) + len(touched) + len(known)


def _change(
    unit: rows.EventUnit, code: str, before: dict[str, Any], after: dict[str, Any], source: str
) -> rows.FactChange:
    return rows.FactChange(
        games_id=unit.games_id, table="results", code=code, fact_source=source,
        before={k: _plain(v) for k, v in before.items()},
        after={k: _plain(v) for k, v in after.items()},
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _set_status(
    unit: rows.EventUnit, status: ResultStatus, version: int, fact_source: str
) -> int:  # fmt: skip
    """Set how firm results are, and that the unit runs or has ended."""
    before = {"result_status": unit.result_status, "schedule_status": unit.schedule_status}
    unit.result_status, unit.result_version = status.value, version
    if status in RUNNING:
        unit.schedule_status = ScheduleStatus.RUNNING.value
    elif status in OVER:
        unit.schedule_status = ScheduleStatus.FINISHED.value
    after = {"result_status": unit.result_status, "schedule_status": unit.schedule_status}
    unit.save(update_fields=["result_version", *after])
    if before == after:
        return 0
    rows.FactChange.objects.create(
        games_id=unit.games_id, table="units", code=unit.code, before=before, after=after,
        fact_source=fact_source,
    )  # fmt: skip
    return 1


def _tell(
    unit: rows.EventUnit, results: Sequence[ResultFact], now: dt.datetime, reason: str
) -> None:  # fmt: skip
    append_update(
        games_id=unit.games_id, topic=RESULT, key=unit.code, recorded_at=now,
        body={
            "unit": unit.code,
            "version": unit.result_version,
            "result_status": unit.result_status,
            "schedule_status": unit.schedule_status,
            "reason": reason,
            "results": [asdict(r) for r in results],
        },
    )  # fmt: skip
