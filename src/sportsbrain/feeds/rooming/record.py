"""Rows of a room list to stays: all of them or none, and first what they would change."""

import datetime as dt
import pathlib
from dataclasses import dataclass

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.rooming.messages import RoomingIssue, RoomingLine
from sportsbrain.feeds.rooming.parse import parse_rooming
from sportsbrain.inbox.actions import receive_file
from sportsbrain.village.actions import By, Settled, StayValues, settle_stays
from sportsbrain.village.errors import VillageError
from sportsbrain.village.queries import StayRow, stays_by_person


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomingReport:
    """
    What a room list would change, or changed.

    ``lines`` say it row by row: (line, person, what, from where, to where). With an issue nothing
    is changed.
    """

    read: int
    lines: tuple[tuple[int, str, str, str, str], ...] = ()
    issues: tuple[str, ...] = ()
    is_applied: bool = False


class _Undo(Exception):  # noqa: N818  # control flow: rolls the rehearsal back
    """Roll everything back: this was only a rehearsal."""


def import_rooming(
    *, games: GamesRow, path: pathlib.Path, is_applied: bool, actor: str, now: dt.datetime
) -> RoomingReport:
    """Let stays be as a CSV file says; without ``is_applied`` only say what that would change."""
    rows, issues = parse_rooming(path.read_bytes())
    read = len(rows) + len(issues)
    have = stays_by_person(games_id=games.id, people={row.person for row in rows})
    issues = (*issues, *(issue for row in rows for issue in _unknown(row, have)))
    if issues:
        return RoomingReport(read=read, issues=tuple(str(issue) for issue in issues))
    by = By(name=actor, now=now)
    try:
        with transaction.atomic():
            found = settle_stays(games_id=games.id, by=by, is_whole=False,
                                 wishes=[_wish(row, have) for row in rows])  # fmt: skip
            if not is_applied:
                raise _Undo
            receive_file(games_id=games.id, source_code="rooming", path=path, received_by=actor)
    except _Undo:
        pass
    except VillageError as error:
        return RoomingReport(read=read, issues=(str(error),))
    return RoomingReport(read=read, lines=_lines(rows, have, found), is_applied=is_applied)


def _unknown(row: RoomingLine, have: dict[str, StayRow]) -> list[RoomingIssue]:
    if row.person in have or (row.delegation and row.gender):
        return []
    column = "gender" if row.delegation else "delegation"
    advice = f"{row.person} has no bed yet: say delegation and gender"
    return [RoomingIssue(line=row.line, column=column, value="", advice=advice)]


def _wish(row: RoomingLine, have: dict[str, StayRow]) -> StayValues:
    known = have.get(row.person)
    return StayValues(
        person=row.person, room=row.room, bed=row.bed, first=row.arrives, after=row.leaves,
        delegation=known.delegation if known else row.delegation, gender=row.gender,
        role=row.role or (known.role if known else ""),
    )  # fmt: skip


def _lines(
    rows: tuple[RoomingLine, ...], have: dict[str, StayRow], found: Settled
) -> tuple[tuple[int, str, str, str, str], ...]:
    """Return what became of each row, in the order of the file."""
    words = {"created": "new", "moved": "moved", "other_nights": "other nights", "same": "same",
             "held": "has come, stays"}  # fmt: skip
    became = {person: word for name, word in words.items() for person in getattr(found, name)}
    lines = []
    for row in rows:
        old = have.get(row.person)
        before = f"{old.room}/{old.bed} {old.first} to {old.after}" if old else ""
        after = f"{row.room}/{row.bed + 1} {row.arrives} to {row.leaves}"
        lines.append((row.line, row.person, became[row.person], before, after))
    return tuple(lines)
