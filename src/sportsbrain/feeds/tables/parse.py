"""Bytes to values: typed rows and honest issues, without a database."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.feeds.tables.mapping import Mapping, RawRow, Rule, mapped_rows
from sportsbrain.feeds.tables.messages import BY_NAME, TABLES, Issue, Row, Table
from sportsbrain.feeds.tables.sources import RawTable
from sportsbrain.feeds.tables.values import PLACEHOLDERS, CellError, parse_cell


@dataclass(slots=True)
class Reading:
    """What one pass over the sources has seen so far."""

    zone: ZoneInfo
    codes: dict[str, set[str]] = field(default_factory=dict)
    parts: dict[tuple[str, str], int] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    unread_columns: dict[str, set[str]] = field(default_factory=dict)

    def seen(self, table: str) -> set[str]:
        """Return the codes seen in a table."""
        return self.codes.setdefault(table, set())


def read_own(*, tables: tuple[RawTable, ...], reading: Reading) -> Iterator[Row | Issue]:
    """Yield the rows and issues of tables in our own format, in the order of dependence."""
    by_name = {t.name: t for t in tables}
    for raw_table in tables:
        if raw_table.name not in BY_NAME:
            yield Issue(
                table=raw_table.name,
                file_name=raw_table.file_name,
                line=0,
                reason="unknown table",
                advice="name it one of: " + ", ".join(BY_NAME),
                is_warning=True,
            )
    for table in TABLES:
        source = by_name.get(table.name)
        if source is None:
            continue
        rule = Rule(file=source.file_name, table=table.name, columns={})
        known = {c.name for c in table.columns}
        for line, raw in source.rows():
            extra = {name for name in raw if name and name not in known}
            if extra:
                yield from _unread(table, source, extra, reading)
            named = {n: raw[n] for n in raw if n in known}
            if table.name == "units" and not named.get("code"):
                named["code"] = named.get("rsc", "")
            yield from _read_row(table, rule, source.file_name, (line, named, raw), reading, {})


def _unread(table: Table, source: RawTable, extra: set[str], reading: Reading) -> Iterator[Issue]:
    told = reading.unread_columns.setdefault(table.name, set())
    for name in sorted(extra - told):
        told.add(name)
        yield Issue(
            table=table.name,
            file_name=source.file_name,
            line=1,
            reason="unknown column",
            column=name,
            advice="known are: " + ", ".join(c.name for c in table.columns),
            is_warning=True,
        )


def read_mapped(
    *, tables: tuple[RawTable, ...], mapping: Mapping, reading: Reading
) -> Iterator[Row | Issue]:
    """Yield the rows and issues of other people's tables, in the order of dependence."""
    by_file = {t.file_name.lower(): t for t in tables}
    yield from _unmapped_files(tables, mapping)
    for table in TABLES:
        for rule in mapping.rules:
            source = by_file.get(rule.file.lower())
            if rule.table != table.name or source is None:
                continue
            for item in _mapped_table(table, rule, source, mapping, reading):
                if isinstance(item, Row) and table.name == "participants":
                    reading.organisations[item.values["code"]] = item.values["organisation"]
                yield item


def _unmapped_files(tables: tuple[RawTable, ...], mapping: Mapping) -> Iterator[Issue]:
    wanted = {rule.file.lower() for rule in mapping.rules}
    for source in tables:
        if source.file_name.lower() not in wanted:
            yield Issue(
                table=source.name,
                file_name=source.file_name,
                line=0,
                reason="file not in the mapping",
                advice="add a rule for it, or leave it out",
                is_warning=True,
            )


def _mapped_table(
    table: Table, rule: Rule, source: RawTable, mapping: Mapping, reading: Reading
) -> Iterator[Row | Issue]:
    repeats: set[tuple[str, ...]] = set()
    for raw_row in mapped_rows(
        rule=rule,
        source=source,
        lookups=mapping.lookups,
        member_organisations=reading.organisations,
    ):
        line, values, raw = raw_row
        code = values.get("code", "")
        if rule.is_derived and code in reading.seen(table.name):
            continue
        if rule.skip_when_unknown and values.get(rule.skip_when_unknown) not in reading.seen(
            BY_NAME[table.name].column(rule.skip_when_unknown).refers_to
        ):
            continue
        repeated: dict[str, str] = {}
        if rule.report_repeated_rows:
            content = tuple(raw.values())
            if content in repeats:
                repeated["repeated row"] = "the same row stands above; delete it in the source"
            repeats.add(content)
        yield from _read_row(table, rule, source.file_name, (line, values, raw), reading, repeated)
        if rule.venue_column:
            yield from _zone_trap(table, rule, source, raw_row, mapping)


