"""Plan a day of the car pool again while it drives, and put that in force at once."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sportsbrain.brain.dispatch.rest import Late, tours_of, underway_at
from sportsbrain.brain.dispatch.solve import redispatch, solve
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import lock_planners, publish_version
from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.transport.actions import report_car
from sportsbrain.transport.errors import RideError
from sportsbrain.transport.planning.days import DayPlan, day_of_row, rest_plan
from sportsbrain.transport.planning.dispatch import (
    PLANNER,
    Built,
    Rest,
    build_dispatch,
    draft_days,
)
from sportsbrain.transport.queries import day_rule, dispatch_version, seconds_of
from sportsbrain.vocabulary.planning import Order

SECONDS = 1.2  # of search: with reading and keeping it stays below two


@dataclass(frozen=True, slots=True, kw_only=True)
class CarReport:
    """
    A car is late.

    Parameters
    ----------
    following
        (booking, whether it is the pickup) of its next stop; None: the next one by the plan.

    """

    car: str
    seconds: float
    following: tuple[str, bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redispatched:
    """
    What planning again changed.

    Parameters
    ----------
    moved
        (booking, car before, car after); no car before is a new booking that was taken in.
    waits
        (booking, seconds longer than was promised).

    """

    version: int
    moved: tuple[tuple[str, str, str], ...]
    waits: tuple[tuple[str, float], ...]
    refused: tuple[str, ...]
    faults: int


def redispatch_day(
    *,
    games: GamesRow,
    day: dt.date,
    at: dt.datetime | None,
    reports: tuple[CarReport, ...],
    actor: str,
    clock: Callable[[], float],
    now: dt.datetime,
    order: Order | None = None,
) -> Redispatched:
    """
    Plan what is left of a day at a moment again, and put it in force; other days stay.

    Who sits in a car stays in it; new bookings are taken in, cancelled ones dropped. Without ``at``
    the whole day is planned, as long as none of it has been driven. One at a time: who comes second
    plans on from what the first one decided.

    Raises
    ------
    RideError
        When the day stands later already, or a report names a car that is not there.

    """
    order = order or Order(seconds=SECONDS)
    with transaction.atomic():
        lock_planners(games_id=games.id, planners=[PLANNER])
        built = build_dispatch(games=games, order=Order(), only=day)
        kept, rest = _in_force(games, day)
        _refuse_nonsense(games, built, day, kept, at, reports)
        for report in reports:
            report_car(
                games=games,
                car=report.car,
                seconds=report.seconds,
                at=at or now,
                actor=actor,
                now=now,
            )
        moment = None if at is None else seconds_of(games, at)
        began = clock()
        after = _planned(built, day, kept, moment, reports, order, clock)
        outcome = draft_days(
            games=games,
            built=built,
            days={day: after},
            rest=rest,
            title=f"{day:%d %b}" + (f", again at {at:%H:%M} UTC" if at else ""),
            order=order,
            actor=actor,
            seconds=clock() - began,
            now=now,
        )
        publish_version(
            games_id=games.id, planner=PLANNER, number=outcome.version, actor=actor, now=now
        )
    return _difference(kept, after, version=outcome.version, faults=len(outcome.score.faults))


def _difference(kept: DayPlan, after: DayPlan, *, version: int, faults: int) -> Redispatched:
    """Return who changes cars and who waits longer."""
    before, car = _cars(kept), _cars(after)
    wait = dict(kept.underway.wait) if kept.underway else {}
    return Redispatched(
        version=version,
        moved=tuple(
            (code, before.get(code, ""), car[code])
            for code in sorted(car)
            if car[code] != before.get(code)
        ),
        waits=tuple(
            (code, longer)
            for code, longer in (after.underway.wait if after.underway else ())
            if longer != wait.get(code)
        ),
        refused=after.plan.refused if after.plan else (),
        faults=faults,
    )


def _in_force(games: GamesRow, day: dt.date) -> tuple[DayPlan, Rest]:
    """Return the day as it is in force, empty before the first plan, and everything else."""
    number = dispatch_version(games=games)
    if number is None:
        return DayPlan(tours=(), underway=None), Rest(conflicts=0)
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    statistics = version_row(games_id=games.id, planner=PLANNER, number=number).statistics
    rows = dict(items["days"])
    row = rows.pop(day.isoformat(), None)
    kept = day_of_row(row) if row else DayPlan(tours=(), underway=None)
    refusals = {c: t for c, t in statistics["refused"].items() if c not in kept.refused}
    return kept, Rest(rows=rows, refusals=refusals, conflicts=0)


def _refuse_nonsense(
    games: GamesRow,
    built: Built,
    day: dt.date,
    kept: DayPlan,
    at: dt.datetime | None,
    reports: tuple[CarReport, ...],
) -> None:
    if kept.underway and (at is None or seconds_of(games, at) < kept.underway.at):
        message = f"{day} has been planned at a later moment already: give that or a later one"
        raise RideError(message)
    if at is not None and day_rule(games)(at) > day:
        message = f"{at:%Y-%m-%d %H:%M} UTC is after {day} has ended: give a moment of that day"
        raise RideError(message)
    if reports and at is None:
        message = "a report needs its moment"
        raise RideError(message)
    cars = {vehicle.code for vehicle in built.days[day].vehicles}
    for report in reports:
        if report.car not in cars:
            message = f"no car {report.car!r} on {day}; a car is named such as {min(cars)!r}"
            raise RideError(message)


def _planned(
    built: Built,
    day: dt.date,
    kept: DayPlan,
    moment: float | None,
    reports: tuple[CarReport, ...],
    order: Order,
    clock: Callable[[], float],
) -> DayPlan:
    """Return the day planned again."""
    whole = built.days[day]
    plan = rest_plan(kept)
    if moment is None:
        answer = _to_the_end(
            solve(
                whole,
                seed=order.seed,
                stop=order.stop(),
                clock=clock,
                start=plan if plan.tours else None,
            )
        )
        return DayPlan(tours=answer.tours, underway=None, plan=answer)
    late = {r.car: Late(seconds=r.seconds, following=r.following) for r in reports}
    underway = underway_at(whole, plan, at=moment, late=late, before=kept.underway)
    underway, answer = _to_the_end(
        redispatch(
            whole, underway=underway, plan=plan, seed=order.seed, stop=order.stop(), clock=clock
        )
    )
    return DayPlan(tours=tours_of(whole, answer, underway), underway=underway, plan=answer)


def _to_the_end(steps: Any) -> Any:
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value


def _cars(day: DayPlan) -> Mapping[str, str]:
    """Return the car of each booking."""
    return {stop.request: tour.vehicle for tour in day.tours for stop in tour.stops}
