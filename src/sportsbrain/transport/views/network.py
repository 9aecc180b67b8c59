"""Pages of the buses: the network, a line, a board, drivers' duties; feeds for others."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow, games_clock
from sportsbrain.plans.errors import NothingToPlanError, UnknownVersionError
from sportsbrain.plans.queries import since_plan
from sportsbrain.transport import queries
from sportsbrain.transport.actions import CANCELLED, report_delay
from sportsbrain.transport.exports import gtfs_zip, run_sheets_pdf, trip_updates
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.statuses import Role

MINUTES_MAX = 600
DUTIES_A_PAGE = 40


def _now(games: GamesRow) -> dt.datetime:
    return games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))


def _network(request: HttpRequest) -> queries.Network | str:
    """Return the network in force, another one that is asked for, or what to do for one."""
    games = seat_on(request).games
    asked = request.GET.get("version", "")
    try:
        return queries.network_of(games=games, version=int(asked) if asked.isdecimal() else None)
    except NothingToPlanError as error:
        return str(error)
    except UnknownVersionError as error:
        raise Http404(str(error)) from error


def _network_or_404(request: HttpRequest) -> queries.Network:
    network = _network(request)
    if isinstance(network, str):
        raise Http404(network)
    return network


def network(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the whole network: how many buses, when they are out, which lines."""
    found = _network(request)
    if isinstance(found, str):
        return show(request, "transport/nothing.html", {"text": found}, rows=[])
    rows = queries.lines_table(found)
    context = {
        "network": found,
        "facts": found.statistics,
        "map": queries.drawn(found),
        "heat": queries.heat(found),
        "hours": queries.HOURS,
        "lines": rows,
        "delays": queries.delays_now(games=found.games, network=found, until=_now(found.games)),
        "since": since_plan(games_id=found.games.id, planner="fleet", now=dt.datetime.now(dt.UTC)),
        "busiest": max(found.out_by_hour.items(), key=lambda row: max(row[1]), default=None),
    }
    return show(request, "transport/network.html", context, rows=rows)


