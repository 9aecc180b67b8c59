"""Read a file into the drawing of a venue."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.feeds.maps.record import record_map
from sportsbrain.vocabulary.drawings import DrawingError
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.queries import site_facts


@require_POST
def upload(request: HttpRequest, games_code: str, venue: str) -> HttpResponse:
    """Keep the drawing of a GeoJSON file or an IMDF archive, or say why not."""
    games = seat_on(request, needed=Role.PLANNER).games
    site = next((s for s in site_facts(games_id=games.id) if s.code == venue), None)
    if site is None:
        message = f"no venue {venue}"
        raise Http404(message)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Nothing was saved: choose a file first."))
        return redirect("venues:map", games_code=games_code, venue=venue)
    try:
        number = record_map(
            games=games,
            site=site,
            content=file.read(),
            name=file.name or "file",
            actor=request.user.get_username(),
            now=dt.datetime.now(dt.UTC),
        )
    except DrawingError as error:
        messages.error(request, _("Nothing was saved:") + f" {error}")
    else:
        words = _("Saved as drawing %(n)d. Plan the lanes again to use it.")
        messages.success(request, words % {"n": number})
    return redirect("venues:map", games_code=games_code, venue=venue)
