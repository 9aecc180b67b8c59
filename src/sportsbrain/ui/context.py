"""What every page of a Games shows at its top: the places one can go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give templates the places of the Games in the address, the present one marked."""
    match = request.resolver_match
    code = match.kwargs.get("games_code") if match else None
    if code is None:
        return {}
    seat = getattr(request, "seat", None)
    is_portal = seat is not None and not seat.may_look
    home, *others = settings.NAVIGATION_PORTAL if is_portal else settings.NAVIGATION
    places = [_place(request, code, *row) for row in (home, *others)]
    if not is_portal and sum(place["is_here"] for place in places) > 1:
        places[0]["is_here"] = False  # every address begins with the one of the overview
    search = "" if is_portal else reverse(settings.NAVIGATION_SEARCH, args=[code])
    return {"navigation": places, "search_url": search}


def _place(request: HttpRequest, code: str, key: str, name: str, label: Any) -> dict[str, Any]:
    url = reverse(name, args=[code])
    return {"key": key, "url": url, "label": label, "is_here": request.path.startswith(url)}
