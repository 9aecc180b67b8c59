"""Text to rows of a room list and issues, without a database."""

import csv
import datetime as dt
import io

from sportsbrain.feeds.rooming.messages import COLUMNS, NEEDED, RoomingIssue, RoomingLine

Read = tuple[tuple[RoomingLine, ...], tuple[RoomingIssue, ...]]
GENDERS = ("", "M", "W", "X")


def parse_rooming(content: bytes) -> Read:
    """Return the rows of a CSV file and what can't be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        advice = f"is missing; columns are {', '.join(COLUMNS)}"
        return (), tuple(RoomingIssue(line=1, column=c, value="", advice=advice) for c in missing)
    rows: list[RoomingLine] = []
    issues: list[RoomingIssue] = []
    seen: dict[str, int] = {}
    for row in reader:
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        found = _line(reader.line_num, cells, seen)
        if isinstance(found, RoomingIssue):
            issues.append(found)
        else:
            seen[found.person] = found.line
            rows.append(found)
    return tuple(rows), tuple(issues)


def _line(line: int, cells: dict[str, str], seen: dict[str, int]) -> RoomingLine | RoomingIssue:
    def issue(column: str, advice: str) -> RoomingIssue:
        return RoomingIssue(line=line, column=column, value=cells[column], advice=advice)

    for name in ("person", "room"):
        if not cells[name]:
            return issue(name, f"is empty: {COLUMNS[name]}")
    if cells["person"] in seen:
        return issue("person", f"is in line {seen[cells['person']]} too: a person stands once")
    if not cells["bed"].isdecimal() or not 0 < int(cells["bed"][:6]) < 100:
        return issue("bed", "is a number from 1")
    days = {}
    for name in ("arrives", "leaves"):
        try:
            days[name] = dt.date.fromisoformat(cells[name])
        except ValueError:
            return issue(name, "is not a day such as 2030-07-17")
    if days["arrives"] >= days["leaves"]:
        return issue("leaves", "is not after the first night")
    if cells["gender"].upper() not in GENDERS:
        return issue("gender", "is M, W or X")
    return RoomingLine(
        line=line, person=cells["person"], room=cells["room"], bed=int(cells["bed"]) - 1,
        arrives=days["arrives"], leaves=days["leaves"], delegation=cells["delegation"].upper(),
        gender=cells["gender"].upper(), role=cells["role"],
    )  # fmt: skip
