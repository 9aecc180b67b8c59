"""Bring a list of people: look what it would do, keep it, stop it."""

import pathlib

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.access.actions import By
from sportsbrain.access.guards import by_of, duties_on
from sportsbrain.access.queries import Seats
from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.people.messages import COLUMNS, NEEDED
from sportsbrain.feeds.people.record import PLANNER, launch_import
from sportsbrain.inbox.actions import drop_uploads, keep_upload
from sportsbrain.plans.actions import ask_cancel
from sportsbrain.plans.errors import UnknownRunError
from sportsbrain.plans.jobs import mark_lost_runs, now
from sportsbrain.plans.queries import RunRow, run_row
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.people import Duty

KINDS = (".csv", ".xlsx", ".zip")
BYTES_MAX = 2 * 1024**3


class ListForm(forms.Form):
    """A list of people, with pictures or without."""

    people = forms.FileField()

    def clean_people(self) -> object:
        """Refuse what is no list or too large."""
        file = self.cleaned_data["people"]
        if pathlib.Path(file.name).suffix.lower() not in KINDS:
            raise forms.ValidationError(_("A list is a CSV, an XLSX, or a ZIP with pictures."))
        if file.size > BYTES_MAX:
            raise forms.ValidationError(_("More than 2 GB: send the pictures in parts."))
        return file


def _folder() -> pathlib.Path:
    return pathlib.Path(settings.UPLOADS) / "people"


def bring(request: HttpRequest, games_code: str) -> HttpResponse:
    """Take a list and look at it first; nothing is changed."""
    games, seats = duties_on(request, Duty.REGISTER, Duty.REGISTRATION)
    form = ListForm(request.POST or None, request.FILES or None)
    drop_uploads(_folder())
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["people"]
        path = keep_upload(
            _folder(),
            upload,
            owner=str(request.user.pk),
            suffix=pathlib.Path(upload.name).suffix.lower(),
        )
        by = by_of(request, seats, now())
        run_id = launch_import(games=games, path=path, is_applied=False, by=by)
        return redirect("people_feed:run", games_code=games.code, run_id=run_id)
    context = {"form": form, "columns": COLUMNS, "needed": NEEDED, "seats": seats}
    response = show(request, "people_feed/bring.html", context)
    response.status_code = 422 if request.method == "POST" else 200
    return response


def run(request: HttpRequest, games_code: str, run_id: int) -> HttpResponse:
    """Show how far it is, then what it found, row by row where something is wrong."""
    games, seats = duties_on(request, Duty.REGISTER, Duty.REGISTRATION)
    found = _run(request, games, seats, run_id)
    context = {
        "run": found,
        "is_applied": bool(found.order.get("is_applied")),
        "report": found.progress if "read" in found.progress else None,
        "is_there": pathlib.Path(found.order["path"]).exists(),
        "seats": seats,
    }
    template = "people_feed/progress.html" if request.headers.get("HX-Request") else (
        "people_feed/run.html"
    )  # fmt: skip
    return show(request, template, context, rows=found.progress)


@require_POST
def keep(request: HttpRequest, games_code: str, run_id: int) -> HttpResponse:
    """Register the people of a list that was looked at."""
    games, seats = duties_on(request, Duty.REGISTER, Duty.REGISTRATION)
    found = _run(request, games, seats, run_id)
    path = pathlib.Path(found.order["path"])
    if found.is_going or found.order.get("is_applied") or not path.exists():
        messages.error(request, _("This list is kept already, or gone: send it again."))
        return redirect("people_feed:bring", games_code=games.code)
    # what was looked at is what is kept: with the rights it was looked at with
    by = By(name=request.user.get_username(), now=now(), client=found.order["client"])
    new = launch_import(games=games, path=path, is_applied=True, by=by)
    return redirect("people_feed:run", games_code=games.code, run_id=new)


@require_POST
def stop(request: HttpRequest, games_code: str, run_id: int) -> HttpResponse:
    """Stop an import: nothing is changed."""
    games, seats = duties_on(request, Duty.REGISTER, Duty.REGISTRATION)
    found = _run(request, games, seats, run_id)
    ask_cancel(games_id=games.id, run_id=found.id, actor=request.user.get_username())
    return redirect("people_feed:run", games_code=games.code, run_id=found.id)


def _run(request: HttpRequest, games: GamesRow, seats: Seats, run_id: int) -> RunRow:
    """Return an import of the user's own, or any for the office."""
    mark_lost_runs()
    try:
        found = run_row(games_id=games.id, run_id=run_id)
    except UnknownRunError:
        raise Http404(str(run_id)) from None
    is_own = found.started_by == request.user.get_username() or seats.has(Duty.REGISTRATION)
    if found.planner != PLANNER or not is_own:
        raise Http404(str(run_id))
    return found
