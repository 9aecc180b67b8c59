"""Versions, runs, comparison, publication."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import audit_of
from sportsbrain.plans.actions import ask_cancel
from sportsbrain.plans.errors import UnknownRunError, UnknownVersionError
from sportsbrain.plans.queries import (
    RunRow,
    run_row,
    runs_of,
    version_faults,
    version_row,
    versions_of,
)
from sportsbrain.sport import queries
from sportsbrain.sport.actions import adopt_timetable, publish_timetable, sign_off
from sportsbrain.sport.errors import PublishRefusedError
from sportsbrain.sport.exports import CONTENT_TYPES, FORMATS, export_timetable
from sportsbrain.sport.forms import ClosureForm, RunForm, SignOffForm
from sportsbrain.sport.jobs import launch_run, mark_lost_runs
from sportsbrain.sport.planning import PLANNER, Order
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.statuses import Role

FAULTS_SHOWN = 80


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def versions(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show all versions, and the form of a new run."""
    row = seat_on(request).games
    mark_lost_runs()
    found = versions_of(games_id=row.id, planner=PLANNER)
    context = {
        "versions": found,
        "runs": runs_of(games_id=row.id, planner=PLANNER),
        "form": RunForm(),
        "closure_form": ClosureForm(),
        "venues": queries.venues(games=row),
    }
    return show(request, "sport/versions.html", context, rows=found)


