"""The wizard: a Games in a few minutes, invented or from a workbook."""

import pathlib
import re
import zoneinfo
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sportsbrain.committee.queries import get_games
from sportsbrain.feeds.tables.forms import GamesForm, WorkbookForm
from sportsbrain.feeds.tables.sources import SourceError
from sportsbrain.feeds.tables.wizard import (
    check_may_start,
    import_workbook,
    start_games,
    venues_for,
    wish_of,
)
from sportsbrain.inbox.actions import keep_upload

KEPT = "wizard"
MAP_DEGREES = 0.25


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Ask where, when and what."""
    check_may_start(request.user)
    form = GamesForm(request.POST or None, initial=request.session.get(KEPT))
    if request.method == "POST" and form.is_valid():
        if get_games(code=form.cleaned_data["code"]) is not None:
            form.add_error("code", _("There is a Games with this code already."))
        else:
            values = {**form.cleaned_data, "starts_on": form.cleaned_data["starts_on"].isoformat()}
            request.session[KEPT] = values
            return redirect("tables:start_venues")
    context = {
        "form": form,
        "workbook_form": WorkbookForm(),
        "zones": sorted(zoneinfo.available_timezones()),
    }
    return render(request, "tables/start.html", context, status=422 if form.errors else 200)


@login_required
def start_venues(request: HttpRequest) -> HttpResponse:
    """Place the venues on a map, then make the Games and its first plan."""
    check_may_start(request.user)
    values = request.session.get(KEPT)
    if values is None:
        return redirect("tables:start")
    wish = wish_of(values)
    venues = venues_for(wish)
    if request.method == "POST":
        changed, trouble = _placed(request, venues)
        if not trouble:
            games, run_id = start_games(
                wish=wish,
                venues=changed,
                username=request.user.get_username(),
                display_name=str(request.user),
            )
            del request.session[KEPT]
            return redirect("sport:run", games_code=games.code, run_id=run_id)
        messages.error(request, trouble)
        venues = [{**v, **changed.get(v["code"], {})} for v in venues]
    lat, lon = wish.middle
    rows = [
        {
            **v,
            "x": 50 + 50 * (v["longitude"] - lon) / MAP_DEGREES,
            "y": 50 - 50 * (v["latitude"] - lat) / MAP_DEGREES,
        }
        for v in venues
    ]
    context = {"venues": rows, "wish": wish, "degrees": MAP_DEGREES}
    return render(request, "tables/start_venues.html", context)


def _placed(
    request: HttpRequest, venues: list[dict[str, Any]]
) -> tuple[dict[str, dict[str, Any]], str]:
    """Return name and place of each venue as posted, and what is wrong with them."""
    changed: dict[str, dict[str, Any]] = {}
    for venue in venues:
        code = venue["code"]
        name = request.POST.get(f"{code}-name", "").strip() or venue["name"]
        try:
            latitude = float(request.POST.get(f"{code}-latitude", "").replace(",", "."))
            longitude = float(request.POST.get(f"{code}-longitude", "").replace(",", "."))
        except ValueError:
            return changed, _("%(name)s: give latitude and longitude as numbers.") % {"name": name}
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return changed, _("%(name)s: no such place on Earth.") % {"name": name}
        changed[code] = {"name": name[:120], "latitude": latitude, "longitude": longitude}
    return changed, ""


@login_required
def send_workbook(request: HttpRequest) -> HttpResponse:
    """Take a workbook, say row by row what it would do, and wait for a yes."""
    check_may_start(request.user)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(e) for e in errors))
        return redirect("tables:start")
    path = keep_upload(
        _uploads(), form.cleaned_data["workbook"], owner=str(request.user.pk), suffix=".xlsx"
    )
    return redirect("tables:workbook", name=path.stem)


@login_required
def workbook(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a workbook would do; do it when asked."""
    check_may_start(request.user)
    path = _uploads() / f"{name}.xlsx"
    if not re.fullmatch(r"[0-9a-f]{32}", name) or not path.exists():
        message = _("There is no such workbook. Send it again.")
        raise Http404(message)
    is_asked = request.method == "POST"
    try:
        report = import_workbook(path=path, user=request.user, is_applied=is_asked)
        if is_asked:
            path.unlink()
            messages.success(request, _("The workbook is imported."))
            return redirect("sport:games", games_code=report.games)
    except SourceError as error:
        messages.error(request, _("Nothing was imported:") + f" {error}")
        return redirect("tables:start")
    return render(request, "tables/report.html", {"report": report, "name": name})


def _uploads() -> pathlib.Path:
    return pathlib.Path(settings.UPLOADS)
