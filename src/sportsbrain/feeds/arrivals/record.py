"""Lines to arrivals and departures: those that are right, in one transaction."""

import pathlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from sportsbrain.access.actions import By, MovementValues, save_movements
from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.arrivals.messages import ArrivalIssue
from sportsbrain.feeds.arrivals.parse import parse_arrivals
from sportsbrain.inbox.actions import Rejected, keep_rejects, receive_file
from sportsbrain.vocabulary.people import Direction

SOURCE = "arrivals"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalReport:
    """What a list would change, or changed: read = created + changed + same + rejected."""

    read: int
    created: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0
    issues: tuple[str, ...] = ()
    is_applied: bool = False


class _Undo(Exception):  # noqa: N818  # control flow: rolls the rehearsal back
    """Roll everything back: this was only a rehearsal."""


def import_arrivals(
    *, games: GamesRow, path: pathlib.Path, is_applied: bool, by: By
) -> ArrivalReport:
    """Save the arrivals of a file; without ``is_applied`` only say what that would change."""
    rows, found = parse_arrivals(path.read_bytes(), zone=ZoneInfo(games.time_zone))
    issues = list(found)
    values = [
        MovementValues(
            client=row.organisation,
            code=row.code,
            direction=Direction(row.direction),
            port=row.port,
            at=row.at,
            carrier=row.carrier,
            bags=row.bags,
            special=row.special,
        )
        for row in rows
    ]
    try:
        with transaction.atomic():
            moved = save_movements(games=games, rows=values, by=by)
            issues += [
                ArrivalIssue(
                    line=rows[index].line,
                    column=trouble.column,
                    value=trouble.value,
                    advice=trouble.advice,
                )
                for index, trouble in moved.refused
            ]
            if not is_applied:
                raise _Undo
            message = receive_file(
                games_id=games.id, source_code=SOURCE, path=path, received_by=by.name
            )
            keep_rejects(
                message_ids={path.name: message},
                rejects=[
                    Rejected(file_name=path.name, table=SOURCE, line=issue.line,
                             reason="not understood", column=issue.column, value=issue.value,
                             advice=issue.advice)
                    for issue in issues
                ],
            )  # fmt: skip
    except _Undo:
        pass
    return ArrivalReport(
        read=len(rows) + len(found),
        created=moved.created,
        changed=moved.changed,
        same=moved.same,
        rejected=len(issues),
        issues=tuple(str(issue) for issue in sorted(issues, key=lambda i: i.line)),
        is_applied=is_applied,
    )
