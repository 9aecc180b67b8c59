"""The Games, its schedule and everything on it."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.inbox.queries import reject_groups, rejects_of
from sportsbrain.plans.queries import runs_of, since_plan, versions_of
from sportsbrain.sport import queries
from sportsbrain.sport.actions import merge_people
from sportsbrain.sport.planning import PLANNER
from sportsbrain.sport.queries import Filters
from sportsbrain.sport.views.showing import found_or_404, version_of
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.errors import MergeError
from sportsbrain.world.queries import alike_participants, disciplines

ROWS_SHOWN = 200


def games(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show a Games: where the timetable stands and what to do next."""
    row = seat_on(request).games
    versions = versions_of(games_id=row.id, planner=PLANNER)
    runs = runs_of(games_id=row.id, planner=PLANNER, rows_max=3)
    in_force = next((v for v in versions if v.version_state == "published"), None)
    context = {
        "counts": queries.games_counts(games=row),
        "versions": versions[:6],
        "in_force": in_force,
        "latest": versions[0] if versions else None,
        "runs": runs,
        "going": next((r for r in runs if r.is_going), None),
    }
    return show(request, "sport/games.html", context)


def schedule(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show one day, venue by venue."""
    row = seat_on(request).games
    days = queries.schedule_days(games=row)
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = days[min(3, len(days) - 1)]
    filters = Filters(
        day=day,
        discipline=request.GET.get("discipline", ""),
        organisation=request.GET.get("organisation", ""),
        is_medal_only=request.GET.get("medal") == "1",
        version=version_of(request),
    )
    rows = queries.unit_rows(games=row, filters=filters)
    lanes, hours = queries.lanes(rows, day=day)
    zoom = request.GET.get("zoom", "1")
    context = {
        "days": days,
        "day": day,
        "filters": filters,
        "rows": rows,
        "lanes": lanes,
        "hours": hours,
        "finals": sum(r.is_final for r in rows),
        "disciplines": disciplines(games_id=row.id),
        "zoom": zoom if zoom in {"1", "2", "4"} else "1",
        "since": since_plan(games_id=row.id, planner="timetable", now=dt.datetime.now(dt.UTC)),
    }
    return show(request, "sport/schedule.html", context, rows=rows)


def event(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show an event."""
    row = seat_on(request).games
    page = found_or_404(
        queries.event_page(games=row, code=code, version=version_of(request)), "no such event"
    )
    return show(request, "sport/event.html", {"page": page}, rows=page)


def unit(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show a unit."""
    row = seat_on(request).games
    page = found_or_404(
        queries.unit_page(games=row, code=code, version=version_of(request)),
        "no such unit, or it has no time",
    )
    return show(request, "sport/unit.html", {"page": page}, rows=page)


def venues(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show all venues, drawn and listed."""
    row = seat_on(request).games
    rows = queries.venues(games=row)
    points, scale = queries.map_points(rows, "")
    context = {"venues": rows, "points": points, "scale_km": scale}
    return show(request, "sport/venues.html", context, rows=rows)


def venue(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show a venue."""
    row = seat_on(request).games
    page = found_or_404(
        queries.venue_page(games=row, code=code, version=version_of(request)), "no such venue"
    )
    return show(request, "sport/venue.html", {"page": page}, rows=page)


def organisations(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show all organisations."""
    rows = queries.organisations(games=seat_on(request).games)
    return show(request, "sport/organisations.html", {"organisations": rows}, rows=rows)


def organisation(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show an organisation."""
    row = seat_on(request).games
    page = found_or_404(queries.organisation_page(games=row, code=code), "no such organisation")
    return show(request, "sport/organisation.html", {"page": page}, rows=page)


def participant(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show a participant with entries and days."""
    row = seat_on(request).games
    page = found_or_404(
        queries.participant_page(games=row, code=code, version=version_of(request)),
        "no such participant",
    )
    return show(request, "sport/participant.html", {"page": page}, rows=page)


def duplicates(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show who may be in the list twice."""
    rows = alike_participants(games_id=seat_on(request).games.id)
    return show(request, "sport/duplicates.html", {"pairs": rows}, rows=rows)


@require_POST
def merge(request: HttpRequest, games_code: str) -> HttpResponse:
    """Merge two people into one, as the person who looked decides."""
    seat = seat_on(request, needed=Role.PLANNER)
    keep, drop = request.POST.get("keep", ""), request.POST.get("drop", "")
    try:
        moved = merge_people(
            games=seat.games, keep=keep, drop=drop, actor=request.user.get_username()
        )
    except MergeError as error:
        messages.error(request, str(error))
    else:
        text = _("%(drop)s is now %(keep)s; %(moved)d entries, results and team places followed.")
        messages.success(request, text % {"drop": drop, "keep": keep, "moved": moved})
    return redirect("sport:duplicates", games_code=games_code)


def rejects(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the rows that no import could use, with what to do about them."""
    code = seat_on(request).games.code
    table, reason = request.GET.get("table", ""), request.GET.get("reason", "")
    groups = reject_groups(games_code=code)
    rows = rejects_of(games_code=code, table=table, reason=reason, rows_max=ROWS_SHOWN)
    context = {
        "groups": groups,
        "rows": rows,
        "reason": reason,
        "table": table,
        "count": sum(
            g.count for g in groups if reason in ("", g.reason) and table in ("", g.table)
        ),
    }
    return show(request, "sport/rejects.html", context, rows={"groups": groups, "rows": rows})


def search(request: HttpRequest, games_code: str) -> HttpResponse:
    """Find things by name or code."""
    text = request.GET.get("q", "")
    hits = queries.search(games=seat_on(request).games, text=text)
    return show(request, "sport/search.html", {"text": text, "hits": hits}, rows=hits)
