"""Pages of arrivals and departures: a day at the ports, the desk on a phone."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sportsbrain.access import actions, queries
from sportsbrain.access.guards import by_of, duties_on
from sportsbrain.access.views.people import now
from sportsbrain.committee.queries import GamesRow
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.people import Direction, Duty, MovementState

STEPS = (
    MovementState.LANDED, MovementState.MET, MovementState.ON_THE_WAY, MovementState.CHECKED_IN,
)  # fmt: skip


def arrivals(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show who comes on a day by which flight, and the desks and buses that they need."""
    return _day_page(request, Direction.ARRIVAL)


def departures(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show who goes on a day."""
    return _day_page(request, Direction.DEPARTURE)


def _day_page(request: HttpRequest, direction: Direction) -> HttpResponse:
    games, seats = duties_on(request, Duty.ARRIVALS, Duty.REGISTRATION, Duty.REGISTER)
    days = queries.travel_days(games=games, direction=direction)
    day = _day(request, days)
    starts_at = _midnight(games, day)
    people = queries.travellers(
        games=games,
        direction=direction,
        seats=seats,
        starts_at=starts_at,
        ends_before=starts_at + dt.timedelta(days=1),
    )
    carriers = queries.carriers(people)
    is_arrival = direction == Direction.ARRIVAL
    context = {
        "day": day,
        "days": days,
        "people": people,
        "bags": sum(person.bags for person in people),
        "carriers": carriers,
        "halls": queries.hall_days(games=games, date=day, direction=direction)
        if seats.is_office
        else (),
        "is_arrival": is_arrival,
        "steps": [state.value for state in STEPS],
        "may_report": seats.has(Duty.ARRIVALS) and is_arrival,
        "seats": seats,
    }
    return show(request, "access/arrivals.html", context, rows=carriers)


def _midnight(games: GamesRow, day: dt.date) -> dt.datetime:
    """Return when a day of the host's clock begins."""
    zone = dt.timezone(dt.timedelta(seconds=games.utc_offset))
    return dt.datetime.combine(day, dt.time(), tzinfo=zone)


def _day(request: HttpRequest, days: dict[dt.date, int]) -> dt.date:
    """Return the day that is asked for, else the busiest."""
    try:
        return dt.date.fromisoformat(request.GET.get("day", "") or request.POST.get("day", ""))
    except ValueError:
        return max(days, key=lambda day: days[day]) if days else now().date()


@require_POST
def report(request: HttpRequest, games_code: str) -> HttpResponse:
    """Report how far the people of a flight or train are."""
    games, seats = duties_on(request, Duty.ARRIVALS)
    try:
        at = dt.datetime.fromisoformat(request.POST.get("at", ""))
        state = MovementState(request.POST.get("state", ""))
    except ValueError:
        messages.error(request, _("Nothing was reported: choose how far a flight or train is."))
        return redirect("access:arrivals", games_code=games_code)
    changed = actions.report_carrier(
        games=games,
        carrier=request.POST.get("carrier", ""),
        at=at,
        direction=Direction.ARRIVAL,
        state=state,
        by=by_of(request, seats, now()),
    )
    words = ngettext("%(n)d person: reported.", "%(n)d people: reported.", changed)
    messages.success(request, words % {"n": changed})
    response = redirect("access:arrivals", games_code=games_code)
    response["Location"] += f"?day={_day(request, {})}"
    return response