def _zone_trap(
    table: Table, rule: Rule, source: RawTable, raw_row: RawRow, mapping: Mapping
) -> Iterator[Issue]:
    line, values, raw = raw_row
    zone = mapping.venue_time_zones.get(raw.get(rule.venue_column, ""))
    if not zone or not values.get("starts_at"):
        return
    moment = dt.datetime.fromisoformat(values["starts_at"])
    if moment.utcoffset() != moment.astimezone(ZoneInfo(zone)).utcoffset():
        yield Issue(
            table=table.name,
            file_name=source.file_name,
            line=line,
            reason="offset is not the venue's",
            column="starts_at",
            value=values["starts_at"],
            advice=f"read as the moment it says; shown at the venue in {zone}",
            is_warning=True,
        )


def _read_row(
    table: Table,
    rule: Rule,
    file_name: str,
    raw_row: RawRow,
    reading: Reading,
    found: dict[str, str],
) -> Iterator[Row | Issue]:
    line, texts, raw = raw_row
    place: dict[str, Any] = {"table": table.name, "file_name": file_name, "line": line}
    values: dict[str, Any] = {}
    rejects = [Issue(reason=r, advice=a, raw=raw, **place) for r, a in found.items()]
    for column in table.columns:
        if column.name not in texts and not column.is_required:
            continue
        text = texts.get(column.name, "")
        try:
            values[column.name] = parse_cell(text=text, column=column, zone=reading.zone)
        except CellError as error:
            reason = rule.reasons.get(column.name, error.reason) if not text else error.reason
            rejects.append(
                Issue(
                    reason=reason,
                    column=column.name,
                    value=text,
                    advice=error.advice,
                    raw=raw,
                    **place,
                )
            )
    for reason, column_name, advice, is_warning in _row_faults(table, values):
        rejects.append(
            Issue(
                reason=reason,
                column=column_name,
                value=texts.get(column_name, ""),
                advice=advice,
                is_warning=is_warning,
                raw=raw,
                **place,
            )
        )
    unique = {issue.reason: issue for issue in reversed(rejects)}
    yield from reversed(unique.values())
    if any(not issue.is_warning for issue in rejects):
        return
    code = values["code"]
    if rule.repeated_codes == "parts":
        part = reading.parts[table.name, code] = reading.parts.get((table.name, code), 0) + 1
        if part > 1:
            values["code"] = f"{code}~{part}"
    reading.seen(table.name).add(code)
    yield Row(values=values, raw=raw, **place)


def _row_faults(table: Table, values: dict[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    starts, ends = values.get("starts_at"), values.get("ends_before")
    if starts and ends and ends < starts:
        yield "ends before it starts", "ends_before", "put the end after the start", False
    elif starts and ends and ends == starts:
        yield (
            "ends when it starts",
            "ends_before",
            "kept; planners use the nominal duration of the discipline",
            table.name == "units",
        )
    elif table.name == "units" and starts and not ends:
        yield "no end", "ends_before", "kept; planners use the nominal duration", True
    if table.name == "units" and "location" in values and starts and not values["location"]:
        yield "no venue", "location", "kept; name the place so that it can be planned", True
    if table.name == "rooms":
        yield from _room_faults(values)
    if str(values.get("competitor") or "").upper() in PLACEHOLDERS:
        yield (
            "placeholder competitor",
            "competitor",
            "leave it out until the competitor is known",
            False,
        )


def _room_faults(values: dict[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    beds, long_beds = values.get("beds"), values.get("long_beds") or 0
    if beds is not None and beds < 1:
        yield "no bed", "beds", "a room that is slept in has 1 bed at least", False
    elif beds is not None and not 0 <= long_beds <= beds:
        yield "more long beds than beds", "long_beds", f"write 0 to {beds}", False
