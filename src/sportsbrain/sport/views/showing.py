"""Which version a page shows, and what is not there."""

from typing import Any

from django.http import Http404, HttpRequest

from sportsbrain.committee.guards import seat_on
from sportsbrain.plans.queries import number_in_force
from sportsbrain.sport.planning import PLANNER


def version_of(request: HttpRequest) -> int | None:
    """Return the version that a page shows: the asked one, else the one in force, else none."""
    asked = request.GET.get("version", "")
    if asked == "held":
        return None
    if asked.isdecimal():
        return int(asked)
    return number_in_force(games_id=seat_on(request).games.id, planner=PLANNER)


def found_or_404(page: Any, text: str) -> Any:
    """Return the page, or raise Http404 with a helpful text."""
    if page is None:
        raise Http404(text)
    return page
