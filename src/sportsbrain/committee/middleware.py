"""Scope every page by Games and right: deny by default; end what was signed in for too long."""

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from sportsbrain.committee.queries import get_games, seat_of
from sportsbrain.vocabulary.areas import area_of
from sportsbrain.wall.scope import NOTHING, behind_wall, open_games

SINCE = "signed-in-at"
# Nobody is asked for here: a page that is the same for everybody may be kept by servers before us.
OF_NOBODY = ("/shop/", "/static/", "/health/", "/ready/", "/metrics")
WITHOUT_FACTOR = ("/account/", "/sign-in/", "/sign-out/")  # where one signs in and adds a factor


class GamesMiddleware:
    """Put the person's seat on the request wherever the address names a Games."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; it sees rows of the Games it names alone, in that Games' clock."""
        with timezone.override(None), behind_wall():
            response = self.get_response(request)
        if hasattr(request, "whole_seat") and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
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
        return None


class SignedInMiddleware:
    """Let a sign-in end after its hours, and nobody work without a second factor where asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """Send who was here for too long to sign in, and who gave no second factor to give one."""
        if request.path_info.startswith(OF_NOBODY) or not request.user.is_authenticated:
            return None
        now = int(time.time())
        if now - request.session.setdefault(SINCE, now) > settings.SESSION_HOURS * 3600:
            logout(request)
            is_door = request.path_info.startswith(WITHOUT_FACTOR)  # a link that signs in does so
            return None if is_door else redirect_to_login(request.get_full_path())
        if not settings.SECOND_FACTOR or request.path_info.startswith(WITHOUT_FACTOR):
            return None
        records = get_authentication_records(request, request.user)
        if {"mfa", "socialaccount"} & {record.get("method") for record in records}:
            return None  # an organisation asks for its own
        ways = get_adapter().get_reauthentication_methods(request.user)
        given = next((way["url"] for way in ways if "/2fa/" in way["url"]), None)
        if given is not None:
            return redirect_to_login(request.get_full_path(), given)
        messages.warning(request, _("Your committee asks for a second factor: add one here."))
        return redirect("mfa_index")
