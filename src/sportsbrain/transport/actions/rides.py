"""Book rides of the car pool and cancel them; note cars that are late."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.transport.errors import RideError, UnknownRideError
from sportsbrain.transport.models import RideBooking
from sportsbrain.transport.queries import ride_places
from sportsbrain.transport.updates import CAR_LATE, RIDE_BOOKED, RIDE_CANCELLED

PEOPLE_MAX = 60  # more than that is a bus
AROUND_DAYS = 40  # before and after the Games
CODE_MAX = 40
CLIENT_MAX = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What somebody asks of the car pool.

    ``is_arrival``: be there by ``wanted_at``; else be fetched from then on. ``code`` makes the
    booking known: asked twice with one code, it is one booking.
    """

    from_place: str
    to_place: str
    people: int
    wanted_at: dt.datetime
    is_arrival: bool
    client: str
    code: str = ""

    def values(self) -> dict[str, str | int | bool | dt.datetime]:
        """Return what can be changed by asking again."""
        return {
            "from_place": self.from_place,
            "to_place": self.to_place,
            "people": self.people,
            "wanted_at": self.wanted_at,
            "is_arrival": self.is_arrival,
            "client": self.client,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What became of bookings; they add up to what was asked."""

    codes: tuple[str, ...]
    created: int
    changed: int
    same: int


def book_ride(*, games: GamesRow, wish: Wish, actor: str, now: dt.datetime) -> str:
    """
    Book one ride and return its code.

    Raises
    ------
    RideError
        When it can't be booked as asked.

    """
    return book_rides(games=games, wishes=(wish,), actor=actor, now=now).codes[0]


@transaction.atomic
def book_rides(
    *, games: GamesRow, wishes: tuple[Wish, ...], actor: str, now: dt.datetime
) -> Booked:
    """
    Book rides, all or none; a known code changes its booking, also one that was cancelled.

    Raises
    ------
    RideError
        When one of them can't be booked as asked.

    """
    places = {place[0] for place in ride_places(games=games)}
    for wish in wishes:
        _refuse_nonsense(games, wish, places)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"rides:{games.id}"])
    asked = [wish.code for wish in wishes if wish.code]
    rides = RideBooking.objects.filter(games_id=games.id)
    known = {ride.code: ride for ride in rides.filter(code__in=asked)}
    number = _last_number(games)
    counts = {"created": 0, "changed": 0, "same": 0}
    codes = []
    for wish in wishes:
        code = wish.code
        if not code:
            number += 1
            code = f"R{number:05}"
        codes.append(code)
        outcome = _keep(games, known, code, wish, actor, now)
        counts[outcome] += 1
    if counts["created"] or counts["changed"]:
        record_audit(
            games_id=games.id,
            actor=actor,
            verb="booked rides",
            thing=codes[0] if len(codes) == 1 else f"{len(codes)} rides",
            details=counts,
        )
    return Booked(codes=tuple(codes), **counts)


def _keep(
    games: GamesRow,
    known: dict[str, RideBooking],
    code: str,
    wish: Wish,
    actor: str,
    now: dt.datetime,
) -> str:
    """Keep one booking and return what that meant."""
    values = wish.values()
    ride = known.get(code)
    if ride is not None:
        before = {key: getattr(ride, key) for key in values}
        if before == values and ride.cancelled_at is None:
            return "same"
        RideBooking.objects.filter(pk=ride.pk).update(**values, cancelled_at=None)
        known[code] = RideBooking.objects.get(pk=ride.pk)  # the list may name it again
    else:
        known[code] = RideBooking.objects.create(
            games_id=games.id, code=code, booked_by=actor, booked_at=now, **values
        )
    append_update(
        games_id=games.id,
        topic=RIDE_BOOKED,
        key=code,
        body={**values, "wanted_at": wish.wanted_at.isoformat()},
        recorded_at=now,
    )
    return "created" if ride is None else "changed"


def _last_number(games: GamesRow) -> int:
    """Return the highest number we have given."""
    own = RideBooking.objects.filter(games_id=games.id, code__regex=r"^R[0-9]{5,9}$")
    found = own.aggregate(last=Max(Cast(Substr("code", 2), IntegerField())))
    return int(found["last"] or 0)


def _refuse_nonsense(games: GamesRow, wish: Wish, places: set[str]) -> None:
    name = f"ride {wish.code}" if wish.code else "the ride"
    for place in (wish.from_place, wish.to_place):
        if place not in places:
            message = f"{name}: no place {place!r}; known are {', '.join(sorted(places))}"
            raise RideError(message)
    if wish.from_place == wish.to_place:
        message = f"{name}: from {wish.from_place} to the same place"
        raise RideError(message)
    if not 1 <= wish.people <= PEOPLE_MAX:
        message = f"{name}: {wish.people} people; a car pool carries 1 to {PEOPLE_MAX} at once"
        raise RideError(message)
    if wish.wanted_at.tzinfo is None:
        message = f"{name}: {wish.wanted_at} has no time zone"
        raise RideError(message)
    around = dt.timedelta(days=AROUND_DAYS)
    if not games.starts_on - around <= wish.wanted_at.date() <= games.ends_on + around:
        message = (
            f"{name}: {wish.wanted_at:%Y-%m-%d} is far from the Games"
            f" ({games.starts_on} to {games.ends_on})"
        )
        raise RideError(message)
    if not wish.client.strip() or len(wish.client) > CLIENT_MAX or len(wish.code) > CODE_MAX:
        message = (
            f"{name}: say for whom in at most {CLIENT_MAX} characters, with a code of at most"
            f" {CODE_MAX}"
        )
        raise RideError(message)


@transaction.atomic
def cancel_ride(*, games: GamesRow, code: str, actor: str, now: dt.datetime) -> None:
    """
    Cancel a booking; the cars' plan drops it when it is made anew.

    Raises
    ------
    UnknownRideError
        When there is none, or it has been cancelled already.

    """
    changed = RideBooking.objects.filter(
        games_id=games.id, code=code, cancelled_at__isnull=True
    ).update(cancelled_at=now)
    if not changed:
        message = f"no ride {code!r} is booked"
        raise UnknownRideError(message)
    record_audit(
        games_id=games.id, actor=actor, verb="cancelled ride", thing=f"ride {code}", details={}
    )
    append_update(games_id=games.id, topic=RIDE_CANCELLED, key=code, body={}, recorded_at=now)


@transaction.atomic
def report_car(
    *, games: GamesRow, car: str, seconds: float, at: dt.datetime, actor: str, now: dt.datetime
) -> None:
    """Tell the log that a car is late."""
    append_update(
        games_id=games.id,
        topic=CAR_LATE,
        key=car,
        body={"seconds": seconds, "at": at.isoformat()},
        recorded_at=now,
    )
    record_audit(
        games_id=games.id,
        actor=actor,
        verb="reported",
        thing=f"car {car}",
        details={"seconds": seconds},
    )
