"""Scope every page by Games and right: deny by default."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from sportsbrain.committee.queries import get_games, seat_of
from sportsbrain.vocabulary.areas import Area, area_of
from sportsbrain.wall.scope import NOTHING, behind_wall, open_games


class GamesMiddleware:
    """Put the person's seat on the request wherever the address names a Games."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; it sees rows of the Games it names alone, in that Games' clock."""
        with timezone.override(None), behind_wall():
            response = self.get_response(request)
        if hasattr(request, "whole_seat") and not response.has_header("Cache-Control"):
            has_people = area_of(request.path_info) is Area.ACCREDITATION
            response["Cache-Control"] = "private, no-store" if has_people else "private"
        return response

    def process_view(
        self,
        request: HttpRequest,
        _view: object,
        _args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        """Refuse whoever has no seat in the Games of the address, as if it did not exist."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in settings.ACROSS_GAMES or name.startswith("admin:"):
            open_games(None)
        if "shop_code" in kwargs:
            shop = get_games(code=str(kwargs["shop_code"]))
            open_games(shop.id if shop else NOTHING)
        code = kwargs.get("games_code")
        if code is None:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        seat = seat_of(user_id=int(request.user.pk), games_code=str(code))
        if seat is None:
            message = "no such Games for you"
            raise Http404(message)
        open_games(seat.games.id)
        timezone.activate(ZoneInfo(seat.games.time_zone))
        request.whole_seat = seat  # type: ignore[attr-defined]  # read by guards.seat_on
        venue = str(kwargs.get("venue", "")) or next(iter(seat.venues), "")
        here = seat.within(area_of(request.path_info), venue)
        request.seat = here  # type: ignore[attr-defined]  # what pages offer; guards decide
        if settings.SECOND_FACTOR and not _has_second_factor(request):
            messages.warning(request, _("Your committee asks for a second factor: add one here."))
            return redirect("mfa_index")
        return None


def _has_second_factor(request: HttpRequest) -> bool:
    """Tell whether somebody has one here, or came in by their organisation, which asks its own."""
    records = get_authentication_records(request, request.user)
    methods = {record.get("method") for record in records}
    return "socialaccount" in methods or is_mfa_enabled(request.user)
