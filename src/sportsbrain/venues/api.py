"""Gates and lanes for programs: counts in, queues out."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema

from sportsbrain.committee.guards import seat_by_token
from sportsbrain.committee.queries import games_clock
from sportsbrain.ui.pages import answer_json
from sportsbrain.venues import queries
from sportsbrain.venues.actions import record_scans, report_lanes
from sportsbrain.venues.updates import Scanned
from sportsbrain.vocabulary.statuses import Role

router = Router(tags=["venues"])
SCANS_MAX = 5000


class Scan(Schema, extra="forbid"):
    """People whom an entrance let through in the five minutes that begin at ``starts_at``."""

    venue: str
    entrance: str
    starts_at: dt.datetime
    people: int


class Scans(Schema, extra="forbid"):
    """Counts of gates, at most 5,000 at once."""

    scans: list[Scan]


class Lanes(Schema, extra="forbid"):
    """Screening lanes that are open from now on."""

    lanes: int


@router.post("/{code}/scans")
def scans(request: HttpRequest, code: str, body: Scans) -> HttpResponse:
    """Take counts; each that can't be is refused with its reason, the others are kept."""
    venues = {scan.venue for scan in body.scans}
    venue = venues.pop() if len(venues) == 1 else ""
    games = seat_by_token(request, code, Role.PLANNER, venue=venue).games
    if len(body.scans) > SCANS_MAX:
        return answer_json(request, {"detail": f"{SCANS_MAX} counts at once at most"}, status=422)
    taken, refused = record_scans(
        games=games,
        scans=[Scanned(**scan.dict()) for scan in body.scans],
        now=games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC)),
    )
    return answer_json(request, {"taken": taken, "refused": refused}, status=202)


@router.post("/{code}/venues/{venue}/lanes")
def lanes(request: HttpRequest, code: str, venue: str, body: Lanes) -> HttpResponse:
    """Report how many screening lanes are open from now on."""
    games = seat_by_token(request, code, Role.PLANNER).games
    report_lanes(
        games=games,
        venue=venue,
        lanes=body.lanes,
        actor=request.user.get_username(),
        now=games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC)),
    )
    return answer_json(request, {"lanes": body.lanes}, status=202)


@router.get("/{code}/queues")
def queues(request: HttpRequest, code: str, day: dt.date | None = None) -> HttpResponse:
    """Return the venues of a day with their queues, lanes and forecasts."""
    games = seat_by_token(request, code).games
    now = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    page = queries.queues_page(
        games=games,
        date=day,
        today=now.astimezone(ZoneInfo(games.time_zone)).date(),
        expected=queries.expected_now(games=games, moment=now),
    )
    return answer_json(request, page.rows if page else [])


@router.get("/{code}/queues/{venue}/{date}")
def site(request: HttpRequest, code: str, venue: str, date: dt.date) -> HttpResponse:
    """Return a venue on one day: queue by the minute, lanes by quarter, ways out."""
    games = seat_by_token(request, code).games
    page = queries.site_page(games=games, venue=venue, date=date)
    if page is None:
        message = f"nobody comes to {venue} on {date}, or its lanes are not planned yet"
        raise Http404(message)
    return answer_json(request, page)
