"""Pages of the car pool: the rides of a day, a car's sheet; book, cancel, plan again."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.transport import queries
from sportsbrain.transport.actions import Wish, book_ride, cancel_ride
from sportsbrain.transport.errors import RideError, UnknownRideError
from sportsbrain.transport.forms import LateForm, ride_form
from sportsbrain.transport.planning import CarReport, Redispatched, redispatch_day
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.statuses import Role


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def rides(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show who is fetched by which car on a day, and the form to book."""
    seat = seat_on(request)
    games = seat.games
    days = queries.ride_days(games=games)
    day = _day(request, games, days)
    found = queries.ride_day(games=games, day=day)
    context = {
        "day": day,
        "days": days,
        "found": found,
        "counts": found.counts,
        "drawn": queries.drawn_cars(found),
        "late": [row for row in found.rides if row.late_minutes],
    }
    if seat.may(Role.PLANNER):
        try:
            places = queries.ride_places(games=games)
        except NothingToPlanError as error:
            context["trouble"] = str(error)
        else:
            names = queries.place_names(games=games)
            context["form"] = ride_form(places=places, names=names, day=day)
    return show(request, "transport/rides.html", context, rows=found.rides)


def car(request: HttpRequest, games_code: str, car: str) -> HttpResponse:
    """Show the stops of one car on a day, as its driver reads them."""
    seat = seat_on(request)
    day = _day(request, seat.games, queries.ride_days(games=seat.games))
    found = queries.ride_day(games=seat.games, day=day)
    tour = found.tour(car)
    if tour is None:
        message = f"{car} has no tour on {day}"
        raise Http404(message)
    left = [stop for stop in tour.stops if not stop.is_made]
    context = {"tour": tour, "day": day, "left": left, "made": len(tour.stops) - len(left)}
    if seat.may(Role.PLANNER) and left:
        at = max(left[0].at, found.planned_until or left[0].at)
        context["form"] = LateForm.for_stops(left, at=_now_or(seat.games, day, at))
    return show(request, "transport/car.html", context, rows=tour)


def _now_or(games: GamesRow, day: dt.date, at: dt.datetime) -> dt.datetime:
    """Return the moment in the host's time while the day goes, else another."""
    now = _now()
    is_today = queries.day_rule(games)(now) == day
    return (max(now, at) if is_today else at).astimezone(ZoneInfo(games.time_zone))


def _day(request: HttpRequest, games: GamesRow, days: tuple[dt.date, ...]) -> dt.date:
    """Return the day that is asked for; else today, the first one with rides or of the Games."""
    try:
        return dt.date.fromisoformat(request.GET.get("day", "") or request.POST.get("day", ""))
    except ValueError:
        today = queries.day_rule(games)(_now())
    if today in days or not days:
        return today if games.starts_on <= today <= games.ends_on else games.starts_on
    return days[0]


def _back(games_code: str, day: dt.date) -> HttpResponse:
    response = redirect("transport:rides", games_code=games_code)
    response["Location"] += f"?day={day}"
    return response


@require_POST
def book(request: HttpRequest, games_code: str) -> HttpResponse:
    """Book a ride."""
    seat = seat_on(request, needed=Role.PLANNER)
    games = seat.games
    day = _day(request, games, ())
    names = queries.place_names(games=games)
    form = ride_form(
        places=queries.ride_places(games=games), names=names, day=day, data=request.POST
    )
    if not form.is_valid():
        words = " ".join(
            f"{form[name].label}: {' '.join(str(e) for e in errors)}"
            for name, errors in form.errors.items()
        )
        messages.error(request, _("Nothing was booked:") + f" {words}")
        return _back(games_code, day)
    values = form.cleaned_data
    at = values["at"].replace(tzinfo=ZoneInfo(games.time_zone))
    wish = Wish(
        from_place=values["start"],
        to_place=values["end"],
        people=values["people"],
        wanted_at=at,
        is_arrival=values["kind"] == "arrive",
        client=values["client"],
    )
    try:
        code = book_ride(games=games, wish=wish, actor=request.user.get_username(), now=_now())
    except RideError as error:
        messages.error(request, _("Nothing was booked:") + f" {error}")
    else:
        messages.success(
            request, _("%(code)s is booked. Plan the day again to give it a car.") % {"code": code}
        )
    return _back(games_code, queries.day_rule(games)(at))


@require_POST
def cancel(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Cancel a ride."""
    seat = seat_on(request, needed=Role.PLANNER)
    try:
        cancel_ride(games=seat.games, code=code, actor=request.user.get_username(), now=_now())
    except UnknownRideError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("%(code)s is cancelled.") % {"code": code})
    return _back(games_code, _day(request, seat.games, ()))


@require_POST
def plan(request: HttpRequest, games_code: str) -> HttpResponse:
    """Plan the cars of a day again: what is left of it when it is under way."""
    seat = seat_on(request, needed=Role.PLANNER)
    games = seat.games
    day = _day(request, games, ())
    found = queries.ride_day(games=games, day=day)
    is_today = queries.day_rule(games)(_now()) == day
    at = max(_now(), found.planned_until or _now()) if is_today else found.planned_until
    _again(request, games, day, at, ())
    return _back(games_code, day)


@require_POST
def late(request: HttpRequest, games_code: str) -> HttpResponse:
    """Take a report that a car is late, and plan its day again."""
    seat = seat_on(request, needed=Role.PLANNER)
    games = seat.games
    day = _day(request, games, ())
    name = request.POST.get("car", "")
    tour = queries.ride_day(games=games, day=day).tour(name)
    stops = [stop for stop in tour.stops if not stop.is_made] if tour else []
    form = LateForm.for_stops(stops, data=request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was reported: give minutes, the time and a next stop."))
        return _back(games_code, day)
    values = form.cleaned_data
    code, kind = values["following"].rsplit(" ", 1)
    report = CarReport(
        car=name, seconds=values["minutes"] * 60.0, following=(code, kind == "boards")
    )
    at = values["at"].replace(tzinfo=ZoneInfo(games.time_zone))
    _again(request, games, day, at, (report,))
    return _back(games_code, day)


def _again(
    request: HttpRequest,
    games: GamesRow,
    day: dt.date,
    at: dt.datetime | None,
    reports: tuple[CarReport, ...],
) -> None:
    """Plan a day again and say what that changed."""
    try:
        done = redispatch_day(
            games=games,
            day=day,
            at=at,
            reports=reports,
            actor=request.user.get_username(),
            clock=time.monotonic,
            now=_now(),
        )
    except (RideError, NothingToPlanError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
        return
    messages.success(request, _words(done))


def _words(done: Redispatched) -> str:
    """Return what planning again changed, in a sentence or two."""
    moved = [row for row in done.moved if row[1]]
    new = len(done.moved) - len(moved)
    said = [_("Planned again and in force.")]
    if new:
        said.append(ngettext("%(n)d ride got a car.", "%(n)d rides got a car.", new) % {"n": new})
    if moved:
        said.append(
            ngettext(
                "%(n)d ride changes cars: %(names)s.",
                "%(n)d rides change cars: %(names)s.",
                len(moved),
            )
            % {"n": len(moved), "names": ", ".join(code for code, _, _ in moved[:8])}
        )
    if done.waits:
        names = ", ".join(f"{code} +{seconds / 60:.0f}" for code, seconds in done.waits[:8])
        said.append(_("These wait longer, in minutes: %(names)s.") % {"names": names})
    if done.refused:
        said.append(_("Not carried: %(names)s.") % {"names": ", ".join(done.refused[:8])})
    return " ".join(said)
