"""The operators' console: which units are on, the results of one, decisions on medals."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.channel.actions import (
    hold_results,
    release_results,
    retract_results,
    tell_medals,
    tell_results,
    withdraw_medals,
)
from sportsbrain.channel.exports.words import firmness_word, medal_word, state_word
from sportsbrain.channel.forms import typed_results
from sportsbrain.channel.queries import board_of, console_of
from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import games_clock
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.results import MEDAL_KINDS
from sportsbrain.vocabulary.statuses import ResultStatus, Role
from sportsbrain.world.errors import ResultError, UnknownFactError
from sportsbrain.world.queries import FactLine

BLANK_LINES = 3
SHOWN = ("rank", "value", "win_loss", "irregularity", "qualified", "start_order")


def board(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the units of a day with how firm their results are."""
    del games_code
    games = seat_on(request).games
    timezone.activate(ZoneInfo(games.time_zone))
    now = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = min(max(now.astimezone(ZoneInfo(games.time_zone)).date(), games.starts_on),
                  games.ends_on)  # fmt: skip
    page = board_of(games=games, day=day, text=request.GET.get("q", "").replace("\x00", "")[:60])
    rows = [(u, state_word(u.schedule_status), firmness_word(u.result_status)) for u in page.units]
    return show(request, "channel/board.html", {"page": page, "units": rows}, rows=page)


def console(request: HttpRequest, games_code: str, unit: str) -> HttpResponse:
    """Show the results of a unit as a table to type in, and take what was typed."""
    seat = seat_on(request, needed=Role.PLANNER if request.method == "POST" else Role.VIEWER)
    games = seat.games
    timezone.activate(ZoneInfo(games.time_zone))
    status = 200
    typed = None
    wrong: tuple[str, ...] = ()
    if request.method == "POST":
        typed = typed_results(request.POST)
        wrong = typed.wrong
        if not wrong and typed.status is not None:
            try:
                tell_results(
                    games=games, unit=unit, status=typed.status, results=typed.results,
                    version=typed.version, reason=typed.reason,
                    actor=request.user.get_username(),
                    now=games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC)),
                )  # fmt: skip
            except (ResultError, UnknownFactError) as error:
                wrong = (str(error),)
            else:
                messages.success(request, _("Recorded, and on its way to everybody."))
                return redirect("channel:console", games_code=games_code, unit=unit)
        status = 422
    page = console_of(games=games, unit=unit)
    if page is None:
        message = f"there is no unit {unit!r}"
        raise Http404(message)
    context: dict[str, Any] = {
        "page": page,
        "lines": typed.results if wrong and typed else page.unit.standings,
        "blanks": range(BLANK_LINES),
        "statuses": [(one.value, firmness_word(one.value)) for one in ResultStatus],
        "chosen": request.POST.get("status", page.unit.result_status or "START_LIST"),
        "reason": request.POST.get("reason", ""),
        "firm": firmness_word(page.unit.result_status),
        "wrong": wrong,
        "history": [_change(row) for row in page.history],
        "kinds": [(kind, medal_word(kind)) for kind in MEDAL_KINDS],
        "medals": [(medal_word(kind), code) for kind, code in page.medals],
    }
    answer = show(request, "channel/console.html", context, rows=page)
    answer.status_code = status
    return answer


def _change(row: FactLine) -> dict[str, Any]:
    """Return a change as people read it: who, by whom, each value before and after."""
    return {
        "at": row.recorded_at, "who": row.code.rpartition("/")[2],
        "by": row.fact_source.partition(":")[2] or row.fact_source,
        "values": [] if "gone" in row.after else [
            (name.replace("_", " "), row.before[name], row.after.get(name))
            for name in row.before if name in SHOWN
        ],
    }  # fmt: skip


@require_POST
def decide(request: HttpRequest, games_code: str, unit: str) -> HttpResponse:
    """Record an official decision on the medals of the unit's event, or withdraw it."""
    seat = seat_on(request, needed=Role.APPROVER)
    page = console_of(games=seat.games, unit=unit)
    if page is None:
        message = f"there is no unit {unit!r}"
        raise Http404(message)
    given: Any = {
        "games": seat.games, "event": page.unit.event_code, "actor": request.user.get_username(),
        "now": games_clock(games_id=seat.games.id, now=dt.datetime.now(dt.UTC)),
    }  # fmt: skip
    if "withdraw" in request.POST:
        withdraw_medals(**given)
        messages.success(request, _("Withdrawn: medals follow from the results again."))
        return redirect("channel:console", games_code=games_code, unit=unit)
    medals = [
        (kind, code.strip()) for kind in MEDAL_KINDS
        for code in request.POST.get(kind, "").replace(",", " ").split()
    ]  # fmt: skip
    try:
        tell_medals(medals=medals, reason=request.POST.get("reason", ""), **given)
    except (ResultError, UnknownFactError) as error:
        messages.error(request, _("Nothing was decided:") + f" {error}")
    else:
        messages.success(request, _("Decided, and on its way to everybody."))
    return redirect("channel:console", games_code=games_code, unit=unit)


@require_POST
def keep_back(request: HttpRequest, games_code: str, unit: str) -> HttpResponse:
    """Hold the results of a unit from fans, release them, or take them back."""
    seat = seat_on(request, needed=Role.PLANNER)
    given: Any = {
        "games": seat.games, "unit": unit, "actor": request.user.get_username(),
        "now": games_clock(games_id=seat.games.id, now=dt.datetime.now(dt.UTC)),
    }  # fmt: skip
    reason = request.POST.get("reason", "")
    verb = request.POST.get("verb", "")
    try:
        if verb == "release":
            release_results(**given)
            messages.success(request, _("Released: fans see the results again."))
        elif verb == "hold":
            hold_results(reason=reason, **given)
            messages.success(request, _("Held: fans see that it is being checked."))
        elif verb == "retract":
            retract_results(reason=reason, **given)
            messages.success(request, _("Taken back: fans see who starts and no result."))
        else:
            return HttpResponseBadRequest("hold, release or retract")
    except UnknownFactError as error:
        raise Http404(str(error)) from None
    except ResultError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("channel:console", games_code=games_code, unit=unit)
