"""Guards of people: who has which duty. Deny by default."""

import datetime as dt

from django.http import HttpRequest

from sportsbrain.access.actions import By
from sportsbrain.access.queries import Seats, seats_of_user
from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.guards import seat_by_token, seat_on
from sportsbrain.committee.queries import GamesRow, approvers_of
from sportsbrain.vocabulary.people import Duty
from sportsbrain.vocabulary.statuses import Role


def duties_on(request: HttpRequest, *needed: Duty) -> tuple[GamesRow, Seats]:
    """
    Return the Games of the page and the user's duties, of which one must be a needed one.

    Raises
    ------
    DeniedError
        When the user has none of them.

    """
    games = seat_on(request, needed=Role.PORTAL).games
    return games, _checked(games, int(request.user.pk or 0), needed)


def duties_by_token(request: HttpRequest, code: str, *needed: Duty) -> tuple[GamesRow, Seats]:
    """Return the same for the person of an API token."""
    games = seat_by_token(request, code, Role.PORTAL).games
    return games, _checked(games, int(request.user.pk or 0), needed)


def _checked(games: GamesRow, user_id: int, needed: tuple[Duty, ...]) -> Seats:
    seats = seats_of_user(games=games, user_id=user_id)
    if not (seats.has(*needed) if needed else seats.duties):
        words = " or ".join(duty.value for duty in needed) or "any"
        raise DeniedError(needed=f"duty {words}", who_can=approvers_of(games_id=games.id))
    return seats


def by_of(request: HttpRequest, seats: Seats, now: dt.datetime) -> By:
    """Return who acts: an organisation's people act for it, the office for all."""
    own = "" if seats.has(Duty.REGISTRATION) else " ".join(seats.clients) or "-"
    return By(name=request.user.get_username(), now=now, client=own)
