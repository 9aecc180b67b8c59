"""Show one page, or the same rows as JSON at the same address with ``.json``."""

import dataclasses
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path


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


def page_and_json(prefix: str, pages: tuple[tuple[str, Any, str], ...]) -> list[URLPattern]:
    """Return the addresses of pages, and of the same rows as JSON with .json."""
    found = []
    for route, view, name in pages:
        found.append(path(prefix + route, view, name=name))
        found.append(path(f"{(prefix + route).rstrip('/')}.json", view, name=f"{name}_json"))
    return found
