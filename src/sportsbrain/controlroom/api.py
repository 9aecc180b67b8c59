"""What-ifs, signals and the situation for programs."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema

from sportsbrain.committee.actions import begin_exercise
from sportsbrain.committee.guards import seat_by_token
from sportsbrain.committee.queries import GamesRow, exercise_of
from sportsbrain.controlroom import queries
from sportsbrain.controlroom.actions import (
    By,
    Said,
    approve_what_if,
    by_clock,
    discard_what_if,
    end_exercise_of_room,
    open_incident,
    receive_signals,
    report_weather,
)
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


class Signal(Schema, extra="forbid"):
    """What a source says: something is on or off, or has a value; the fingerprint is what about."""

    source: str
    kind: str
    fingerprint: str
    at: dt.datetime | None = None
    text: str = ""
    venue: str = ""
    gateway: str = ""
    value: float | None = None
    is_on: bool | None = None


class Signals(Schema, extra="forbid"):
    """Signals, at most 10,000 at once."""

    signals: list[Signal]


class Weather(Schema, extra="forbid"):
    """The weather of an area, fed."""

    area: str
    text: str = ""
    temperature: float | None = None
    wind: float | None = None
    lightning_km: float | None = None
    source: str = "feed"


class NewIncident(Schema, extra="forbid"):
    """An incident in four fields."""

    text: str
    venue: str = ""
    severity: int
    area: str = ""


class NewExercise(Schema, extra="forbid"):
    """A rehearsal with a clock of its own."""

    title: str
    shows_at: dt.datetime
    speed: float = 1.0


SIGNALS_MAX = 10_000


def _by(request: HttpRequest, games: GamesRow) -> By:
    real_now = dt.datetime.now(dt.UTC)
    return by_clock(games_id=games.id, real_now=real_now, name=request.user.get_username())


@router.post("/{code}/signals")
def signals(request: HttpRequest, code: str, body: Signals) -> HttpResponse:
    """Take signals: counted by fingerprint, one alert for what belongs together."""
    games = seat_by_token(request, code, Role.PLANNER).games
    if len(body.signals) > SIGNALS_MAX:
        return answer_json(request, {"detail": f"{SIGNALS_MAX} at once at most"}, status=422)
    by = _by(request, games)
    said = [Said(**{**row.dict(), "at": row.at or by.now}) for row in body.signals]
    taken, refused = receive_signals(games=games, said=said, by=by)
    return answer_json(request, {"taken": taken, "refused": refused}, status=202)


@router.post("/{code}/weather")
def weather(request: HttpRequest, code: str, body: Weather) -> HttpResponse:
    """Take the weather of an area."""
    games = seat_by_token(request, code, Role.PLANNER).games
    values = {k: v for k, v in body.dict().items() if v is not None and k != "area"}
    report_weather(games=games, area=body.area, body=values, by=_by(request, games))
    return answer_json(request, values, status=202)


@router.post("/{code}/incidents")
def incident(request: HttpRequest, code: str, body: NewIncident) -> HttpResponse:
    """Write an incident."""
    games = seat_by_token(request, code, Role.PLANNER, venue=body.venue).games
    number = open_incident(games=games, by=_by(request, games), **body.dict())
    return answer_json(request, {"incident": number}, status=201)


@router.get("/{code}/situation")
def situation(request: HttpRequest, code: str, at: dt.datetime | None = None) -> HttpResponse:
    """Return the situation now, or as it was at a moment."""
    seat = seat_by_token(request, code)
    now = _by(request, seat.games).now
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(seat.games.time_zone))
    found = queries.situation(
        games=seat.games,
        moment=at or now,
        is_past=at is not None and at < now,
        may_read_all=seat.may(Role.APPROVER),
    )
    return answer_json(request, found)


@router.post("/{code}/exercise")
def exercise(request: HttpRequest, code: str, body: NewExercise) -> HttpResponse:
    """Begin a rehearsal: from now on the clock of the Games is its own."""
    games = seat_by_token(request, code, Role.APPROVER).games
    number = begin_exercise(
        games_id=games.id,
        actor=request.user.get_username(),
        now=dt.datetime.now(dt.UTC),
        **body.dict(),
    )
    return answer_json(request, {"exercise": number}, status=201)


@router.get("/{code}/exercise")
def exercise_now(request: HttpRequest, code: str) -> HttpResponse:
    """Return the rehearsal that goes on, with what its clock shows; nothing when there is none."""
    games = seat_by_token(request, code).games
    now = dt.datetime.now(dt.UTC)
    row = exercise_of(games_id=games.id)
    shows = {"shows_at": row.clock(now), "speed": row.speed, "title": row.title} if row else {}
    return answer_json(request, shows)


@router.delete("/{code}/exercise")
def exercise_over(request: HttpRequest, code: str) -> HttpResponse:
    """End the rehearsal."""
    games = seat_by_token(request, code, Role.APPROVER).games
    by = _by(request, games)
    ended = end_exercise_of_room(games=games, by=by)
    return answer_json(request, {"ended": ended})
