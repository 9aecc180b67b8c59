"""Who may see and do what in the village: the office everything, a chef de mission the own."""

import datetime as dt

from django.http import Http404, HttpRequest

from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import Seat
from sportsbrain.village.actions import By
from sportsbrain.village.queries import led_by
from sportsbrain.vocabulary.statuses import Role


def delegation_on(request: HttpRequest, code: str) -> tuple[Seat, By | None]:
    """
    Return the seat of who may look at a delegation, and as whom they act; None: they only look.

    Raises
    ------
    Http404
        When it is not theirs: to them there is none.

    """
    seat = seat_on(request, needed=Role.PORTAL)
    if not code.isprintable():
        raise Http404
    is_own = code in led_by(games_id=seat.games.id, user_id=int(request.user.pk or 0))
    if not (is_own or seat.may_look):
        raise Http404(code)
    name, now = request.user.get_username(), dt.datetime.now(dt.UTC)
    if seat.may(Role.PLANNER):
        return seat, By(name=name, now=now)
    return seat, By(name=name, now=now, delegation=code) if is_own else None
