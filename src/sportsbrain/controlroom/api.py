"""What-ifs for programs."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema

from sportsbrain.committee.guards import seat_by_token
from sportsbrain.controlroom import queries
from sportsbrain.controlroom.actions import approve_what_if, discard_what_if
from sportsbrain.controlroom.errors import UnknownWhatIfError
from sportsbrain.controlroom.jobs import launch_what_if
from sportsbrain.ui.pages import answer_json, answer_page
from sportsbrain.vocabulary.changes import change_of
from sportsbrain.vocabulary.statuses import Role

router = Router(tags=["what-if"])


class Question(Schema, extra="forbid"):
    """Changes as rows: the kind and its fields, such as kind late-arrival, delegation, days."""

    changes: list[dict[str, Any]]
    title: str = ""


def _found(request: HttpRequest, code: str, number: int) -> queries.WhatIfRow:
    try:
        return queries.what_if(games=seat_by_token(request, code).games, number=number)
    except UnknownWhatIfError as error:
        raise Http404(str(error)) from error


@router.get("/{code}/what-ifs")
def what_ifs(request: HttpRequest, code: str, offset: int = 0, limit: int = 100) -> HttpResponse:
    """List what was asked, newest first."""
    rows = queries.what_ifs(games=seat_by_token(request, code).games)
    return answer_page(request, list(rows), offset, limit)


@router.post("/{code}/what-ifs")
def ask(request: HttpRequest, code: str, question: Question) -> HttpResponse:
    """Ask what changes would do; the parts come one by one."""
    games = seat_by_token(request, code, Role.PLANNER).games
    zone = ZoneInfo(games.time_zone)
    number = launch_what_if(
        games=games,
        changes=tuple(change_of(row, zone=zone) for row in question.changes),
        title=question.title,
        actor=request.user.get_username(),
    )
    return answer_json(request, {"what_if": number}, status=202)


@router.get("/{code}/what-ifs/{number}")
def what_if(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Return one answer with the parts there are."""
    return answer_json(request, _found(request, code, number))


@router.post("/{code}/what-ifs/{number}/approve")
def approve(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Put all changed plans in force and let the changes hold."""
    games = seat_by_token(request, code, Role.APPROVER).games
    row = _found(request, code, number)
    numbers = approve_what_if(
        games=games,
        number=row.number,
        actor=request.user.get_username(),
        now=dt.datetime.now(dt.UTC),
    )
    return answer_json(request, {"in_force": numbers})


@router.post("/{code}/what-ifs/{number}/discard")
def discard(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Leave everything as it is."""
    games = seat_by_token(request, code, Role.PLANNER).games
    row = _found(request, code, number)
    discard_what_if(
        games=games,
        number=row.number,
        actor=request.user.get_username(),
        now=dt.datetime.now(dt.UTC),
    )
    return answer_json(request, {"discarded": number})
