"""Invented rides for the demonstration, by the same door as anybody's list."""

import datetime as dt
from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.reference.rides import generate_rides
from sportsbrain.transport.actions import Wish, book_rides
from sportsbrain.transport.queries import ride_places, rides_of

SEED = 1


def reference_rides(games: GamesRow, *, a_day: int, now: dt.datetime) -> int:
    """Book invented rides for each day, once; return how many are booked."""
    booked = len(rides_of(games=games))
    if booked:
        return booked
    zone = ZoneInfo(games.time_zone)
    days = (games.ends_on - games.starts_on).days + 1
    rows = generate_rides(
        places=tuple(place[0] for place in ride_places(games=games)),
        days=days,
        a_day=a_day,
        seed=SEED,
    )
    midnight = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=zone)
    wishes = tuple(
        Wish(
            from_place=row["from"],
            to_place=row["to"],
            people=row["people"],
            wanted_at=midnight + dt.timedelta(days=row["day"], minutes=row["minute"]),
            is_arrival=row["is_arrival"],
            client=row["client"],
        )
        for row in rows
    )
    return book_rides(games=games, wishes=wishes, actor="demo", now=now).created
