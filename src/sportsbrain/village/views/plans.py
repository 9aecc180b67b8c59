"""Pages of the village: who sleeps where, who eats what."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse

from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import games_clock
from sportsbrain.plans.queries import since_plan
from sportsbrain.ui.pages import show
from sportsbrain.village import queries
from sportsbrain.village.planning import meals_now


def rooms(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the village on one night, drawn."""
    games = seat_on(request).games
    try:
        night = dt.date.fromisoformat(request.GET.get("night", ""))
    except ValueError:
        night = None
    page = queries.village_page(games=games, night=night)
    if page is None:
        return show(request, "village/nothing.html", {"planner": "rooms"}, rows=[])
    context = {
        "page": page,
        "delegation": request.GET.get("delegation", ""),
        "since": since_plan(games_id=games.id, planner="rooms", now=dt.datetime.now(dt.UTC)),
    }
    return show(request, "village/rooms.html", context, rows=page)


def delegation(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show where a delegation sleeps."""
    page = queries.delegation_page(games=seat_on(request).games, code=code)
    if page is None:
        message = f"nobody of {code} has a bed"
        raise Http404(message)
    return show(request, "village/delegation.html", {"page": page}, rows=page)


def meals(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the meals of one day; those of today by what halls count."""
    games = seat_on(request).games
    now = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    page = meals_now(games=games, now=now, day=request.GET.get("day", ""))
    if page is None:
        return show(request, "village/nothing.html", {"planner": "meals"}, rows=[])
    since = since_plan(games_id=games.id, planner="meals", now=dt.datetime.now(dt.UTC))
    return show(request, "village/meals.html", {"page": page, "since": since}, rows=page)
