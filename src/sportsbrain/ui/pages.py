"""Show one page, or the same rows as JSON at the same address with ``.json``."""

import dataclasses
import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

API_ROWS_MAX = 500
# What every page loads: a page that opens without the network keeps it.
EVERYWHERE = ("ui/tokens.css", "ui/app.css", "ui/app.js", "django_htmx/htmx-2.min.js")


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


def answer_json(request: HttpRequest, rows: Any, *, status: int = 200) -> HttpResponse:
    """Return rows as JSON with an ETag; 304 when the reader has them."""
    body = json.dumps(rows, cls=_Encoder).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.method == "GET" and request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="application/json", status=status)
    response["ETag"] = etag
    return response


def answer_page(request: HttpRequest, rows: list[Any], offset: int, limit: int) -> HttpResponse:
    """Return a part of rows as JSON, and where the next part begins."""
    limit = max(1, min(limit, API_ROWS_MAX))
    part = rows[max(0, offset) : max(0, offset) + limit]
    following = offset + limit if offset + limit < len(rows) else None
    return answer_json(request, {"count": len(rows), "next_offset": following, "items": part})
