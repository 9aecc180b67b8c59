"""Pages of the live control room: the situation, alerts, incidents, the log, what is around."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.actions import begin_exercise
from sportsbrain.committee.errors import ExerciseError
from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom import actions, queries
from sportsbrain.controlroom.actions import By
from sportsbrain.controlroom.errors import RoomError, UnknownThingError
from sportsbrain.controlroom.exports import cap_xml, pack_pdf
from sportsbrain.controlroom.forms import chain_steps, playbook_steps, suggestion
from sportsbrain.controlroom.jobs import launch_what_if
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.changes import ChangeError
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.queries import site_facts

STATION = "room-station"
LOG_ROWS = 200
LONG_AGO = dt.timedelta(days=36_500)  # what is before the calendar's beginning can't be said


def _by(request: HttpRequest, games: GamesRow) -> By:
    """Return who does something: the person at the station that was chosen, by the Games' clock."""
    return actions.by_clock(
        games_id=games.id,
        real_now=dt.datetime.now(dt.UTC),
        name=request.user.get_username(),
        station=str(request.session.get(STATION, "")) or "control room",
        on_behalf_of=request.POST.get("on_behalf_of", "").strip()[:150],
    )


def _moment(request: HttpRequest, games: GamesRow, now: dt.datetime) -> tuple[dt.datetime, bool]:
    """Return the moment to show, and whether it is a past one that was asked for."""
    try:
        asked = dt.datetime.fromisoformat(request.GET.get("at", ""))
    except ValueError:
        return now, False
    if asked.tzinfo is None:
        asked = asked.replace(tzinfo=ZoneInfo(games.time_zone))
    return (asked, True) if now - LONG_AGO < asked < now else (now, False)


