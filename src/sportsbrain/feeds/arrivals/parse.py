"""Text to arrivals and issues, without a database."""

import datetime as dt
from zoneinfo import ZoneInfo

from sportsbrain.feeds.arrivals.messages import COLUMNS, NEEDED, ArrivalIssue, ArrivalRow
from sportsbrain.vocabulary.lists import ListError, read_list

Read = tuple[tuple[ArrivalRow, ...], tuple[ArrivalIssue, ...]]
DIRECTIONS = ("arrival", "departure")


def parse_arrivals(content: bytes, *, zone: ZoneInfo) -> Read:
    """Return the lines of a CSV file and what can't be read; times without zone are the host's."""
    rows: list[ArrivalRow] = []
    issues: list[ArrivalIssue] = []
    try:
        for line, cells in read_list(content, columns=tuple(COLUMNS), needed=NEEDED):
            found = _row(line, cells, zone)
            if isinstance(found, ArrivalIssue):
                issues.append(found)
            else:
                rows.append(found)
    except ListError as error:
        return (), tuple(
            ArrivalIssue(line=1, column=c, value="", advice=str(error)) for c in error.columns
        )
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
