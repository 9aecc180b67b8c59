"""What-if and re-plan: a venue is closed, a unit moves, other places for a unit, clashes."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.sport import queries
from sportsbrain.sport.forms import ClosureForm, MoveForm
from sportsbrain.sport.planning import (
    places_of_unit,
    replan,
)
from sportsbrain.sport.views.showing import version_of
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.changes import Change, ChangeError, Closure, Move
from sportsbrain.vocabulary.statuses import Role


def places(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show the best other times of a unit, cheapest first."""
    seat = seat_on(request, needed=Role.PLANNER)
    try:
        found = places_of_unit(games=seat.games, unit=code)
    except ChangeError as error:
        raise Http404(str(error)) from error
    zone = ZoneInfo(seat.games.time_zone)
    rows = [
        {
            "starts_at": moment.astimezone(zone),
            "delta": place.delta,
            "terms": [{"key": key, "cost": cost} for key, cost in place.terms],
        }
        for moment, place in found
    ]
    is_part = bool(getattr(request, "htmx", False))
    template = "sport/places_table.html" if is_part else "sport/places.html"
    return show(request, template, {"unit_code": code, "places": rows}, rows=rows)


@require_POST
def move_unit(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Move a unit; what must give way moves as little as possible."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: give a day and a time."))
        return redirect("sport:unit", games_code=games_code, code=code)
    moment = _in_zone(request, form.cleaned_data["starts_at"])
    return _replan(
        request,
        Move(unit=code, starts_at=moment),
        redirect("sport:unit", games_code=games_code, code=code),
    )


@require_POST
def close_venue(request: HttpRequest, games_code: str) -> HttpResponse:
    """Re-plan around a closed venue."""
    form = ClosureForm(request.POST)
    back = redirect("sport:versions", games_code=games_code)
    if not form.is_valid():
        seat_on(request, needed=Role.PLANNER)
        messages.error(request, _("Nothing was changed:") + f" {form.errors.as_text()}")
        return back
    closure = Closure(
        venue=form.cleaned_data["venue"],
        starts_at=_in_zone(request, form.cleaned_data["starts_at"]),
        ends_before=_in_zone(request, form.cleaned_data["ends_before"]),
    )
    return _replan(request, closure, back)


def _in_zone(request: HttpRequest, moment: dt.datetime) -> dt.datetime:
    """Return a moment typed without a zone as the clock of the Games."""
    zone = ZoneInfo(seat_on(request, needed=Role.PLANNER).games.time_zone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _replan(request: HttpRequest, change: Change, back: HttpResponse) -> HttpResponse:
    seat = seat_on(request, needed=Role.PLANNER)
    try:
        outcome = replan(
            games=seat.games,
            changes=(change,),
            actor=request.user.get_username(),
            now=dt.datetime.now(dt.UTC),
        )
    except ChangeError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
        return back
    messages.success(
        request,
        _("Timetable %(number)d: %(moved)d units moved, at least %(least)d had to.")
        % {"number": outcome.version, "moved": outcome.moved, "least": outcome.moved_least},
    )
    return redirect("sport:version", games_code=seat.games.code, number=outcome.version)


def clashes(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the broken rules of a timetable, by rule and discipline."""
    row = seat_on(request).games
    page = queries.clashes_page(
        games=row,
        version=version_of(request),
        rule=request.GET.get("rule", ""),
        discipline=request.GET.get("discipline", ""),
    )
    return show(request, "sport/clashes.html", {"page": page}, rows=page)
