"""The front desk, and the page of a delegation for its chef de mission."""

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow, games_today, member_id
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.ui.pages import show
from sportsbrain.village import actions, queries
from sportsbrain.village.errors import VillageError
from sportsbrain.village.forms import word
from sportsbrain.village.guards import delegation_on, token_of
from sportsbrain.village.planning import begin_stays, newest_plan
from sportsbrain.vocabulary.statuses import Role

YEAR = dt.timedelta(days=3_660)  # as far as the desk turns pages


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _today(games: GamesRow) -> dt.date:
    return games_today(games=games, now=_now())


def _before(name: str, **words: str) -> str:
    """Return an address up to its last word: a page with hundreds of them writes the rest."""
    filled = {key: word or "-" for key, word in words.items()}
    return reverse(name, kwargs=filled).removesuffix("-/")


def desk(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the front desk: who is expected, late, leaving today, and who is found."""
    seat = seat_on(request, needed=Role.PORTAL)
    own = queries.led_by(games_id=seat.games.id, user_id=int(request.user.pk or 0))
    if not seat.may_look:
        if not own:
            raise DeniedError(needed=Role.VIEWER.value, who_can=_("a planner"))
        return redirect("village:stays_of", games_code=games_code, code=own[0])
    key, today = seat.games.id, _today(seat.games)
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = today
    day = min(max(day, today - YEAR), today + YEAR)
    text = request.GET.get("q", "")[:60]
    is_named = seat.may(Role.PLANNER)
    page = queries.desk_of(games_id=key, day=day, is_named=is_named)
    context: dict[str, Any] = {
        "page": page,
        "today": today,
        "text": text,
        "found": queries.found_stays(games_id=key, text=text, is_named=is_named)
        if text.strip() else (),
        "chefs": queries.chefs_of(games_id=key),
        "may_act": seat.may(Role.PLANNER),
        "newest": newest_plan(games_id=key),
        "beds": _before("village:stays_of", games_code=games_code, code=""),
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "token": secrets.token_hex(8),
    }  # fmt: skip
    return show(request, "village/desk.html", context, rows=page)


def stays_of(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show a delegation's beds to its chef de mission and to the office."""
    seat, by = delegation_on(request, code)
    rows = queries.delegation_stays(games_id=seat.games.id, delegation=code,
                                    is_named=by is not None)  # fmt: skip
    today = _today(seat.games)
    last = max((row.after for row in rows), default=today + dt.timedelta(days=1))
    context: dict[str, Any] = {
        "code": code,
        "rows": rows,
        "lines": [
            (row, token_of("resident", games=seat.games, word=row.person) if by else "")
            for row in rows
        ],
        "me": _before("village:resident", token=""),
        "here": sum(row.stay_state == "in house" for row in rows),
        "free": queries.free_beds(games_id=seat.games.id, delegation=code, first=today,
                                  after=max(last, today + dt.timedelta(days=1)))
        if by else (),
        "today": today,
        "may_act": by is not None,
        "is_office": seat.may_look,
        "token": secrets.token_hex(8),
        "own": queries.led_by(games_id=seat.games.id, user_id=int(request.user.pk or 0)),
    }  # fmt: skip
    return show(request, "village/stays.html", context, rows=rows)


@require_POST
def begin(request: HttpRequest, games_code: str) -> HttpResponse:
    """Let the plan of the beds in force become stays."""
    games = seat_on(request, needed=Role.PLANNER).games
    by = actions.By(name=request.user.get_username(), now=_now())
    try:
        number, found = begin_stays(games=games, by=by)
    except (NothingToPlanError, VillageError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        words = _("Version %(v)d: %(c)d new, %(m)d in another bed, %(n)d other nights,"
                  " %(x)d not coming, %(h)d who have come stay where they are.")  # fmt: skip
        messages.success(request, words % {
            "v": number, "c": len(found.created), "m": len(found.moved),
            "n": len(found.other_nights), "x": len(found.cancelled), "h": len(found.held),
        })  # fmt: skip
    return redirect("village:desk", games_code=games.code)


@require_POST
def step(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Check somebody in, move, swap, let depart: once, however often the form is sent."""
    seat, by = delegation_on(request, code)
    if by is None:
        raise DeniedError(needed=Role.PLANNER.value, who_can=_("the delegation's chef de mission"))
    wanted, person = _wanted(request)
    today = _today(seat.games)
    key = f"{word(request, 'token', 24)}-{wanted}-{person}"[:64]
    given: dict[str, Any] = {"games_id": seat.games.id, "key": key, "by": by}
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "in": lambda: actions.check_in(**given, person=person, on=today),
        "out": lambda: actions.depart(**given, person=person, on=today),
        "cancel": lambda: actions.cancel_stay(**given, person=person),
        "swap": lambda: actions.swap(**given, one=person, other=word(request, "other"), on=today,
                                     why=word(request, "why", 200)),
        "move": lambda: actions.move(**given, person=person, on=today, **_bed(request),
                                     why=word(request, "why", 200)),
    }  # fmt: skip
    act = steps.get(wanted)
    if act is None:
        raise Http404(code)
    try:
        act()
    except VillageError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("%(p)s: done.") % {"p": person})
    if word(request, "from") == "desk":
        return redirect("village:desk", games_code=games_code)
    return redirect("village:stays_of", games_code=games_code, code=code)


def _wanted(request: HttpRequest) -> tuple[str, str]:
    """Return the step and the person of a form: a button of a list names both."""
    for step in ("in", "out"):
        if step in request.POST:
            return step, word(request, step)
    return word(request, "step"), word(request, "person")


def _bed(request: HttpRequest) -> dict[str, Any]:
    """Return the room and bed of ``ROOM/BED``."""
    room, _slash, bed = word(request, "bed").rpartition("/")
    if not (room and bed.isdecimal() and 0 < int(bed) < 100):
        message = _("a bed is written as its room and its number: A-101/2")
        raise VillageError(message)
    return {"room": room, "bed": int(bed) - 1}


@require_POST
def room(request: HttpRequest, games_code: str) -> HttpResponse:
    """Close a room with a reason, or open it again."""
    games = seat_on(request, needed=Role.PLANNER).games
    code, why = word(request, "room", 40), word(request, "why", 120)
    by = actions.By(name=request.user.get_username(), now=_now())
    try:
        if "open" not in request.POST and not why:
            raise VillageError(_("say why the room is closed"))
        inside = actions.close_room(games_id=games.id, room=code, by=by,
                                    why="" if "open" in request.POST else why)  # fmt: skip
    except VillageError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        if inside and "open" not in request.POST:
            words = _("%(r)s takes nobody new; %(n)d people have a bed there: move them.")
            messages.warning(request, words % {"r": code, "n": inside})
    return redirect("village:desk", games_code=games.code)


@require_POST
def chef(request: HttpRequest, games_code: str) -> HttpResponse:
    """Give the seat of a chef de mission, or take it."""
    games = seat_on(request, needed=Role.PLANNER).games
    code, name = word(request, "delegation", 20).upper(), word(request, "username", 150)
    user = member_id(games_id=games.id, username=name)
    if "remove" in request.POST:
        actions.unseat_chef(games_id=games.id, delegation=code, username=name)
    elif user is None or not code:
        messages.error(request, _("Nobody of this name has a seat in these Games."))
    else:
        actions.seat_chef(games_id=games.id, delegation=code, user_id=user, username=name)
    return redirect("village:desk", games_code=games.code)
