"""Rides of a list to bookings: all of them or none."""

import datetime as dt
import pathlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.rides.parse import parse_rides
from sportsbrain.inbox.actions import receive_file
from sportsbrain.transport.actions import Wish, book_rides
from sportsbrain.transport.errors import RideError


@dataclass(frozen=True, slots=True, kw_only=True)
class RideReport:
    """
    What a list would change, or changed: read = created + changed + same + rows with an issue.

    With an issue nothing is booked.
    """

    read: int
    created: int = 0
    changed: int = 0
    same: int = 0
    issues: tuple[str, ...] = ()
    is_applied: bool = False


class _Undo(Exception):  # noqa: N818  # control flow: rolls the rehearsal back
    """Roll everything back: this was only a rehearsal."""


def import_rides(
    *, games: GamesRow, path: pathlib.Path, is_applied: bool, actor: str, now: dt.datetime
) -> RideReport:
    """Book the rides of a CSV file; without ``is_applied`` only say what that would change."""
    rides, issues = parse_rides(path.read_bytes(), zone=ZoneInfo(games.time_zone))
    read = len(rides) + len(issues)
    if issues:
        return RideReport(read=read, issues=tuple(str(issue) for issue in issues))
    wishes = tuple(
        Wish(
            code=ride.code,
            from_place=ride.from_place,
            to_place=ride.to_place,
            people=ride.people,
            wanted_at=ride.wanted_at,
            is_arrival=ride.is_arrival,
            client=ride.client,
        )
        for ride in rides
    )
    try:
        with transaction.atomic():
            booked = book_rides(games=games, wishes=wishes, actor=actor, now=now)
            if not is_applied:
                raise _Undo
            receive_file(games_id=games.id, source_code="rides", path=path, received_by=actor)
    except _Undo:
        pass
    except RideError as error:
        return RideReport(read=read, issues=(str(error),))
    return RideReport(
        read=read,
        created=booked.created,
        changed=booked.changed,
        same=booked.same,
        is_applied=is_applied,
    )
