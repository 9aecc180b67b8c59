"""Text to rows of a room list and issues, without a database."""

import datetime as dt

from sportsbrain.feeds.rooming.messages import COLUMNS, NEEDED, RoomingIssue, RoomingLine
from sportsbrain.vocabulary.lists import ListError, read_list

Read = tuple[tuple[RoomingLine, ...], tuple[RoomingIssue, ...]]
GENDERS = ("", "M", "W", "X")
BEDS_MAX = 100
LENGTHS = {"person": 60, "room": 40, "delegation": 20, "role": 20}


def parse_rooming(content: bytes) -> Read:
    """Return the rows of a CSV file and what can't be read."""
    rows: list[RoomingLine] = []
    issues: list[RoomingIssue] = []
    seen: dict[str, int] = {}
    try:
        for line, cells in read_list(content, columns=tuple(COLUMNS), needed=NEEDED):
            found = _line(line, cells, seen)
            if isinstance(found, RoomingIssue):
                issues.append(found)
            else:
                seen[found.person] = found.line
                rows.append(found)
    except ListError as error:
        return (), tuple(
            RoomingIssue(line=1, column=c, value="", advice=str(error)) for c in error.columns
        )
    return tuple(rows), tuple(issues)


def _line(line: int, cells: dict[str, str], seen: dict[str, int]) -> RoomingLine | RoomingIssue:
    wrong = _wrong(cells, seen)
    if wrong:
        column, advice = wrong
        return RoomingIssue(line=line, column=column, value=cells[column], advice=advice)
    first, after = _day(cells["arrives"]), _day(cells["leaves"])
    for column, day in (("arrives", first), ("leaves", after)):
        if day is None:
            advice = "is not a day such as 2030-07-17"
            return RoomingIssue(line=line, column=column, value=cells[column], advice=advice)
    if first is None or after is None or first >= after:
        return RoomingIssue(line=line, column="leaves", value=cells["leaves"],
                            advice="is not after the first night")  # fmt: skip
    return RoomingLine(
        line=line, person=cells["person"], room=cells["room"], bed=int(cells["bed"]) - 1,
        arrives=first, leaves=after, delegation=cells["delegation"].upper(),
        gender=cells["gender"].upper(), role=cells["role"],
    )  # fmt: skip


def _wrong(cells: dict[str, str], seen: dict[str, int]) -> tuple[str, str] | None:
    """Return the first column that is wrong and what to do, its days apart."""
    for name in ("person", "room"):
        if not cells[name]:
            return name, f"is empty: {COLUMNS[name]}"
    for name, most in LENGTHS.items():
        if len(cells[name]) > most or not cells[name].isprintable():
            return name, f"has {most} letters at most, and letters only"
    if cells["person"] in seen:
        return "person", f"is in line {seen[cells['person']]} too: a person stands once"
    if not cells["bed"].isdecimal() or not 0 < int(cells["bed"][:6]) < BEDS_MAX:
        return "bed", "is a number from 1"
    if cells["gender"].upper() not in GENDERS:
        return "gender", "is M, W or X"
    return None


def _day(word: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(word)
    except ValueError:
        return None
