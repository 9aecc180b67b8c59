"""The timetable problem after changes: what-if is replace()."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from sportsbrain.brain.timetable.problem import Problem
from sportsbrain.vocabulary.changes import (
    Cancellation,
    Change,
    ChangeError,
    Closure,
    Move,
    Seats,
    Withdrawal,
)
from sportsbrain.vocabulary.windows import Window, without


def changed_problem(
    problem: Problem, *, changes: Iterable[Change], epoch: dt.datetime
) -> tuple[Problem, frozenset[str]]:
    """
    Return the problem after changes and the venues they concern: what-if is replace().

    Changes of other slices are passed over.

    Raises
    ------
    ChangeError
        When a venue, event or unit is unknown, or the times are not possible.

    """
    venues: frozenset[str] = frozenset()
    for change in changes:
        concerned: frozenset[str] = frozenset()
        if isinstance(change, Closure):
            problem, concerned = closed_problem(problem, change, epoch), frozenset({change.venue})
        elif isinstance(change, Move):
            problem, concerned = _moved(problem, change, epoch)
        elif isinstance(change, Cancellation):
            problem = _cancelled(problem, change)
        elif isinstance(change, Seats):
            problem = _seated(problem, change)
        elif isinstance(change, Withdrawal):
            problem = _withdrawn(problem, change)
        venues |= concerned
    return problem, venues


def closed_problem(problem: Problem, closure: Closure, epoch: dt.datetime) -> Problem:
    """Return the problem with a venue closed for a while."""
    if closure.venue not in {v.code for v in problem.venues}:
        message = f"no venue {closure.venue} with units; known are " + ", ".join(
            v.code for v in problem.venues
        )
        raise ChangeError(message)
    cut = Window(
        starts_at=int((closure.starts_at - epoch).total_seconds()),
        ends_before=int((closure.ends_before - epoch).total_seconds()),
    )
    venues = tuple(
        replace(v, windows=tuple((d, without(ws, cut)) for d, ws in v.windows))
        if v.code == closure.venue
        else v
        for v in problem.venues
    )
    return replace(problem, venues=venues)


def _cancelled(problem: Problem, change: Cancellation) -> Problem:
    events = [e for e, event in enumerate(problem.events) if event.code == change.event]
    if not events:
        message = f"no event {change.event} with units"
        raise ChangeError(message)
    return replace(problem, units=tuple(u for u in problem.units if u.event not in events))


def _withdrawn(problem: Problem, change: Withdrawal) -> Problem:
    """Return the problem without somebody; who comes instead has the units from then on."""
    number = {code: n for n, code in enumerate(problem.person_codes)}
    gone, comes = number.get(change.participant), number.get(change.reserve)
    if gone is None:
        return problem

    def after(people: tuple[int, ...]) -> tuple[int, ...]:
        if gone not in people:
            return people
        others = {person for person in people if person != gone}
        return tuple(sorted(others if comes is None else others | {comes}))

    units = tuple(
        replace(unit, persons=after(unit.persons), possible=after(unit.possible))
        for unit in problem.units
    )
    return replace(problem, units=units)


def _seated(problem: Problem, change: Seats) -> Problem:
    venues = tuple(
        replace(v, seats=change.seats) if v.code == change.venue else v for v in problem.venues
    )
    return replace(problem, venues=venues)


def _moved(problem: Problem, move: Move, epoch: dt.datetime) -> tuple[Problem, frozenset[str]]:
    unit = next((u for u in problem.units if u.code == move.unit), None)
    if unit is None:
        message = f"no unit {move.unit}"
        raise ChangeError(message)
    start = int((move.starts_at - epoch).total_seconds())
    venue = problem.venues[problem.locations[unit.location].venue]
    windows = venue.windows_of(problem.events[unit.event].discipline)
    if not any(w.starts_at <= start and start + unit.seconds <= w.ends_before for w in windows):
        message = f"{venue.code} is not open for {unit.name} at {move.starts_at:%d %b %H:%M}"
        raise ChangeError(message)
    units = tuple(replace(u, pinned_at=start) if u.code == move.unit else u for u in problem.units)
    people = set(unit.possible) | set(unit.persons)
    venues = {
        problem.venues[problem.locations[u.location].venue].code
        for u in problem.units
        if u.event == unit.event or people & (set(u.possible) | set(u.persons))
    }
    return replace(problem, units=units), frozenset(venues | {venue.code})
