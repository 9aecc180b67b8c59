"""Show one page, or the same rows as JSON at the same address with ``.json``."""

import dataclasses
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sportsbrain.committee.guards import seat_on
from sportsbrain.plans.queries import number_in_force
from sportsbrain.sport.planning import PLANNER


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        """Return frozen rows as objects."""
        if dataclasses.is_dataclass(o) and not isinstance(o, type):
            return dataclasses.asdict(o)
        return super().default(o)


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, rows: Any = None
) -> HttpResponse:
    """Render the template, or the rows when the address ends with .json."""
    if request.path.endswith(".json"):
        content = json.dumps(rows if rows is not None else context, cls=_Encoder)
        return HttpResponse(content, content_type="application/json")
    return render(request, template, context)


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
