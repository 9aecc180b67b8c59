"""Life in the village: what is asked for and broken, lost and found, told; pages by a link."""

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow, games_clock, games_today
from sportsbrain.credentials.errors import KeyMissingError
from sportsbrain.credentials.queries import inside_rows
from sportsbrain.ui.codes import qr_svg
from sportsbrain.ui.pages import EVERYWHERE, show
from sportsbrain.village import actions, queries
from sportsbrain.village.errors import VillageError
from sportsbrain.village.forms import day as day_of
from sportsbrain.village.forms import moment, word
from sportsbrain.village.forms import number as number_of
from sportsbrain.village.guards import delegation_on, token_of, word_of
from sportsbrain.village.planning import hall_rows
from sportsbrain.vocabulary.statuses import Role

LANGUAGES = ("en", "fr", "ar")
HOUR, CODES_A_PAGE = dt.timedelta(hours=1), 60


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def services(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what is open by when it is due, how long things take, lost and found, what is told."""
    del games_code
    seat = seat_on(request)
    key = seat.games.id
    now = games_clock(games_id=key, now=_now())
    team = request.GET.get("team", "").replace("\x00", "")[:16]
    rows = queries.request_rows(games_id=key, now=now, team=team)
    clocks = queries.clock_rows(games_id=key, now=now)
    context: dict[str, Any] = {
        "rows": rows,
        "late": [row for row in rows if row.minutes_left < 0],
        "clocks": clocks,
        "team": team,
        "teams": sorted({row.team for row in clocks}),
        "kinds": queries.service_kinds(games_id=key),
        "found": queries.found_rows(games_id=key),
        "told": queries.announcement_rows(games_id=key, now=now, language=get_language() or "en"),
        "inside": inside_rows(games_id=key),
        "may_act": seat.may(Role.PLANNER),
        "until": (now + 24 * HOUR).astimezone(ZoneInfo(seat.games.time_zone)),
    }
    return show(request, "village/services.html", context, rows={"open": rows, "clocks": clocks})


@require_POST
def service_step(request: HttpRequest, games_code: str) -> HttpResponse:
    """Open, take, close a request; keep and hand over what was found; tell residents."""
    games = seat_on(request, needed=Role.PLANNER).games
    now = games_clock(games_id=games.id, now=_now())
    by = actions.By(name=request.user.get_username(), now=now)
    given: dict[str, Any] = {"games_id": games.id, "by": by}
    number, step = number_of(request, "number"), word(request, "step", 12)
    steps: dict[str, Callable[[], Any]] = {
        "begin": lambda: actions.save_service_kinds(games_id=games.id),
        "open": lambda: actions.open_request(
            **given, kind=word(request, "kind", 20), place=word(request, "place", 80),
            text=word(request, "text", 400)),
        "take": lambda: actions.take_request(**given, number=number),
        "done": lambda: actions.close_request(**given, number=number,
                                              answer=word(request, "answer", 400)),
        "cancel": lambda: actions.close_request(**given, number=number, is_cancelled=True),
        "found": lambda: actions.keep_found(
            games_id=games.id, text=word(request, "text", 200), place=word(request, "place", 80),
            shelf=word(request, "shelf", 40), found_at=now),
        "hand": lambda: actions.hand_over(**given, thing=number_of(request, "thing"),
                                          number=number or None),
        "tell": lambda: actions.announce(
            **given, texts={lang: word(request, f"text_{lang}", 600) for lang in LANGUAGES},
            starts_at=now, ends_at=_until(request, games),
            delegation=word(request, "delegation", 20).upper(),
            is_urgent="urgent" in request.POST),
        "untell": lambda: actions.end_announcement(games_id=games.id, number=number, now=now),
    }  # fmt: skip
    if step not in steps:
        raise Http404(step)
    try:
        steps[step]()
    except VillageError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("Done."))
    return redirect("village:services", games_code=games_code)


def _until(request: HttpRequest, games: GamesRow) -> dt.datetime:
    found = moment(request, "until", ZoneInfo(games.time_zone))
    if found is None:
        raise VillageError(_("say until when"))
    return found


def assets(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show codes to print and stick on things: who scans one reports what is wrong with it."""
    games = seat_on(request, needed=Role.PLANNER).games
    rows = queries.asset_rows(games_id=games.id)
    part = Paginator(rows, CODES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [
            (row, qr_svg(_address(request, "asset", games, row.code), label=row.title))
            for row in part
        ],
        "count": len(rows),
        "part": part,
    }
    return show(request, "village/assets.html", context, rows=rows)


def _address(request: HttpRequest, kind: str, games: GamesRow, word: str) -> str:
    token = token_of(kind, games=games, word=word)
    return request.build_absolute_uri(reverse(f"village:{kind}", kwargs={"token": token}))


def asset(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever scanned a code say what is wrong: the same again is counted, not doubled."""
    games, code = word_of("asset", token)
    thing = next(iter(queries.asset_rows(games_id=games.id, code=code)), None)
    if thing is None:
        raise Http404(code)
    kinds = [row for row in queries.service_kinds(games_id=games.id) if row.code != "lost"]
    told = ""
    if request.method == "POST":
        told = _report(request, games, asset=code)
        if not told:
            return redirect("village:asset", token=token)
    context = {"games": games, "thing": thing, "kinds": kinds, "token": token, "wrong": told}
    return render(request, "village/asset.html", context, status=422 if told else 200)


def _report(request: HttpRequest, games: GamesRow, **where: str) -> str:
    """Open a request of a resident; return what is wrong with it, nothing when it is kept."""
    now = games_clock(games_id=games.id, now=_now())
    by = actions.By(name="resident", now=now)
    try:
        _request, is_new = actions.open_request(
            games_id=games.id, kind=word(request, "kind", 20), text=word(request, "text", 400),
            by=by, **where,
        )  # fmt: skip
    except VillageError as error:
        return str(error)
    new, known = _("Thank you. Somebody will come."), _("Thank you. We know of it already.")
    messages.success(request, new if is_new else known)
    return ""


def resident(request: HttpRequest, token: str) -> HttpResponse:
    """Show a resident the own page: bed, pass, what is told, how full it is, what to report."""
    games, person = word_of("resident", token)
    zone = ZoneInfo(games.time_zone)
    timezone.activate(zone)
    now = games_clock(games_id=games.id, now=_now())
    stay = queries.stay_of(games_id=games.id, person=person)
    told = ""
    if request.method == "POST" and stay is not None:
        told = _report(request, games, place=f"{stay.building} {stay.room}",
                       delegation=stay.delegation)  # fmt: skip
        if not told:
            return redirect("village:resident", token=token)
    context: dict[str, Any] = {
        "games": games,
        "token": token,
        "stay": stay,
        "code": _pass(games, person, now),
        "told": queries.announcement_rows(
            games_id=games.id, now=now, language=get_language() or "en",
            delegation=stay.delegation if stay else "",
            building=stay.building if stay else "",
        ),
        "kinds": queries.service_kinds(games_id=games.id),
        "halls": hall_rows(games=games, now=now),
        "wrong": told,
        "worker": reverse("village:resident_worker", kwargs={"token": token}),
    }  # fmt: skip
    response = render(request, "village/resident.html", context, status=422 if told else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def _pass(games: GamesRow, person: str, now: dt.datetime) -> str:
    """Return a resident's pass as a picture; nothing without a bed or a key."""
    try:
        text = actions.resident_pass(games=games, person=person, now=now)
    except KeyMissingError:
        return ""
    return qr_svg(text, label=_("Pass")) if text else ""


def resident_worker(request: HttpRequest, token: str) -> HttpResponse:
    """Return the script that keeps the resident's page, with its pass, on the phone."""
    games, _person = word_of("resident", token)
    context = {"kept": f"resident-{games.code}", "files": [static(name) for name in EVERYWHERE],
               "live": "never.json"}  # fmt: skip
    return render(request, "ui/worker.js", context, content_type="text/javascript")


def guest(request: HttpRequest, token: str) -> HttpResponse:
    """Show a guest the pass of the day."""
    games, own = word_of("guest", token)
    now = games_clock(games_id=games.id, now=_now())
    row = queries.guest_row(games_id=games.id, guest=int(own))
    code = ""
    if row is not None:
        try:
            text = actions.guest_pass(games=games, guest=row.id, now=now)
        except KeyMissingError:
            text = None
        code = qr_svg(text, label=_("Pass")) if text else ""
    response = render(request, "village/guest.html", {"games": games, "row": row, "code": code})
    response["Cache-Control"] = "private, no-store"
    return response


def guests(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show a delegation its guests with their links, and invite another."""
    seat, by = delegation_on(request, code)
    today = games_today(games=seat.games, now=_now())
    if request.method == "POST":
        if by is None:
            raise DeniedError(needed=Role.PLANNER.value,
                              who_can=_("the delegation's chef de mission"))  # fmt: skip
        _guest_step(request, seat.games, code, by)
        return redirect("village:guests", games_code=games_code, code=code)
    rows = queries.guest_rows(games_id=seat.games.id, delegation=code, since=today) if by else ()
    stays = queries.delegation_stays(games_id=seat.games.id, delegation=code,
                                     is_named=by is not None)  # fmt: skip
    context: dict[str, Any] = {
        "code": code,
        "rows": [(row, token_of("guest", games=seat.games, word=str(row.id))) for row in rows],
        "hosts": [row for row in stays if row.stay_state == "in house"],
        "may_act": by is not None,
        "today": today,
        "token": secrets.token_hex(8),
        "own": queries.led_by(games_id=seat.games.id, user_id=int(request.user.pk or 0)),
    }
    return show(request, "village/guests.html", context, rows=rows)


def _guest_step(request: HttpRequest, games: GamesRow, code: str, by: actions.By) -> None:
    try:
        if "remove" in request.POST:
            actions.uninvite(games_id=games.id, guest=number_of(request, "guest"), by=by)
        else:
            day = day_of(request, "day")
            if day is None:
                raise VillageError(_("say for which day"))
            actions.invite(games=games, key=f"{word(request, 'token', 16)}-guest", day=day,
                           delegation=code, name=word(request, "name", 120),
                           host=word(request, "host"), by=by)  # fmt: skip
    except VillageError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("Done."))
