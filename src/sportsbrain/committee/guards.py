"""Guards of pages and doors: who comes in, who may do what."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import Http404, HttpRequest

from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.queries import Seat, approvers_of, seat_of
from sportsbrain.vocabulary.areas import area_of
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.wall.scope import open_games


def seat_on(request: HttpRequest, *, needed: Role = Role.VIEWER, venue: str = "") -> Seat:
    """
    Return the person's seat in the Games of the page, as it is for the area of its address.

    ``venue``: the one that is acted upon, where the address does not name it.

    Raises
    ------
    DeniedError
        When the seat does not allow what is asked, or there is none.

    """
    whole: Seat | None = getattr(request, "whole_seat", None)
    if whole is None:
        raise DeniedError(needed=needed.value, who_can="the committee")
    return _checked(request, whole, needed, venue)


def _checked(request: HttpRequest, whole: Seat, needed: Role, venue: str) -> Seat:
    found = request.resolver_match
    named = str(found.kwargs.get("venue", "")) if found else ""
    seat = whole.within(area_of(request.path_info), named or venue)
    if not seat.may(needed):
        limits = whole.limits if whole.may(needed) else ""
        raise DeniedError(needed=needed.value, who_can=approvers_of(games_id=seat.games.id),
                          limits=limits)  # fmt: skip
    return seat


def seat_by_token(
    request: HttpRequest, code: str, needed: Role = Role.VIEWER, *, venue: str = ""
) -> Seat:
    """
    Return the seat of the person of an API token in a Games, as it is for the area of the address.

    ``venue``: the one that is acted upon, where the address does not name it.

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
    return _checked(request, seat, needed, venue)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # it has no types
    """Nobody makes an account for themselves: committees do."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse."""
        return False


class OrganisationAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # it has no types
    """Who signs in at their organisation has to be known here, by an address both vouch for."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """Refuse."""
        return False
