"""Text to rides and issues, without a database."""

import datetime as dt
from zoneinfo import ZoneInfo

from sportsbrain.feeds.rides.messages import COLUMNS, NEEDED, RideIssue, RideValues
from sportsbrain.vocabulary.lists import ListError, read_list

Read = tuple[tuple[RideValues, ...], tuple[RideIssue, ...]]


def parse_rides(content: bytes, *, zone: ZoneInfo) -> Read:
    """Return the rides of a CSV file and what can't be read; times without zone are the host's."""
    rides: list[RideValues] = []
    issues: list[RideIssue] = []
    codes: dict[str, int] = {}
    try:
        for line, cells in read_list(content, columns=tuple(COLUMNS), needed=NEEDED):
            found = _ride(line, cells, zone)
            if isinstance(found, RideIssue):
                issues.append(found)
            elif found.code and found.code in codes:
                advice = f"is in line {codes[found.code]} too: a ride has its own code"
                issues.append(
                    RideIssue(line=found.line, column="code", value=found.code, advice=advice)
                )
            else:
                codes[found.code] = found.line
                rides.append(found)
    except ListError as error:
        return (), tuple(
            RideIssue(line=1, column=c, value="", advice=str(error)) for c in error.columns
        )
    return tuple(rides), tuple(issues)


def _ride(line: int, cells: dict[str, str], zone: ZoneInfo) -> RideValues | RideIssue:
    def issue(column: str, advice: str) -> RideIssue:
        return RideIssue(line=line, column=column, value=cells[column], advice=advice)

    for name in ("from", "to", "client"):
        if not cells[name]:
            return issue(name, f"is empty: {COLUMNS[name]}")
    if not cells["people"].isdecimal():
        return issue("people", "is not a whole number")
    if bool(cells["arrive_by"]) == bool(cells["fetch_at"]):
        return issue("arrive_by", "give either arrive_by or fetch_at")
    name = "arrive_by" if cells["arrive_by"] else "fetch_at"
    try:
        at = dt.datetime.fromisoformat(cells[name])
    except ValueError:
        return issue(name, "is not a time such as 2030-07-24T09:30")
    return RideValues(
        line=line,
        code=cells["code"],
        from_place=cells["from"],
        to_place=cells["to"],
        people=int(cells["people"]),
        wanted_at=at if at.tzinfo else at.replace(tzinfo=zone),
        is_arrival=name == "arrive_by",
        client=cells["client"],
    )
