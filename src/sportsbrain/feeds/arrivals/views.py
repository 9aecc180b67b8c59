"""Bring a list of arrivals and departures: look what it would do, then keep it."""

import datetime as dt
import pathlib
import re

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sportsbrain.access.actions import By
from sportsbrain.access.guards import by_of, duties_on
from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.arrivals.messages import COLUMNS
from sportsbrain.feeds.arrivals.record import ArrivalReport, import_arrivals
from sportsbrain.inbox.actions import keep_upload
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.people import Duty

ISSUES_SHOWN = 200
BYTES_MAX = 50 * 1024**2


def bring(request: HttpRequest, games_code: str) -> HttpResponse:
    """Look at a list, row by row; keep it when it comes back with a yes."""
    games, seats = duties_on(request, Duty.REGISTER, Duty.REGISTRATION, Duty.ARRIVALS)
    by = by_of(request, seats, dt.datetime.now(dt.UTC))
    if seats.has(Duty.ARRIVALS):
        by = By(name=by.name, now=by.now)  # the desk reports people of everybody
    context: dict[str, object] = {"columns": COLUMNS, "seats": seats}
    path = _file(request)
    if request.method == "POST" and path is None:
        messages.error(request, _("Send a CSV of at most 50 MB."))
        return redirect("arrivals_feed:bring", games_code=games.code)
    if path is not None:
        is_kept = "keep" in request.POST
        report = import_arrivals(games=games, path=path, is_applied=is_kept, by=by)
        if is_kept:
            path.unlink(missing_ok=True)
            return _kept(request, games, report)
        context |= {"report": report, "name": path.stem, "issues": report.issues[:ISSUES_SHOWN]}
    return show(request, "arrivals_feed/bring.html", context)


def _file(request: HttpRequest) -> pathlib.Path | None:
    """Return the list that came with the form, or came before and is meant now."""
    folder = pathlib.Path(settings.UPLOADS) / "arrivals"
    name = request.POST.get("name", "")
    if re.fullmatch(r"[0-9a-f]{32}", name) and (folder / f"{name}.csv").exists():
        return folder / f"{name}.csv"
    upload = request.FILES.get("arrivals")
    if upload is None or (upload.size or 0) > BYTES_MAX:
        return None
    return keep_upload(folder, upload, owner=str(request.user.pk), suffix=".csv")


def _kept(request: HttpRequest, games: GamesRow, report: ArrivalReport) -> HttpResponse:
    words = _("%(c)d new, %(d)d changed, %(s)d as before; %(r)d rows left out.")
    counts = {
        "c": report.created, "d": report.changed, "s": report.same, "r": report.rejected
    }  # fmt: skip
    messages.success(request, words % counts)
    return redirect("access:arrivals", games_code=games.code)
