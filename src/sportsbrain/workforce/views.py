"""Pages of the workforce: teams for those who lead, shifts on a phone for those who work."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.statuses import Role, ShiftReply
from sportsbrain.workforce import queries
from sportsbrain.workforce.actions import answer_shift
from sportsbrain.workforce.errors import ShiftError
from sportsbrain.workforce.planning import take_shift

MEMBERS_A_PAGE = 40
SIGNER = Signer(salt="workforce.shifts")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def token_of(*, games: GamesRow, person: str) -> str:
    """Return the token of somebody's own page."""
    return SIGNER.sign(f"{games.code}~{person}")


def _person_of(token: str) -> tuple[GamesRow, str]:
    try:
        code, _tilde, person = SIGNER.unsign(token).partition("~")
    except BadSignature as error:
        message = "this link is not one of ours; ask your team leader for a new one"
        raise Http404(message) from error
    games = get_games(code=code)
    if games is None:
        message = "these Games are over"
        raise Http404(message)
    return games, person


def rosters(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show all teams: how many people, which shifts are open."""
    page = queries.roster_page(games=seat_on(request).games)
    if page is None:
        return show(request, "workforce/nothing.html", {}, rows=[])
    return show(request, "workforce/rosters.html", {"page": page}, rows=page)


def team(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show one team day by day, with each person's link."""
    seat = seat_on(request)
    page = queries.team_page(games=seat.games, code=code)
    if page is None:
        message = f"no team {code}"
        raise Http404(message)
    links = {}
    if seat.may(Role.PLANNER):
        links = {m.code: token_of(games=seat.games, person=m.code) for m in page.members}
    text = request.GET.get("person", "").strip().upper()
    members = [m for m in page.members if text in m.code.upper()]
    part = Paginator(members, MEMBERS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "part": part,
        "rows": [{"member": m, "token": links.get(m.code, "")} for m in part],
        "text": text,
    }
    return show(request, "workforce/team.html", context, rows=page)


@require_POST
def absent(request: HttpRequest, games_code: str) -> HttpResponse:
    """Note that somebody did not come; the shift is offered to the team."""
    seat = seat_on(request, needed=Role.PLANNER)
    person, code = request.POST.get("person", ""), request.POST.get("team", "")
    _answer(request, seat.games, person, ShiftReply.ABSENT, actor=request.user.get_username())
    try:
        return redirect("workforce:team", games_code=games_code, code=code)
    except NoReverseMatch:  # no team was named
        return redirect("workforce:rosters", games_code=games_code)


def shifts(request: HttpRequest, token: str) -> HttpResponse:
    """Show somebody's own shifts, on a phone."""
    games, person = _person_of(token)
    timezone.activate(ZoneInfo(games.time_zone))
    rows = queries.shifts_of(games=games, person=person)
    team_code = queries.team_of(games=games, person=person)
    busy = {row.day for row in rows}
    context: dict[str, Any] = {
        "games": games,
        "person": person,
        "token": token,
        "team": team_code,
        "rows": rows,
        "waiting": sum(1 for row in rows if not row.reply),
        "vouchers": sum(1 for row in rows if row.reply == ShiftReply.ACCEPTED),
        "open": [
            row
            for row in queries.open_shifts(games=games, team=team_code)
            if row.day not in busy and row.given_by != person
        ]
        if team_code
        else [],
    }
    return render(request, "workforce/shifts.html", context)


@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Take somebody's word on a shift."""
    games, person = _person_of(token)
    reply = ShiftReply.DECLINED if request.POST.get("reply") == "declined" else ShiftReply.ACCEPTED
    _answer(request, games, person, reply, actor=person)
    return redirect("workforce:shifts", token=token)


def _answer(
    request: HttpRequest, games: GamesRow, person: str, reply: ShiftReply, *, actor: str
) -> None:
    day, shift = request.POST.get("day", ""), request.POST.get("shift", "")
    if not (day.isdecimal() and shift.isdecimal()):
        messages.error(request, _("Nothing was kept: say which shift."))
        return
    try:
        answer_shift(
            games=games,
            person=person,
            day=int(day),
            shift=int(shift),
            reply=reply,
            actor=actor,
            now=_now(),
        )
    except ShiftError as error:
        messages.error(request, _("Nothing was kept:") + f" {error}")
    else:
        messages.success(request, _("Thank you, your word is kept."))


@require_POST
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Take a shift that another gave away."""
    games, person = _person_of(token)
    day, shift = request.POST.get("day", ""), request.POST.get("shift", "")
    if not (day.isdecimal() and shift.isdecimal()):
        messages.error(request, _("Nothing was kept: say which shift."))
        return redirect("workforce:shifts", token=token)
    try:
        take_shift(
            games=games,
            person=person,
            given_by=request.POST.get("given_by", ""),
            day=int(day),
            shift=int(shift),
            now=_now(),
        )
    except ShiftError as error:
        messages.error(request, _("You can not take it:") + f" {error}")
    else:
        messages.success(request, _("It is yours. Thank you!"))
    return redirect("workforce:shifts", token=token)
