"""Draw venues; take counts of gates and open lanes as they are reported."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.venues.errors import ScanError, UnknownVenueError
from sportsbrain.venues.models import VenueMap
from sportsbrain.venues.updates import BIN_SECONDS, EXPECTED, OPENED, SCANNED, Scanned
from sportsbrain.vocabulary.drawings import Drawing
from sportsbrain.world.queries import site_facts

PEOPLE_MAX = 100_000
KEY_MAX = 80
EARLY = dt.timedelta(minutes=10)


@transaction.atomic
def save_map(
    *, games: GamesRow, venue: str, drawing: Drawing, source: str, actor: str, now: dt.datetime
) -> int:
    """
    Keep a drawing as the next number of its venue; older ones stay.

    Raises
    ------
    UnknownVenueError
        When the Games has no such venue.

    """
    _known(games, {venue})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"map {games.id} {venue}"])
    rows = VenueMap.objects.filter(games_id=games.id, venue=venue)
    number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    VenueMap.objects.create(
        games_id=games.id,
        venue=venue,
        number=number,
        drawing=asdict(drawing),
        source=source,
        drawn_by=actor,
        drawn_at=now,
    )
    record_audit(
        games_id=games.id,
        actor=actor,
        verb="drew",
        thing=f"venue {venue}",
        details={"number": number, "source": source},
    )
    return number


@transaction.atomic
def record_scans(
    *, games: GamesRow, scans: Iterable[Scanned], now: dt.datetime
) -> tuple[int, tuple[str, ...]]:
    """
    Tell the log what gates counted; return how many were taken, and why the others were not.

    The same five minutes of a gate again replace what was said of them. Nothing that can't be is
    taken: unknown venues, people below 0, five minutes that are still to come.
    """
    rows = list(scans)
    known = {site.code for site in site_facts(games_id=games.id)}
    refused = []
    for scan in rows:
        why = _trouble(scan, known, now)
        if why:
            refused.append(why)
            continue
        append_update(
            games_id=games.id,
            topic=SCANNED,
            key=scan.key,
            body={
                "venue": scan.venue,
                "entrance": scan.entrance,
                "starts_at": scan.starts_at.isoformat(),
                "people": scan.people,
            },
            recorded_at=now,
        )
    return len(rows) - len(refused), tuple(refused)


def _trouble(scan: Scanned, known: set[str], now: dt.datetime) -> str:
    where = f"{scan.venue} {scan.entrance} {scan.starts_at:%H:%M}"
    if scan.venue not in known:
        return f"{where}: no venue {scan.venue!r}"
    if not 0 <= scan.people <= PEOPLE_MAX:
        return f"{where}: {scan.people} people can't be"
    if scan.starts_at.tzinfo is None or scan.starts_at.timestamp() % BIN_SECONDS:
        return f"{where}: counts are of five minutes that begin at :00, :05 … with a time zone"
    if scan.starts_at > now + EARLY:
        return f"{where}: these five minutes are still to come"
    if len(scan.key) > KEY_MAX:
        return f"{where}: codes of venue and entrance have {KEY_MAX - 16} characters at most"
    return ""


@transaction.atomic
def report_lanes(*, games: GamesRow, venue: str, lanes: int, actor: str, now: dt.datetime) -> None:
    """
    Tell the log how many screening lanes of a venue are open from now on.

    Raises
    ------
    UnknownVenueError
        When the Games has no such venue.
    ScanError
        When the number can't be.

    """
    _known(games, {venue})
    if not 0 <= lanes <= 1000:
        message = f"{lanes} open lanes can't be: 0 to 1,000"
        raise ScanError(message)
    append_update(
        games_id=games.id, topic=OPENED, key=venue, body={"lanes": lanes}, recorded_at=now
    )
    record_audit(
        games_id=games.id,
        actor=actor,
        verb="opened",
        thing=f"lanes of {venue}",
        details={"lanes": lanes},
    )


def tell_expectation(
    *, games: GamesRow, venue: str, body: dict[str, Any], now: dt.datetime
) -> None:
    """Tell the log what counts say of the coming hours of a venue."""
    append_update(games_id=games.id, topic=EXPECTED, key=venue, body=body, recorded_at=now)


def _known(games: GamesRow, venues: set[str]) -> None:
    known = {site.code for site in site_facts(games_id=games.id)}
    unknown = sorted(venues - known)
    if unknown:
        message = f"no venue {unknown[0]!r}; known are {', '.join(sorted(known))}"
        raise UnknownVenueError(message)
