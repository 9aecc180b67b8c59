"""
Watch the site from outside: is it alive, is it ready, how does it do.

``/status/`` shows people how a Games does. ``/health/`` says that the process answers, ``/ready/``
that it can work (its database answers, with the tables of this version), ``/metrics`` what it
counted, for Prometheus: to this machine, or to who has the word of ``SPORTSBRAIN_METRICS_TOKEN``.
Each request has an id: in its answer, its lines of the log, its trace, its entries of the audit.
"""

import datetime as dt
import secrets
import time
from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare

from sportsbrain.committee.queries import seats_of
from sportsbrain.config import figures
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.wall.cause import request_id
from sportsbrain.wall.scope import open_games

ID_MAX = 64


class WatchMiddleware:
    """Give each request an id and count it: by page, answer and seconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; who asks may bring an id along, as the server before us does."""
        brought = request.headers.get("X-Request-ID", "")
        is_word = brought.isascii() and brought.replace("-", "").isalnum()
        name = brought[:ID_MAX] if is_word else secrets.token_hex(8)
        token = request_id.set(name)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        found = request.resolver_match
        page = found.view_name if found else ""
        figures.count_request(page, request.method or "", response.status_code,
                              time.perf_counter() - began)  # fmt: skip
        response["X-Request-ID"] = name
        return response


def health(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; it asks nobody else."""
    return JsonResponse({"status": "alive"})


def ready(_request: HttpRequest) -> HttpResponse:
    """Say whether this process can work: 503 with the reason when not."""
    try:
        waits = figures.waiting_migrations()
    except Error as error:
        reason = str(error).splitlines()[0]
        return JsonResponse({"status": "no database", "why": reason}, status=503)
    if waits:
        return JsonResponse({"status": "tables of another version", "why": waits}, status=503)
    return JsonResponse({"status": "ready"})


def metrics(request: HttpRequest) -> HttpResponse:
    """
    Show what was counted, as Prometheus reads it.

    Raises
    ------
    Http404
        When somebody asks who may not.

    """
    if not _may_read(request):
        message = "nothing here"
        raise Http404(message)
    return HttpResponse(figures.exposition(), content_type=figures.CONTENT_TYPE)


def status(request: HttpRequest) -> HttpResponse:
    """Show those who plan a Games whether its parts do their work: nothing of other Games."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    now = dt.datetime.now(dt.UTC)
    seats = [seat for seat in seats_of(user_id=int(request.user.pk)) if seat.may(Role.PLANNER)]
    rows = []
    for seat in seats:
        open_games(seat.games.id)
        rows.append(figures.health_of(seat.games, now))
    began = time.perf_counter()
    waits = figures.waiting_migrations()
    context = {"rows": rows, "database_ms": 1000 * (time.perf_counter() - began), "waits": waits}
    return render(request, "ui/status.html", context)


def _may_read(request: HttpRequest) -> bool:
    word = settings.METRICS_TOKEN
    said = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if word:
        return constant_time_compare(said, word)
    is_passed_on = "X-Forwarded-For" in request.headers
    return not is_passed_on and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}


def open_views() -> Iterable[tuple[str, Callable[..., HttpResponse]]]:
    """Return the addresses of what watches."""
    return (("health/", health), ("ready/", ready), ("metrics", metrics), ("status/", status))
