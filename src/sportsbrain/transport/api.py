"""Rides of the car pool for programs: desks, delegations' own software, drivers' phones."""

import dataclasses
import datetime as dt
import time

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from sportsbrain.committee.guards import seat_by_token
from sportsbrain.committee.queries import games_clock
from sportsbrain.transport import queries
from sportsbrain.transport.actions import (
    CANCELLED,
    Wish,
    book_rides,
    cancel_ride,
    report_delay,
)
from sportsbrain.transport.planning import CarReport, redispatch_day
from sportsbrain.ui.pages import answer_json, answer_page
from sportsbrain.vocabulary.statuses import Role

router = Router(tags=["rides"])


class Ride(Schema, extra="forbid"):
    """
    A ride: ``is_arrival`` means be there by ``wanted_at``, else be fetched from then on.

    A code that is known changes its ride, so that asking twice books once.
    """

    from_place: str
    to_place: str
    people: int
    wanted_at: dt.datetime
    is_arrival: bool
    client: str
    code: str = ""


class Report(Schema, extra="forbid"):
    """A car is so many minutes late, as known at a moment; without a car the day is replanned."""

    day: dt.date
    at: dt.datetime
    car: str = ""
    minutes: float = 0.0


class Delay(Schema, extra="forbid"):
    """A run of the buses is so many minutes late; 0 is on time again, −1 that it does not run."""

    run: str
    minutes: float


class Delays(Schema, extra="forbid"):
    """Reports from the road."""

    delays: list[Delay]


@router.post("/{code}/delays")
def delays(request: HttpRequest, code: str, body: Delays) -> HttpResponse:
    """Take reports of late runs; a run that is not in the network is told, the others are kept."""
    games = seat_by_token(request, code, Role.PLANNER).games
    network = queries.network_of(games=games)
    now = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    refused = [row.run for row in body.delays if row.run not in network.runs]
    for row in body.delays:
        if row.run in network.runs:
            report_delay(
                games=games,
                network=network,
                run=row.run,
                seconds=CANCELLED if row.minutes < 0 else round(60 * row.minutes),
                actor=request.user.get_username(),
                now=now,
            )
    taken = len(body.delays) - len(refused)
    return answer_json(request, {"taken": taken, "refused": refused}, status=202)


@router.get("/{code}/rides")
def rides(
    request: HttpRequest, code: str, day: dt.date, offset: int = 0, limit: int = 100
) -> HttpResponse:
    """List the rides of an operating day with their cars."""
    games = seat_by_token(request, code).games
    return answer_page(request, list(queries.ride_day(games=games, day=day).rides), offset, limit)


@router.post("/{code}/rides")
def book(request: HttpRequest, code: str, rides: list[Ride]) -> HttpResponse:
    """Book rides, all or none."""
    games = seat_by_token(request, code, Role.PLANNER).games
    booked = book_rides(
        games=games,
        wishes=tuple(Wish(**ride.dict()) for ride in rides),
        actor=request.user.get_username(),
        now=dt.datetime.now(dt.UTC),
    )
    return answer_json(request, dataclasses.asdict(booked), status=201)


@router.delete("/{code}/rides/{ride}")
def cancel(request: HttpRequest, code: str, ride: str) -> HttpResponse:
    """Cancel a ride."""
    games = seat_by_token(request, code, Role.PLANNER).games
    cancel_ride(
        games=games, code=ride, actor=request.user.get_username(), now=dt.datetime.now(dt.UTC)
    )
    return answer_json(request, {"cancelled": ride})


@router.post("/{code}/cars/late")
def late(request: HttpRequest, code: str, report: Report) -> HttpResponse:
    """Take a report that a car is late, plan what is left of the day again and put it in force."""
    games = seat_by_token(request, code, Role.PLANNER).games
    reports = (CarReport(car=report.car, seconds=report.minutes * 60),) if report.car else ()
    done = redispatch_day(
        games=games,
        day=report.day,
        at=report.at if report.at.tzinfo else report.at.replace(tzinfo=dt.UTC),
        reports=reports,
        actor=request.user.get_username(),
        clock=time.monotonic,
        now=dt.datetime.now(dt.UTC),
    )
    return answer_json(request, done)


@router.get("/{code}/bus-runs")
def runs(request: HttpRequest, code: str, since: dt.datetime, until: dt.datetime) -> HttpResponse:
    """List the runs of the buses that leave in a period."""
    network = queries.network_of(games=seat_by_token(request, code).games)
    rows = [
        {"run": run.code, "line": run.line, "leaves_at": run.departs_at}
        for run in network.runs.values()
        if since <= run.departs_at < until
    ]
    return answer_json(request, sorted(rows, key=lambda row: (str(row["leaves_at"]), row["run"])))
