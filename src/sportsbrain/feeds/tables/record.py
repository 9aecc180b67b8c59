"""Values to facts, in one transaction that is kept only when asked."""

import datetime as dt
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection, transaction

from sportsbrain.committee.actions import record_audit, save_games
from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.feeds.tables.mapping import Mapping, load_mapping
from sportsbrain.feeds.tables.messages import BY_NAME, Issue, Row
from sportsbrain.feeds.tables.parse import Reading, read_mapped, read_own
from sportsbrain.feeds.tables.sources import RawTable, SourceError, open_tables
from sportsbrain.inbox.actions import Rejected, keep_rejects, receive_file
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.statuses import ScheduleStatus
from sportsbrain.world.actions import (
    FactWriter,
    Refusal,
    capacities_held,
    derive_sessions,
    refresh_statistics,
    results_far_off,
    set_location_capacity,
)

BATCH = 5000
BEGUN = {s.value for s in (ScheduleStatus.FINISHED, ScheduleStatus.RUNNING)}
SHOWN_MAX = 200


@dataclass(slots=True)
class TableReport:
    """What became of one table: read = created + changed + same + merged + rejected."""

    read: int = 0
    created: int = 0
    changed: int = 0
    same: int = 0
    merged: int = 0
    rejected: int = 0
    warnings: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    warning_reasons: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class ImportReport:
    """What an import would do, or did."""

    games: str
    is_applied: bool
    tables: dict[str, TableReport] = field(default_factory=dict)
    derived: dict[str, TableReport] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    issues_hidden: int = 0

    def table(self, name: str, *, is_derived: bool) -> TableReport:
        """Return the report of one table."""
        return (self.derived if is_derived else self.tables).setdefault(name, TableReport())

    def note_issue(self, issue: Issue, *, is_derived: bool) -> None:
        """Count an issue and keep the first ones to show."""
        report = self.table(issue.table, is_derived=is_derived)
        counts = report.warning_reasons if issue.is_warning else report.reasons
        counts[issue.reason] = counts.get(issue.reason, 0) + 1
        if issue.is_warning:
            report.warnings += 1
        if len(self.issues) < SHOWN_MAX:
            self.issues.append(issue)
        else:
            self.issues_hidden += 1


class _Undo(Exception):  # noqa: N818  # control flow: rolls the rehearsal back
    """Roll everything back: this was only a rehearsal."""


def import_tables(
    *,
    path: pathlib.Path,
    mapping_name: str,
    games_code: str,
    is_applied: bool,
    actor: str,
    now: dt.datetime,
    is_as_planned: bool = False,
) -> ImportReport:
    """
    Import a folder, file or workbook; without ``is_applied`` nothing is kept.

    As planned: results and medals are passed over, and no unit has begun.

    Raises
    ------
    SourceError
        When a file can not be read, or no Games is named.

    """
    tables = open_tables(path)
    mapping = load_mapping(mapping_name) if mapping_name else None
    report = ImportReport(games=games_code, is_applied=is_applied)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import'))")
            _Import(
                tables=tables, mapping=mapping, report=report, actor=actor, now=now,
                is_as_planned=is_as_planned,
            ).run()  # fmt: skip
            if not is_applied:
                raise _Undo
    except _Undo:
        pass
    return report


