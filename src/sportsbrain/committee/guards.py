"""Guards of pages: who may do what."""

from django.http import Http404, HttpRequest

from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.queries import Seat, approvers_of, seat_of
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.wall.scope import open_games


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


def seat_by_token(request: HttpRequest, code: str, needed: Role = Role.VIEWER) -> Seat:
    """
    Return the seat of the person of an API token in a Games.

    Raises
    ------
    Http404
        When there is no seat: as if the Games did not exist.
    DeniedError
        When the seat does not allow what is asked.

    """
    seat = seat_of(user_id=int(request.user.pk or 0), games_code=code)
    if seat is None:
        message = f"no Games {code} for you"
        raise Http404(message)
    open_games(seat.games.id)
    if not seat.may(needed):
        raise DeniedError(needed=needed.value, who_can=approvers_of(games_id=seat.games.id))
    return seat
