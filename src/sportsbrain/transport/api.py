"""Rides of the car pool for programs: desks, delegations' own software, drivers' phones."""

import dataclasses
import datetime as dt
import time

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from sportsbrain.committee.guards import seat_by_token
from sportsbrain.transport import queries
from sportsbrain.transport.actions import Wish, book_rides, cancel_ride
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