class _Import:
    """One import, from streams to facts."""

    def __init__(
        self,
        *,
        tables: tuple[RawTable, ...],
        mapping: Mapping | None,
        report: ImportReport,
        actor: str,
        now: dt.datetime,
        is_as_planned: bool,
    ) -> None:
        self.tables, self.mapping, self.report = tables, mapping, report
        self.is_as_planned = is_as_planned
        self.actor, self.now = actor, now
        self.rejects: list[Rejected] = []
        self.rejected_rows: set[tuple[str, str, int]] = set()
        self.message_ids: dict[str, int] = {}

    def run(self) -> None:
        """Read, save, derive, keep the rejects, write the audit."""
        games = self._games()
        self.report.games = games.code
        self._keep_messages(games)
        writer = FactWriter(games_id=games.id, fact_source=f"import:{self.now:%Y-%m-%dT%H:%M:%SZ}")
        reading = Reading(zone=ZoneInfo(games.time_zone))
        self._save_stream(writer, self._stream(reading))
        refresh_statistics()
        self._derive(games, writer)
        self._flush_rejects()
        self._tell(games)

    def _stream(self, reading: Reading) -> Iterator[Row | Issue]:
        read = (
            read_mapped(tables=self.tables, mapping=self.mapping, reading=reading)
            if self.mapping
            else read_own(tables=self.tables, reading=reading)
        )
        return map(_as_planned, _before(read)) if self.is_as_planned else read

    def _games(self) -> GamesRow:
        values: dict[str, Any] = dict(self.mapping.games) if self.mapping else self._own_games()
        code = self.report.games or values.pop("code", "")
        values.pop("code", None)
        known = get_games(code=code) if code else None
        if not code or (known is None and not values):
            message = "no Games named: give --games CODE of a known one, or a games table"
            raise SourceError(message)
        if known and not values:
            return known
        values = {k: v for k, v in values.items() if v}
        for name in ("starts_on", "ends_on"):
            if isinstance(values.get(name), str):
                values[name] = dt.date.fromisoformat(values[name])
        try:
            ZoneInfo(values.get("time_zone", "UTC"))
        except (ZoneInfoNotFoundError, ValueError):
            message = f"time zone {values['time_zone']!r} is unknown; use a name as Europe/Lisbon"
            raise SourceError(message) from None
        return save_games(code=code, values=values, actor=self.actor)[0]

    def _own_games(self) -> dict[str, Any]:
        source = next((t for t in self.tables if t.name == "games"), None)
        if source is None:
            return {}
        items = list(read_own(tables=(source,), reading=Reading(zone=ZoneInfo("UTC"))))
        for item in items:
            if isinstance(item, Row):
                return dict(item.values)
        trouble = next((i for i in items if isinstance(i, Issue)), None)
        message = f"games table: {trouble.column} {trouble.reason}" if trouble else "games: empty"
        raise SourceError(message)

    def _keep_messages(self, games: GamesRow) -> None:
        if not self.report.is_applied:
            return
        for path in {t.path for t in self.tables}:
            self.message_ids[path.name] = receive_file(
                games_id=games.id, source_code="tables", path=path, received_by=self.actor
            )

    def _save_stream(self, writer: FactWriter, stream: Iterator[Row | Issue]) -> None:
        batch: list[Row] = []
        for item in stream:
            if isinstance(item, Issue):
                self._issue(item)
                continue
            is_derived = self._is_derived(item.table, item.file_name)
            if item.table == "games":
                continue
            if batch and (
                len(batch) >= BATCH
                or batch[0].table != item.table
                or batch[0].file_name != item.file_name
            ):
                self._save_batch(writer, batch)
                batch = []
            batch.append(item)
            self.report.table(item.table, is_derived=is_derived).read += 1
        if batch:
            self._save_batch(writer, batch)

    def _is_derived(self, table: str, file_name: str) -> bool:
        return any(
            rule.is_derived
            for rule in (self.mapping.rules if self.mapping else ())
            if rule.table == table and rule.file.lower() == file_name.lower()
        )

    def _save_batch(self, writer: FactWriter, batch: list[Row]) -> None:
        table, file_name = batch[0].table, batch[0].file_name
        report = self.report.table(table, is_derived=self._is_derived(table, file_name))
        saved = writer.save(table=table, batch=[row.values for row in batch])
        report.created += saved.created
        report.changed += saved.changed
        report.same += saved.same
        report.merged += saved.merged
        for refusals, is_warning in ((saved.refusals, False), (saved.remarks, True)):
            for refusal in refusals:
                self._issue(_issue_of(refusal, batch[refusal.index], is_warning), is_read=True)

    def _issue(self, issue: Issue, *, is_read: bool = False) -> None:
        is_derived = self._is_derived(issue.table, issue.file_name)
        self.report.note_issue(issue, is_derived=is_derived)
        if issue.is_warning:
            return
        report = self.report.table(issue.table, is_derived=is_derived)
        place = (issue.table, issue.file_name, issue.line)
        if place not in self.rejected_rows:
            self.rejected_rows.add(place)
            report.rejected += 1
            report.read += 0 if is_read else 1
        self.rejects.append(
            Rejected(
                file_name=issue.file_name,
                table=issue.table,
                line=issue.line,
                reason=issue.reason,
                column=issue.column,
                value=issue.value,
                advice=issue.advice,
                raw=issue.raw,
            )
        )
        if len(self.rejects) >= BATCH:
            self._flush_rejects()

    def _flush_rejects(self) -> None:
        if self.report.is_applied:
            keep_rejects(message_ids=self.message_ids, rejects=self.rejects)
        self.rejects = []

    def _derive(self, games: GamesRow, writer: FactWriter) -> None:
        notes = self.report.notes
        if self.mapping:
            for venue, zone in self.mapping.venue_time_zones.items():
                if venue in writer.keys("venues"):
                    FactWriter(games_id=games.id, fact_source=writer.fact_source).save(
                        table="venues", batch=[{"code": venue, "time_zone": zone}]
                    )
            if self.mapping.capacity_from_schedule is not None:
                held = capacities_held(
                    games_id=games.id,
                    except_disciplines=tuple(
                        self.mapping.capacity_from_schedule.get("except_disciplines", ())
                    ),
                )
                set_location_capacity(
                    games_id=games.id, capacities=held, fact_source=writer.fact_source
                )
                several = sum(1 for n in held.values() if n > 1)
                notes.append(f"{several} locations held several units at once: taken as capacity")
        made = derive_sessions(
            games_id=games.id,
            time_zone=games.time_zone,
            fact_source=writer.fact_source,
        )
        if made.sessions:
            notes.append(
                f"{made.sessions} sessions derived (same venue and discipline, gap up to 60 min)"
            )
        far = results_far_off(games_id=games.id)
        notes += far.notes

    def _tell(self, games: GamesRow) -> None:
        created = sum(t.created for t in self.report.tables.values())
        changed = sum(t.changed for t in self.report.tables.values())
        if not (created or changed):
            return
        record_audit(
            games_id=games.id,
            actor=self.actor,
            verb="imported facts",
            thing=games.code,
            details={"created": created, "changed": changed},
        )
        append_update(
            games_id=games.id,
            topic="facts.imported",
            key=games.code,
            body={"created": created, "changed": changed},
            recorded_at=self.now,
        )


def _before(read: Iterator[Row | Issue]) -> Iterator[Row | Issue]:
    return (item for item in read if item.table not in {"results", "medals"})


def _as_planned(item: Row | Issue) -> Row | Issue:
    """Return a row as it was before anything began."""
    if isinstance(item, Row) and item.values.get("schedule_status") in BEGUN:
        values = {**item.values, "schedule_status": ScheduleStatus.SCHEDULED.value}
        return replace(item, values=values)
    return item


def _issue_of(refusal: Refusal, row: Row, is_warning: bool) -> Issue:  # noqa: FBT001
    return Issue(
        table=row.table,
        file_name=row.file_name,
        line=row.line,
        reason=refusal.reason,
        column=refusal.column,
        value=refusal.value,
        advice=refusal.advice,
        is_warning=is_warning,
        raw=row.raw,
    )


def known_tables() -> tuple[str, ...]:
    """Return the names of the Games tables."""
    return tuple(BY_NAME)
