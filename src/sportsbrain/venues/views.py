"""Pages of queues and lanes, and the editor of a venue's drawing."""

import datetime as dt
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow, games_clock
from sportsbrain.plans.queries import load_slice_rules
from sportsbrain.ui.pages import show
from sportsbrain.venues import queries
from sportsbrain.venues.actions import report_lanes, save_map
from sportsbrain.venues.errors import ScanError, UnknownVenueError
from sportsbrain.venues.exports import geojson_of
from sportsbrain.venues.forms import drawing_from
from sportsbrain.vocabulary.drawings import KINDS, DrawingError
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.queries import SiteFact, site_facts

TEMPLATES = ("stadium", "arena", "road course")


def _clock(games: GamesRow) -> dt.datetime:
    return games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _site(games: GamesRow, venue: str) -> SiteFact:
    found = next((s for s in site_facts(games_id=games.id) if s.code == venue), None)
    if found is None:
        message = f"no venue {venue}"
        raise Http404(message)
    return found


def queues(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show every venue of one day: will there be a queue, and which lanes open when."""
    games = seat_on(request).games
    now = _clock(games)
    page = queries.queues_page(
        games=games,
        date=_date(request.GET.get("day", "")),
        today=now.astimezone(ZoneInfo(games.time_zone)).date(),
        expected=queries.expected_now(games=games, moment=now),
    )
    if page is None:
        return show(request, "venues/nothing.html", {}, rows=[])
    context = {"page": page, "late": [row for row in page.rows if row.broken], "now": now}
    return show(request, "venues/queues.html", context, rows=page.rows)


def site(request: HttpRequest, games_code: str, venue: str, date: str) -> HttpResponse:
    """Show a venue on one day: queue by the minute, lanes as a staircase, ways by how full."""
    games = seat_on(request).games
    day = _date(date)
    page = queries.site_page(games=games, venue=venue, date=day) if day else None
    if page is None:
        message = f"nobody comes to {venue} on {date}, or its lanes are not planned yet"
        raise Http404(message)
    now = _clock(games)
    expected = queries.expected_now(games=games, moment=now).get(venue)
    is_now = page.starts_at <= now < page.ends_before
    share = (now - page.starts_at) / (page.ends_before - page.starts_at)
    context = {
        "page": page,
        "is_now": is_now,
        "expected": expected if is_now else None,
        "advice_at": _advice_at(expected),
        "now": now,
        "now_x": round(100 * share, 2),
    }
    return show(request, "venues/site.html", context, rows=page)


@require_POST
def lanes(request: HttpRequest, games_code: str, venue: str) -> HttpResponse:
    """Report how many lanes are open from now on."""
    games = seat_on(request, needed=Role.PLANNER).games
    now = _clock(games)
    try:
        report_lanes(
            games=games,
            venue=venue,
            lanes=int(request.POST.get("lanes", "")),
            actor=request.user.get_username(),
            now=now,
        )
    except UnknownVenueError as error:
        raise Http404(str(error)) from error
    except (ScanError, ValueError) as error:
        messages.error(request, _("Nothing was reported:") + f" {error}")
    else:
        messages.success(request, _("Reported. The forecast follows within a minute."))
    day = request.POST.get("day", "")
    try:
        return redirect("venues:site", games_code=games_code, venue=venue, date=day)
    except NoReverseMatch:  # no day was named
        return redirect("venues:queues", games_code=games_code)


def drawing(request: HttpRequest, games_code: str, venue: str) -> HttpResponse:
    """Show the drawing of a venue in its editor."""
    games = seat_on(request).games
    fact = _site(games, venue)
    rules = load_slice_rules("venues", games.rules_name)
    found = queries.maps_of(games=games, sites=[fact], rules=rules)[venue]
    context = {
        "site": fact,
        "map": found,
        "raw": asdict(found.drawing),
        "kinds": KINDS,
        "templates": TEMPLATES,
        "seats": sum(stand.seats for stand in found.drawing.stands),
    }
    return show(request, "venues/map.html", context, rows=found)


def geojson(request: HttpRequest, games_code: str, venue: str) -> HttpResponse:
    """Answer with the drawing as GeoJSON."""
    games = seat_on(request).games
    fact = _site(games, venue)
    rules = load_slice_rules("venues", games.rules_name)
    found = queries.maps_of(games=games, sites=[fact], rules=rules)[venue]
    content = geojson_of(
        found.drawing, latitude=fact.latitude or 0.0, longitude=fact.longitude or 0.0
    )
    response = JsonResponse(content)
    response["Content-Type"] = "application/geo+json"
    response["Content-Disposition"] = f'attachment; filename="{venue}.geojson"'
    return response


@require_POST
def save(request: HttpRequest, games_code: str, venue: str) -> HttpResponse:
    """Keep what was drawn as a new number, or say where it contradicts itself."""
    games = seat_on(request, needed=Role.PLANNER).games
    try:
        drawn = drawing_from(request.POST.get("drawing", ""))
        number = _save(request, games, venue, drawn, "editor")
    except DrawingError as error:
        messages.error(request, _("Nothing was saved:") + f" {error}")
    else:
        words = _("Saved as drawing %(n)d. Plan the lanes again to use it.")
        messages.success(request, words % {"n": number})
    return redirect("venues:map", games_code=games_code, venue=venue)


@require_POST
def template(request: HttpRequest, games_code: str, venue: str) -> HttpResponse:
    """Begin again from a template."""
    games = seat_on(request, needed=Role.PLANNER).games
    kind = request.POST.get("kind", "")
    rules = load_slice_rules("venues", games.rules_name)
    try:
        drawn = queries.template_for(_site(games, venue), rules, kind)
        _save(request, games, venue, drawn, f"template {kind}")
    except DrawingError as error:
        messages.error(request, _("Nothing was saved:") + f" {error}")
    return redirect("venues:map", games_code=games_code, venue=venue)


def _save(request: HttpRequest, games: GamesRow, venue: str, drawn: Any, source: str) -> int:
    try:
        return save_map(
            games=games,
            venue=venue,
            drawing=drawn,
            source=source,
            actor=request.user.get_username(),
            now=dt.datetime.now(dt.UTC),
        )
    except UnknownVenueError as error:
        raise Http404(str(error)) from error


def _advice_at(expected: queries.Expected | None) -> dt.datetime | None:
    advice = expected.body["advice"] if expected else None
    return dt.datetime.fromisoformat(advice["at"]) if advice else None