def line(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show the departures of one line on one day."""
    found = _network_or_404(request)
    if code not in found.lines:
        message = f"no line {code}"
        raise Http404(message)
    own = found.line_runs.get(code, ())
    days = sorted({run.day for run in own})
    day = _day(request, tuple(days))
    runs = [run for run in own if run.day == day]
    hours: dict[int, list[Any]] = {}
    zone = ZoneInfo(found.games.time_zone)
    for run in runs:
        hours.setdefault(run.departs_at.astimezone(zone).hour, []).append(run)
    context = {
        "line": found.lines[code],
        "network": found,
        "starts_in": found.name_of(found.lines[code].starts_in),
        "ends_in": found.name_of(found.lines[code].ends_in),
        "days": days,
        "day": day,
        "hours": list(hours.items()),
        "runs": runs,
    }
    return show(request, "transport/line.html", context, rows=runs)


def board(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the next departures of a stop."""
    found = _network_or_404(request)
    stop = request.GET.get("stop", "")
    stops = sorted(found.stops.values(), key=lambda s: s.name)
    if stop not in found.stops:
        stop = "village" if "village" in found.stops else stops[0].code
    at = _moment(request, found)
    delays = queries.delays_now(games=found.games, network=found, until=_now(found.games))
    rows = queries.board(found, delays, stop=stop, at=at)
    context = {
        "rows": rows,
        "stop": found.stops[stop],
        "stops": stops,
        "at": at,
        "late": sum(1 for row in rows if row.delay_minutes > 0 or row.is_cancelled),
    }
    is_part = bool(getattr(request, "htmx", False))
    template = "transport/board_table.html" if is_part else "transport/board.html"
    return show(request, template, context, rows=rows)


def _moment(request: HttpRequest, network: queries.Network) -> dt.datetime:
    """Return the asked moment; now while buses run, else the morning of the first day."""
    zone = ZoneInfo(network.games.time_zone)
    text = request.GET.get("at", "")
    try:
        asked = dt.datetime.fromisoformat(text)
    except ValueError:
        now = _now(network.games)
        if network.days[0] <= now.astimezone(zone).date() <= network.days[-1]:
            return now
        middle = network.days[len(network.days) // 2]
        return dt.datetime.combine(middle, dt.time(8), tzinfo=zone)
    return asked if asked.tzinfo else asked.replace(tzinfo=zone)


def _day(request: HttpRequest, days: tuple[dt.date, ...]) -> dt.date | None:
    try:
        asked = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        asked = None
    if asked in days:
        return asked
    return days[len(days) // 2] if days else None


def duties(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the duties of a day."""
    found = _network_or_404(request)
    day = _day(request, found.days)
    rows = [
        {
            "code": duty.code,
            "starts_at": duty.runs[0].departs_at,
            "ends_before": duty.runs[-1].arrives_at,
            "runs": len(duty.runs),
            "depot": duty.pieces[0].depot,
            "vehicles": len(duty.pieces),
        }
        for duty in found.duties.values()
        if duty.day == day
    ]
    rows.sort(key=lambda row: (str(row["starts_at"]), str(row["code"])))
    page = Paginator(rows, DUTIES_A_PAGE).get_page(request.GET.get("page"))
    context = {"rows": page, "count": len(rows), "day": day, "days": found.days}
    return show(request, "transport/duties.html", context, rows=rows)


def duty(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show one duty as its driver reads it."""
    found = _network_or_404(request)
    own = found.duties.get(code)
    if own is None:
        message = f"no duty {code}"
        raise Http404(message)
    delays = queries.delays_now(games=found.games, network=found, until=_now(found.games))
    pieces = [
        {
            "block": piece.block.split("/")[-1],
            "runs": [
                {
                    "run": run,
                    "starts_in": found.name_of(found.lines[run.line].starts_in),
                    "ends_in": found.name_of(found.lines[run.line].ends_in),
                    "delay": delays.get(run.code),
                }
                for run in piece.runs
            ],
        }
        for piece in own.pieces
    ]
    context = {"duty": own, "pieces": pieces, "name": code.rsplit("/", maxsplit=1)[-1]}
    return show(request, "transport/duty.html", context, rows=pieces)


def run_sheets(request: HttpRequest, games_code: str) -> HttpResponse:
    """Send the run sheets of a day as PDF, A4."""
    found = _network_or_404(request)
    day = _day(request, found.days)
    own = tuple(row for row in found.duties.values() if row.day == day)
    content = run_sheets_pdf(network=found, duties=own)
    return _file(content, "application/pdf", f"{found.games.code}-run-sheets-{day}.pdf")


def gtfs(request: HttpRequest, games_code: str) -> HttpResponse:
    """Send the network as a GTFS feed."""
    found = _network_or_404(request)
    return _file(gtfs_zip(network=found), "application/zip", f"{found.games.code}-gtfs.zip")


def updates(request: HttpRequest, games_code: str) -> HttpResponse:
    """Send how late the buses are as a GTFS-Realtime feed."""
    found = _network_or_404(request)
    delays = queries.delays_now(games=found.games, network=found, until=_now(found.games))
    content = trip_updates(network=found, delays=delays, now=_now(found.games))
    return _file(content, "application/x-protobuf", f"{found.games.code}-trip-updates.pb")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def delay(request: HttpRequest, games_code: str) -> HttpResponse:
    """Take a report that a run is late or does not run."""
    seat = seat_on(request, needed=Role.PLANNER)
    found = _network_or_404(request)
    run, minutes = request.POST.get("run", ""), request.POST.get("minutes", "")
    back = request.POST.get("stop", "")
    if run not in found.runs or not minutes.lstrip("-").isdecimal():
        messages.error(request, _("Nothing was reported: give a run of the board and minutes."))
    else:
        late = min(int(minutes), MINUTES_MAX)
        report_delay(
            games=seat.games,
            network=found,
            run=run,
            seconds=CANCELLED if late < 0 else late * 60,
            actor=request.user.get_username(),
            now=_now(seat.games),
        )
        messages.success(request, _("Reported. Boards and feeds say so now."))
    response = redirect("transport:board", games_code=games_code)
    response["Location"] += f"?stop={back}" if back in found.stops else ""
    return response
