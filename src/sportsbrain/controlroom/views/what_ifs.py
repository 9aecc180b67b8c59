"""Pages of the control room: what-ifs, alone and side by side."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.controlroom import queries
from sportsbrain.controlroom.actions import approve_what_if, discard_what_if
from sportsbrain.controlroom.errors import UnknownWhatIfError, WhatIfStateError
from sportsbrain.controlroom.forms import NAMES, form_of
from sportsbrain.controlroom.jobs import launch_what_if
from sportsbrain.plans.actions import ask_cancel, withdraw_decision
from sportsbrain.plans.jobs import mark_lost_runs
from sportsbrain.plans.queries import decisions_of
from sportsbrain.sport.errors import PublishRefusedError
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.changes import ChangeError, change_of
from sportsbrain.vocabulary.statuses import Role

BESIDE_MAX = 6
HEADLINES = (
    ("timetable", "units_moved"),
    ("rooms", "moved_people"),
    ("demand", "spectators_elsewhen"),
    ("fleet", "vehicles"),
    ("fleet", "late_riders"),
    ("meals", "meals"),
    ("roster", "people_changed"),
    ("retail", "pieces_moved"),
    ("tickets", "tickets_moved"),
    ("tickets", "ticket_money"),
    ("fleet", "cost"),
    ("fleet", "energy_kwh"),
)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def what_ifs(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what was asked and decided, and the forms to ask."""
    seat = seat_on(request)
    games = seat.games
    mark_lost_runs()
    rows = queries.what_ifs(games=games)
    context: dict[str, Any] = {
        "rows": rows,
        "decisions": decisions_of(games_id=games.id),
        "headlines": [
            {"row": row, "figures": [f for f in _headlines(row) if f["difference"]]} for row in rows
        ],
    }
    if seat.may(Role.PLANNER):
        choices = queries.choices_of(games=games)
        context["forms"] = [
            {
                "kind": kind,
                "name": name,
                "form": form_of(kind, choices=choices, first=games.starts_on),
            }
            for kind, name in NAMES.items()
        ]
    return show(request, "controlroom/what_ifs.html", context, rows=rows)


def what_if(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Show one answer: every service before and after, with lists and reasons."""
    games = seat_on(request).games
    mark_lost_runs()
    row = _found(games, number)
    context = {"row": row, "headlines": _headlines(row)}
    is_part = bool(getattr(request, "htmx", False))
    template = "controlroom/answer.html" if is_part else "controlroom/what_if.html"
    return show(request, template, context, rows=row)


def beside(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show several what-ifs side by side."""
    games = seat_on(request).games
    numbers = [int(n) for n in request.GET.getlist("n") if n.isdecimal()][:BESIDE_MAX]
    rows = [_found(games, number) for number in numbers]
    keys: dict[tuple[str, str], dict[int, Any]] = {}
    for row in rows:
        for part in row.parts:
            for figure in part["figures"]:
                keys.setdefault((part["planner"], figure["key"]), {})[row.number] = figure
    lines = [
        {
            "planner": planner,
            "key": key,
            "before": next(iter(found.values()))["before"],
            "figures": [found.get(row.number) for row in rows],
        }
        for (planner, key), found in keys.items()
        if any(figure["difference"] for figure in found.values())
    ]
    lines.sort(key=lambda line: queries.CHAIN.index(line["planner"]))
    return show(request, "controlroom/beside.html", {"rows": rows, "lines": lines}, rows=lines)


def _headlines(row: queries.WhatIfRow) -> list[dict[str, Any]]:
    """Return the figures that one looks at first, where the answer has them."""
    found = []
    for planner, key in HEADLINES:
        part = row.part(planner)
        figures = part["figures"] if part else []
        found += [{"planner": planner, **figure} for figure in figures if figure["key"] == key]
    return found


def _found(games: Any, number: int) -> queries.WhatIfRow:
    try:
        return queries.what_if(games=games, number=number)
    except UnknownWhatIfError as error:
        raise Http404(str(error)) from error


@require_POST
def ask(request: HttpRequest, games_code: str, kind: str) -> HttpResponse:
    """Ask what a change would do, alone or on top of the changes of another what-if."""
    seat = seat_on(request, needed=Role.PLANNER)
    if kind not in NAMES:
        message = "no such change"
        raise Http404(message)
    back = redirect("controlroom:what_ifs", games_code=games_code)
    choices = queries.choices_of(games=seat.games)
    form = form_of(kind, choices=choices, data=request.POST)
    if not form.is_valid():
        words = " ".join(
            f"{form[k].label}: {' '.join(str(e) for e in v)}" for k, v in form.errors.items()
        )
        messages.error(request, _("Nothing was asked:") + f" {words}")
        return back
    together = request.POST.get("together", "")
    earlier = _found(seat.games, int(together)).changes if together.isdecimal() else ()
    zone = ZoneInfo(seat.games.time_zone)
    values = {k: v.replace(tzinfo=None) if isinstance(v, dt.datetime) else v
              for k, v in form.cleaned_data.items()}  # fmt: skip
    try:
        change = change_of({"kind": kind, **values}, zone=zone)
        number = launch_what_if(
            games=seat.games,
            changes=(*earlier, change),
            title=request.POST.get("title", "").strip(),
            actor=request.user.get_username(),
        )
    except (ChangeError, WhatIfStateError) as error:
        messages.error(request, _("Nothing was asked:") + f" {error}")
        return back
    return redirect("controlroom:what_if", games_code=games_code, number=number)


@require_POST
def approve(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Put all changed plans in force at once."""
    seat = seat_on(request, needed=Role.APPROVER)
    row = _found(seat.games, number)
    try:
        numbers = approve_what_if(
            games=seat.games, number=row.number, actor=request.user.get_username(), now=_now()
        )
    except (WhatIfStateError, PublishRefusedError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(
            request, _("Approved: %(count)d plans are in force.") % {"count": len(numbers)}
        )
    return redirect("controlroom:what_if", games_code=games_code, number=number)


@require_POST
def discard(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Leave everything as it is."""
    seat = seat_on(request, needed=Role.PLANNER)
    row = _found(seat.games, number)
    try:
        discard_what_if(
            games=seat.games, number=row.number, actor=request.user.get_username(), now=_now()
        )
    except WhatIfStateError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("controlroom:what_ifs", games_code=games_code)


@require_POST
def cancel(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Stop answering; the parts that are there stay."""
    seat = seat_on(request, needed=Role.PLANNER)
    row = _found(seat.games, number)
    if row.run is not None:
        ask_cancel(games_id=seat.games.id, run_id=row.run.id, actor=request.user.get_username())
    return redirect("controlroom:what_if", games_code=games_code, number=number)


@require_POST
def withdraw(request: HttpRequest, games_code: str, decision_id: int) -> HttpResponse:
    """Let a decided change hold no longer."""
    seat = seat_on(request, needed=Role.APPROVER)
    if withdraw_decision(
        games_id=seat.games.id,
        decision_id=decision_id,
        actor=request.user.get_username(),
        now=_now(),
    ):
        messages.success(
            request, _("Withdrawn. The plans in force stay as they are until they are made anew.")
        )
    return redirect("controlroom:what_ifs", games_code=games_code)
