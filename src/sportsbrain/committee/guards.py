"""Guards of pages: who may do what."""

from django.http import HttpRequest

from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.queries import Seat, approvers_of
from sportsbrain.vocabulary.statuses import Role


def seat_on(request: HttpRequest, *, needed: Role = Role.VIEWER) -> Seat:
    """
    Return the person's seat in the Games of the page.

    Raises
    ------
    DeniedError
        When the seat does not allow what is asked, or there is none.

    """
    seat: Seat | None = getattr(request, "seat", None)
    if seat is None or not seat.may(needed):
        who = approvers_of(games_id=seat.games.id) if seat else "the committee"
        raise DeniedError(needed=needed.value, who_can=who)
    return seat