def version(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Show one version: its terms against the best possible, its faults, what one may do."""
    row = seat_on(request).games
    try:
        found = version_row(games_id=row.id, planner=PLANNER, number=number)
    except UnknownVersionError as error:
        raise Http404(str(error)) from error
    faults = version_faults(games_id=row.id, planner=PLANNER, number=number, rows_max=FAULTS_SHOWN)
    terms = sorted(found.terms, key=lambda t: -t["value"] * t["weight"])
    most = max((t["value"] * t["weight"] for t in terms), default=1) or 1
    context = {
        "version": found,
        "terms": [
            {
                **t,
                "cost": t["value"] * t["weight"],
                "width": round(100 * t["value"] * t["weight"] / most, 1),
                "least": round(100 * t["bound"] * t["weight"] / most, 1),
            }
            for t in terms
            if t["weight"]
        ],
        "faults": faults,
        "by_rule": found.statistics.get("by_rule", {}),
        "sign_offs": queries.sign_offs(games=row, version_id=found.id),
        "formats": FORMATS,
        "reasons": found.statistics.get("reasons", []),
        "others": [v for v in versions_of(games_id=row.id, planner=PLANNER) if v.number != number],
    }
    return show(request, "sport/version.html", context, rows={"version": found, "faults": faults})


def compare(request: HttpRequest, games_code: str, one: int, other: int) -> HttpResponse:
    """Show two versions beside each other."""
    row = seat_on(request).games
    try:
        found = queries.compare_timetables(games=row, one=str(one), other=str(other))
    except UnknownVersionError as error:
        raise Http404(str(error)) from error
    context = {"one": one, "other": other, **found, "moved_count": len(found["moved"])}
    context["moved"] = found["moved"][:300]
    return show(request, "sport/compare.html", context, rows=found)


def run(request: HttpRequest, games_code: str, run_id: int) -> HttpResponse:
    """Show a run: bound and objective as they come."""
    row = seat_on(request).games
    mark_lost_runs()
    found = _run(row.id, run_id)
    return show(request, "sport/run.html", {"run": found}, rows=found)


def _run(games_id: int, run_id: int) -> RunRow:
    """Return a run of this planner; those of others are shown where they belong."""
    try:
        found = run_row(games_id=games_id, run_id=run_id)
    except UnknownRunError as error:
        raise Http404(str(error)) from error
    if found.planner != PLANNER:
        name = found.planner
        message = f"run {run_id} is of the {name} planner: see `sportsbrain check {name}`"
        raise Http404(message)
    return found


@require_POST
def start_run(request: HttpRequest, games_code: str) -> HttpResponse:
    """Start a run."""
    seat = seat_on(request, needed=Role.PLANNER)
    form = RunForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"The run was not started: {form.errors.as_text()}")
        return redirect("sport:versions", games_code=games_code)
    order = Order(
        seconds=form.cleaned_data["seconds"],
        seed=form.cleaned_data["seed"],
        from_version=form.cleaned_data["from_version"],
    )
    run_id = launch_run(games_id=seat.games.id, order=order, actor=request.user.get_username())
    return redirect("sport:run", games_code=games_code, run_id=run_id)


@require_POST
def cancel_run(request: HttpRequest, games_code: str, run_id: int) -> HttpResponse:
    """Ask a run to stop; its best so far is kept."""
    seat = seat_on(request, needed=Role.PLANNER)
    _run(seat.games.id, run_id)
    ask_cancel(games_id=seat.games.id, run_id=run_id, actor=request.user.get_username())
    return redirect("sport:run", games_code=games_code, run_id=run_id)


@require_POST
def publish(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Put a version in force, or roll back to it."""
    seat = seat_on(request, needed=Role.APPROVER)
    try:
        publish_timetable(
            games=seat.games, number=number, actor=request.user.get_username(), now=_now()
        )
    except PublishRefusedError as error:
        messages.error(request, str(error))
        return redirect("sport:version", games_code=games_code, number=number)
    messages.success(request, f"Timetable {number} is in force.")
    return redirect("sport:notices", games_code=games_code, number=number)


@require_POST
def adopt(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Make a version's times facts."""
    seat = seat_on(request, needed=Role.APPROVER)
    changed = adopt_timetable(
        games=seat.games, number=number, actor=request.user.get_username(), now=_now()
    )
    messages.success(request, f"Timetable {number} adopted: {changed} units changed.")
    return redirect("sport:version", games_code=games_code, number=number)


@require_POST
def sign(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Keep a delegate's word; a delegate speaks for the own discipline only."""
    seat = seat_on(request, needed=Role.DELEGATE)
    form = SignOffForm(request.POST)
    if form.is_valid():
        code = form.cleaned_data["discipline_code"].upper()
        if seat.role is Role.DELEGATE and seat.discipline_code != code:
            messages.error(request, f"You speak for {seat.discipline_code}, not for {code}.")
        else:
            sign_off(
                games=seat.games,
                number=number,
                discipline_code=code,
                is_agreed=form.cleaned_data["is_agreed"],
                remark=form.cleaned_data["remark"],
                actor=request.user.get_username(),
            )
            messages.success(request, f"Your word on {code} is kept.")
    return redirect("sport:version", games_code=games_code, number=number)


def notices(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Show who is affected by a version, against the one before it."""
    row = seat_on(request).games
    before = next(
        (
            v.number
            for v in versions_of(games_id=row.id, planner=PLANNER)
            if v.number != number and v.published_at is not None
        ),
        None,
    )
    rows = queries.affected(games=row, number=number, before=before)
    context = {"number": number, "before": before, "rows": rows}
    return show(request, "sport/notices.html", context, rows=rows)


def export(request: HttpRequest, games_code: str, name: str, file_format: str) -> HttpResponse:
    """Send a timetable as a file."""
    row = seat_on(request).games
    if file_format not in FORMATS or not (name == "held" or name.isdecimal()):
        message = "no such file"
        raise Http404(message)
    try:
        content = export_timetable(games=row, name=name, file_format=file_format)
    except UnknownVersionError as error:
        raise Http404(str(error)) from error
    response = HttpResponse(content, content_type=CONTENT_TYPES[file_format])
    response["Content-Disposition"] = (
        f'attachment; filename="{row.code}-timetable-{name}.{file_format}"'
    )
    return response


def audit(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show who did what."""
    rows = audit_of(games_id=seat_on(request).games.id)
    return show(request, "sport/audit.html", {"rows": rows}, rows=rows)
