"""Text to arrivals and issues, without a database."""

import csv
import datetime as dt
import io
from zoneinfo import ZoneInfo

from sportsbrain.feeds.arrivals.messages import COLUMNS, NEEDED, ArrivalIssue, ArrivalRow

Read = tuple[tuple[ArrivalRow, ...], tuple[ArrivalIssue, ...]]
DIRECTIONS = ("arrival", "departure")


def parse_arrivals(content: bytes, *, zone: ZoneInfo) -> Read:
    """Return the lines of a CSV file and what can't be read; times without zone are the host's."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    try:
        return _lines(text, zone)
    except csv.Error as error:
        advice = f"is no table: {error}; save it as CSV and send it again"
        return (), (ArrivalIssue(line=1, column="file", value="", advice=advice),)


def _lines(text: str, zone: ZoneInfo) -> Read:
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        advice = f"is missing; columns are {', '.join(COLUMNS)}"
        return (), tuple(ArrivalIssue(line=1, column=c, value="", advice=advice) for c in missing)
    rows: list[ArrivalRow] = []
    issues: list[ArrivalIssue] = []
    for row in reader:
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        found = _row(reader.line_num, cells, zone)
        if isinstance(found, ArrivalIssue):
            issues.append(found)
        else:
            rows.append(found)
    return tuple(rows), tuple(issues)


def _row(line: int, cells: dict[str, str], zone: ZoneInfo) -> ArrivalRow | ArrivalIssue:
    def issue(column: str, advice: str) -> ArrivalIssue:
        return ArrivalIssue(line=line, column=column, value=cells[column], advice=advice)

    if cells["direction"] not in DIRECTIONS:
        return issue("direction", f"is one of {', '.join(DIRECTIONS)}")
    bags = cells["bags"] or "1"
    if not bags.isdecimal():
        return issue("bags", "is not a whole number")
    try:
        at = dt.datetime.fromisoformat(cells["at"])
    except ValueError:
        return issue("at", "is not a time such as 2030-07-15T09:30")
    return ArrivalRow(
        line=line,
        code=cells["code"],
        organisation=cells["organisation"],
        direction=cells["direction"],
        port=cells["port"],
        carrier=cells["carrier"],
        at=at if at.tzinfo else at.replace(tzinfo=zone),
        bags=int(bags),
        special=cells["special"],
    )
