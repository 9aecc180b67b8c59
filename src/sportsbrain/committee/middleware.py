"""Scope every page by Games and right: deny by default."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from sportsbrain.committee.queries import seat_of


class GamesMiddleware:
    """Put the person's seat on the request wherever the address names a Games."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; times are shown in the clock of the Games it names."""
        with timezone.override(None):
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: object,
        _args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        """Refuse whoever has no seat in the Games of the address, as if it did not exist."""
        code = kwargs.get("games_code")
        if code is None or request.path.startswith("/api/"):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        seat = seat_of(user_id=int(request.user.pk), games_code=str(code))
        if seat is None:
            message = "no such Games for you"
            raise Http404(message)
        timezone.activate(ZoneInfo(seat.games.time_zone))
        request.seat = seat  # type: ignore[attr-defined]  # read by guards.seat_on
        return None