def situation(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what needs somebody now, or what did at a past moment."""
    seat = seat_on(request)
    games = seat.games
    by = _by(request, games)
    moment, is_past = _moment(request, games, by.now)
    may_read_all = seat.may(Role.APPROVER)
    found = queries.situation(
        games=games, moment=moment, is_past=is_past, may_read_all=may_read_all
    )
    day = moment.astimezone(ZoneInfo(games.time_zone)).replace(hour=0, minute=0, second=0)
    context: dict[str, Any] = {
        "page": found,
        "now": moment,
        "is_past": is_past,
        "watchers": queries.watchers(games=games, real_now=dt.datetime.now(dt.UTC)),
        "need": [v for v in found.venues if v.level in {"bad", "warn"}],
        "open_alerts": [a for a in found.alerts if a.alert_state == "open"],
        "lines": queries.log_rows(
            games_id=games.id, until=moment, kinds=("line", "incident.noted"), rows_max=8
        ),
        "slider": {
            "first": day,
            "last": by.now,
            "minutes": max(1, int((by.now - day).total_seconds() // 60)),
            "at": int((moment - day).total_seconds() // 60),
        },
        **_choices(request, games),
    }
    is_part = request.GET.get("part") == "1"
    template = "controlroom/board.html" if is_part else "controlroom/situation.html"
    return show(request, template, context, rows=found)


def _choices(request: HttpRequest, games: GamesRow) -> dict[str, Any]:
    rules = queries.room_rules(games)
    return {
        "stations": rules["stations"],
        "areas": rules["areas"],
        "station": request.session.get(STATION, ""),
        "sites": sorted(site_facts(games_id=games.id), key=lambda s: s.name),
    }


def venue(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show one venue: its sessions, gates, alerts, incidents, run sheet and readiness."""
    seat = seat_on(request)
    games = seat.games
    by = _by(request, games)
    moment, is_past = _moment(request, games, by.now)
    may_read_all = seat.may(Role.APPROVER)
    found = queries.situation(
        games=games, moment=moment, is_past=is_past, may_read_all=may_read_all
    )
    tile = next((v for v in found.venues if v.code == code), None)
    if tile is None:
        message = f"no venue {code}"
        raise Http404(message)
    rules = queries.room_rules(games)
    said = queries.newest_by_key(games_id=games.id, kind="readiness.said", until=moment)
    day = moment.astimezone(ZoneInfo(games.time_zone)).date()
    sheet = queries.run_sheet(games=games, venue=code, date=day)
    marks = queries.newest_by_key(games_id=games.id, kind="run_sheet.done", until=moment)
    context = {
        "page": found,
        "tile": tile,
        "now": moment,
        "day": day,
        "alerts": [a for a in found.alerts if a.venue == code],
        "incidents": [i for i in found.incidents if i.venue == code],
        "readiness": [(row, said.get(f"{code}/{row['code']}")) for row in rules["readiness"]],
        "sheet": [(row, marks.get(row.key)) for row in sheet],
    }
    return show(request, "controlroom/venue.html", context, rows=tile)


def alert(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Show one alert: its signals, its calls, and what may mend it."""
    games = seat_on(request).games
    page = queries.alert_page(games=games, number=number)
    if page is None:
        message = f"no alert {number}"
        raise Http404(message)
    rule = queries.kind_rules(queries.room_rules(games)).get(page.alert.kind)
    context = {"page": page, "rule": rule, "now": _by(request, games).now}
    return show(request, "controlroom/alert.html", context, rows=page)


def incident(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Show one incident: its story and its tasks."""
    seat = seat_on(request)
    games = seat.games
    page = queries.incident_page(games=games, number=number)
    if page is None or (page.incident.is_confidential and not seat.may(Role.APPROVER)):
        message = f"no incident {number} for you"
        raise Http404(message)
    rules = queries.room_rules(games)
    context = {
        "page": page,
        "now": _by(request, games).now,
        "story": queries.log_rows(
            games_id=games.id, incident=number, may_read_all=True, rows_max=LOG_ROWS
        ),
        "playbooks": list(queries.playbooks_of(games=games, rules=rules).values()),
    }
    return show(request, "controlroom/incident.html", context, rows=page)


def log(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the log, and whether its chain is whole."""
    seat = seat_on(request)
    chain = queries.check_chain(games_id=seat.games.id)
    rows = queries.log_rows(
        games_id=seat.games.id, may_read_all=seat.may(Role.APPROVER), rows_max=LOG_ROWS
    )
    context = {"rows": rows, "chain": chain}
    return show(request, "controlroom/log.html", context, rows={"chain": chain, "rows": rows})


def figures(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show how the alarms behave: rate, floods, worst sources, stale and chattering ones."""
    games = seat_on(request).games
    found = queries.figures(games=games, until=_by(request, games).now)
    most = max((n for _, n in found.hours), default=0) or 1
    context = {
        "page": found,
        "bars": [(at, n, round(100 * n / most)) for at, n in found.hours],
        "kinds": queries.kind_rules(queries.room_rules(games)).values(),
        **_choices(request, games),
    }
    return show(request, "controlroom/figures.html", context, rows=found)


def setup(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show escalation chains, playbooks and the exercise."""
    games = seat_on(request).games
    rules = queries.room_rules(games)
    context = {
        "chains": list(queries.chains_of(games=games, rules=rules).values()),
        "playbooks": list(queries.playbooks_of(games=games, rules=rules).values()),
        "now": _by(request, games).now,
    }
    return show(request, "controlroom/setup.html", context)


def handovers(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what is open as a note for the next shift, and the notes before."""
    games = seat_on(request).games
    context = {
        "items": queries.open_items(games=games),
        "rows": queries.handovers(games=games),
        **_choices(request, games),
    }
    return show(request, "controlroom/handovers.html", context, rows=context["rows"])


def pack(request: HttpRequest, games_code: str) -> HttpResponse:
    """Answer with the printed pack of now."""
    games = seat_on(request).games
    content = pack_pdf(games=games, moment=_by(request, games).now)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="control-room.pdf"'
    return response


def cap(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Answer with an incident as CAP 1.2."""
    seat = seat_on(request, needed=Role.PLANNER)
    page = queries.incident_page(games=seat.games, number=number)
    if page is None or (page.incident.is_confidential and not seat.may(Role.APPROVER)):
        message = f"no incident {number} for you"
        raise Http404(message)
    sender = f"control-room@{request.get_host().partition(':')[0]}"
    sent_at = _by(request, seat.games).now
    content = cap_xml(games=seat.games, page=page, sender=sender, sent_at=sent_at)
    return HttpResponse(content, content_type="application/cap+xml")


@require_POST
def station(request: HttpRequest, games_code: str) -> HttpResponse:
    """Choose the station that one works at."""
    seat_on(request)
    request.session[STATION] = request.POST.get("station", "")[:80]
    return redirect("controlroom:situation", games_code=games_code)


@require_POST
def act(request: HttpRequest, games_code: str, what: str) -> HttpResponse:
    """Do one thing of the room; what can't be done says why, and nothing is changed."""
    needed = Role.APPROVER if what in FOR_FEW else Role.PLANNER
    venue = _venue(request, seat_on(request).games, what)
    seat = seat_on(request, needed=needed, venue=venue)
    games = seat.games
    doing = DOES.get(what)
    if doing is None or (_is_hidden(request, games, what) and not seat.may(Role.APPROVER)):
        message = "no such thing to do"
        raise Http404(message)
    try:
        words = doing(request, games, _by(request, games))
    except UnknownThingError as error:
        raise Http404(str(error)) from error
    except (RoomError, ExerciseError, ChangeError, ValueError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        if words:
            messages.success(request, words)
    back = request.POST.get("back", "")
    if back.startswith(f"/games/{games_code}/"):
        return redirect(back)
    return redirect("controlroom:situation", games_code=games_code)


def _is_hidden(request: HttpRequest, games: GamesRow, what: str) -> bool:
    """Tell whether something is done to a confidential incident or its tasks."""
    number = _named(request, OF_INCIDENT.get(what, ""))
    if number is None:
        return False
    if what in OF_TASK:
        return queries.is_task_hidden(games=games, number=number)
    return queries.is_incident_hidden(games=games, number=number)


def _venue(request: HttpRequest, games: GamesRow, what: str) -> str:
    """Return where something is done: the venue that is named, or that of its alert or incident."""
    own = request.POST.get("venue", "")
    if what == "incident":
        alert = _named(request, "alert")
        told = queries.venue_of(games=games, kind="alert", number=alert) if alert else ""
        return own if told in {"", own} else ""
    if what in AT_VENUE:
        return own
    kind = "alert" if what in OF_ALERT else "task" if what in OF_TASK else "incident"
    number = _named(request, "number" if what in OF_ALERT else OF_INCIDENT.get(what, ""))
    return "" if number is None else queries.venue_of(games=games, kind=kind, number=number)


def _named(request: HttpRequest, name: str) -> int | None:
    """Return a number of a form as whoever acts on it reads it; None without."""
    try:
        return int(request.POST.get(name, ""))
    except ValueError:
        return None


def _number(request: HttpRequest, name: str = "number") -> int:
    try:
        return int(request.POST.get(name, ""))
    except ValueError:
        message = f"{name}: a whole number is needed"
        raise RoomError(message) from None


def _acknowledge(request: HttpRequest, games: GamesRow, by: By) -> str:
    actions.acknowledge(games=games, number=_number(request), by=by)
    return _("Taken over: nobody else is called for now.")


def _resolve(request: HttpRequest, games: GamesRow, by: By) -> str:
    reason = request.POST.get("reason", "")
    actions.resolve_alert(games=games, number=_number(request), reason=reason, by=by)
    return _("Resolved.")


def _open(request: HttpRequest, games: GamesRow, by: By) -> str:
    number = actions.open_incident(
        games=games,
        text=request.POST.get("text", ""),
        venue=request.POST.get("venue", ""),
        severity=_number(request, "severity"),
        area=request.POST.get("area", ""),
        by=by,
        alert=_named(request, "alert"),
        is_confidential=request.POST.get("is_confidential") == "on",
    )
    return _("Incident %(n)d is written.") % {"n": number}


def _note(request: HttpRequest, games: GamesRow, by: By) -> str:
    actions.note_incident(
        games=games,
        number=_number(request),
        text=request.POST.get("text", ""),
        severity=_named(request, "severity"),
        by=by,
    )
    return ""


def _close(request: HttpRequest, games: GamesRow, by: By) -> str:
    text = request.POST.get("text", "")
    actions.close_incident(games=games, number=_number(request), text=text, by=by)
    return _("Closed.")


def _playbook(request: HttpRequest, games: GamesRow, by: By) -> str:
    code = request.POST.get("code", "")
    count = actions.start_playbook(games=games, number=_number(request), code=code, by=by)
    return _("%(n)d tasks are open.") % {"n": count}


def _task(request: HttpRequest, games: GamesRow, by: By) -> str:
    actions.open_task(
        games=games,
        text=request.POST.get("text", ""),
        role=request.POST.get("role", ""),
        incident=_named(request, "incident"),
        by=by,
    )
    return ""


def _done(request: HttpRequest, games: GamesRow, by: By) -> str:
    if actions.do_task(games=games, number=_number(request), by=by):
        return ""
    return _("Half done: another person has to confirm it.")


def _skip(request: HttpRequest, games: GamesRow, by: By) -> str:
    reason = request.POST.get("reason", "")
    actions.skip_task(games=games, number=_number(request), reason=reason, by=by)
    return ""


def _line(request: HttpRequest, games: GamesRow, by: By) -> str:
    text, venue_code = request.POST.get("text", ""), request.POST.get("venue", "")
    actions.write_line(games=games, text=text, venue=venue_code, by=by)
    return ""


def _ready(request: HttpRequest, games: GamesRow, by: By) -> str:
    actions.say_readiness(
        games=games,
        venue=request.POST.get("venue", ""),
        item=request.POST.get("item", ""),
        is_ready=request.POST.get("is_ready") == "yes",
        note=request.POST.get("note", ""),
        by=by,
    )
    return ""


def _sheet(request: HttpRequest, games: GamesRow, by: By) -> str:
    key, text = request.POST.get("key", ""), request.POST.get("text", "")
    actions.mark_run_sheet(games=games, key=key[:120], text=text[:300], by=by)
    return ""


def _weather(request: HttpRequest, games: GamesRow, by: By) -> str:
    body: dict[str, Any] = {"text": request.POST.get("text", "")[:80], "source": by.name}
    for name in ("temperature", "wind", "lightning_km"):
        text = request.POST.get(name, "").replace(",", ".")
        if text:
            body[name] = float(text)
    actions.report_weather(games=games, area=request.POST.get("area", ""), body=body, by=by)
    return _("Reported.")


def _shelve(request: HttpRequest, games: GamesRow, by: By) -> str:
    actions.shelve(
        games=games,
        kind=request.POST.get("kind", ""),
        venue=request.POST.get("venue", ""),
        hours=float(request.POST.get("hours", "0").replace(",", ".")),
        reason=request.POST.get("reason", ""),
        by=by,
    )
    return _("Shelved.")


def _hand(request: HttpRequest, games: GamesRow, by: By) -> str:
    items = queries.open_items(games=games)
    actions.hand_over(games=games, note=request.POST.get("note", ""), items=items, by=by)
    return _("Signed out: the next shift signs in.")


def _take(request: HttpRequest, games: GamesRow, by: By) -> str:
    actions.take_over(games=games, number=_number(request), by=by)
    return _("Signed in.")


def _chain(request: HttpRequest, games: GamesRow, by: By) -> str:
    steps = chain_steps(request.POST.get("steps", ""))
    actions.save_chain(games=games, code=request.POST.get("code", ""), steps=steps, by=by)
    return _("Saved. Alerts that are open keep the chain they began with.")


def _book(request: HttpRequest, games: GamesRow, by: By) -> str:
    actions.save_playbook(
        games=games,
        code=request.POST.get("code", ""),
        title=request.POST.get("title", ""),
        steps=playbook_steps(request.POST.get("steps", "")),
        by=by,
    )
    return _("Saved. Incidents that follow it keep the steps they began with.")


def _begin(request: HttpRequest, games: GamesRow, by: By) -> str:
    shows = dt.datetime.fromisoformat(request.POST.get("shows_at", ""))
    if shows.tzinfo is None:
        shows = shows.replace(tzinfo=ZoneInfo(games.time_zone))
    begin_exercise(
        games_id=games.id,
        title=request.POST.get("title", ""),
        shows_at=shows,
        speed=float(request.POST.get("speed", "1").replace(",", ".")),
        actor=by.name,
        now=dt.datetime.now(dt.UTC),
    )
    return ""


def _end(request: HttpRequest, games: GamesRow, by: By) -> str:
    del request
    actions.end_exercise_of_room(games=games, by=by)
    return ""


def _mend(request: HttpRequest, games: GamesRow, by: By) -> str:
    page = queries.alert_page(games=games, number=_number(request))
    if page is None:
        message = "there is no such alert"
        raise UnknownThingError(message)
    rule = queries.kind_rules(queries.room_rules(games))[page.alert.kind]
    change = suggestion(rule.mend, alert=page.alert, now=by.now, games=games)
    title = f"alert {page.alert.number}: {page.alert.text}"
    number = launch_what_if(games=games, changes=(change,), title=title, actor=by.name)
    return _("What-if %(n)d is being answered.") % {"n": number}


OF_ALERT, OF_TASK = {"acknowledge", "resolve", "mend"}, {"done", "skip"}
AT_VENUE = {"line", "ready", "shelve"}
FOR_FEW = {"begin-exercise", "end-exercise"}
OF_INCIDENT = {
    "note": "number",
    "close": "number",
    "playbook": "number",
    "task": "incident",
    "done": "number",
    "skip": "number",
}
DOES = {
    "acknowledge": _acknowledge,
    "resolve": _resolve,
    "incident": _open,
    "note": _note,
    "close": _close,
    "playbook": _playbook,
    "task": _task,
    "done": _done,
    "skip": _skip,
    "line": _line,
    "ready": _ready,
    "run-sheet": _sheet,
    "weather": _weather,
    "shelve": _shelve,
    "hand-over": _hand,
    "take-over": _take,
    "chain": _chain,
    "save-playbook": _book,
    "begin-exercise": _begin,
    "end-exercise": _end,
    "mend": _mend,
}
