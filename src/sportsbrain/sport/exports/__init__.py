"""What goes out: the timetable as CSV, JSON, workbook, calendar and booklet."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.sport.exports.booklet import booklet_pdf
from sportsbrain.sport.exports.calendar import calendar_text
from sportsbrain.sport.queries import UnitRow, timetable_rows

COLUMNS = (
    "unit",
    "rsc",
    "discipline",
    "event",
    "phase",
    "name",
    "gender",
    "medal",
    "starts_at",
    "ends_before",
    "venue",
    "location",
)
FORMATS = ("csv", "json", "xlsx", "ics", "pdf")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
}


def export_timetable(*, games: GamesRow, name: str, file_format: str) -> bytes:
    """Return every unit of ``held`` or a version with start, end and place."""
    rows = timetable_rows(games=games, name=name)
    writers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: _csv(rows),
        "json": lambda: json.dumps([_values(r) for r in rows], default=str).encode(),
        "xlsx": lambda: _xlsx(rows),
        "ics": lambda: calendar_text(
            games=games, rows=rows, sequence=0 if name == "held" else int(name)
        ).encode(),
        "pdf": lambda: booklet_pdf(games=games, rows=rows, title=_title(name)),
    }
    return writers[file_format]()


def _title(name: str) -> str:
    return "As imported" if name == "held" else f"Timetable {name}"


def _values(row: UnitRow) -> dict[str, Any]:
    line = row.line
    return {
        "unit": line.code,
        "rsc": line.rsc,
        "discipline": line.discipline_code,
        "event": line.event_code,
        "phase": line.phase,
        "name": line.name,
        "gender": line.gender,
        "medal": line.medal,
        "starts_at": row.starts_at.isoformat(),
        "ends_before": row.ends_before.isoformat(),
        "venue": line.venue_code,
        "location": line.location_code,
    }


def _csv(rows: list[UnitRow]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: _safe(v) for k, v in _values(row).items()})
    return stream.getvalue().encode()


def _safe(value: Any) -> Any:
    """Keep a cell from being read as a formula."""
    if isinstance(value, str) and value[:1] in {"=", "+", "@", "\t"}:
        return "'" + value
    return value


def _xlsx(rows: list[UnitRow]) -> bytes:
    import openpyxl
    from openpyxl.styles import Font

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("timetable")
    sheet.freeze_panes = "A2"
    header = []
    for name in COLUMNS:
        cell = openpyxl.cell.WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        header.append(cell)
    sheet.append(header)
    for row in rows:
        values = _values(row)
        values["starts_at"] = _naive(row.starts_at)
        values["ends_before"] = _naive(row.ends_before)
        sheet.append([_safe(values[name]) for name in COLUMNS])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _naive(moment: dt.datetime) -> dt.datetime:
    """Return the clock of the Games: workbooks know no time zones."""
    return moment.replace(tzinfo=None)
