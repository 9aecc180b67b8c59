"""Re-plan with the fewest changes: a closed venue, a moved unit; other times of one unit."""

import datetime as dt
from dataclasses import asdict, dataclass, replace

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.cover import fewest_moves
from sportsbrain.brain.timetable.problem import Problem
from sportsbrain.brain.timetable.solve.explain import explain
from sportsbrain.brain.timetable.solve.least_moves import Moves, least_moves
from sportsbrain.brain.timetable.solve.places import Place, other_places
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import number_in_force
from sportsbrain.sport.errors import ChangeError
from sportsbrain.sport.planning.build import Built
from sportsbrain.sport.planning.timetables import (
    PLANNER,
    Outcome,
    build_for,
    draft,
    pin_before,
    starts_named,
)
from sportsbrain.vocabulary.windows import Window, without

REPLAN_SECONDS = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A venue that can not be used for a while."""

    venue: str
    starts_at: dt.datetime
    ends_before: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A unit that shall begin at another time."""

    unit: str
    starts_at: dt.datetime


Change = Closure | Move


def changed_problem(
    problem: Problem, *, change: Change, epoch: dt.datetime
) -> tuple[Problem, frozenset[str]]:
    """
    Return the problem after a change and the venues it concerns: what-if is replace().

    Raises
    ------
    ChangeError
        When the venue or unit is unknown, or the times are not possible.

    """
    if isinstance(change, Closure):
        return _closed(problem, change, epoch), frozenset({change.venue})
    return _moved(problem, change, epoch)


def _closed(problem: Problem, closure: Closure, epoch: dt.datetime) -> Problem:
    if closure.ends_before <= closure.starts_at:
        message = "a closure ends after it starts"
        raise ChangeError(message)
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


def moves_for(
    *,
    built: Built,
    starts: dict[str, int],
    change: Change,
    seconds: float,
    seed: int,
    as_of: dt.datetime | None = None,
) -> tuple[Moves, Problem]:
    """Return the fewest moves that make a change possible, and the changed problem."""
    problem = built.problem
    if as_of is not None:
        problem = pin_before(problem, starts=starts, moment=as_of, epoch=built.epoch)
    changed, venues = changed_problem(problem, change=change, epoch=built.epoch)
    moves = least_moves(changed, starts, venues=venues, seconds=seconds, seed=seed)
    return moves, changed


def least_for_closure(*, built: Built, starts: dict[str, int], closure: Closure) -> int:
    """Return the least number of units that must move, proven apart from the planner."""
    closed = _closed(built.problem, closure, built.epoch)
    return fewest_moves(closed, starts, venue=closure.venue)


def replan(
    *,
    games: GamesRow,
    change: Change,
    actor: str,
    now: dt.datetime,
    base: str = "",
    seconds: float = REPLAN_SECONDS,
    seed: int = 1,
    as_of: dt.datetime | None = None,
) -> Outcome:
    """
    Draft a new version with the fewest moves that make a change possible.

    Without ``base`` it begins from the timetable in force, or from the schedule as imported.
    What began before ``as_of`` stays; without it, while the Games are on, what began before now.
    """
    built = build_for(games=games)
    starts = starts_named(games=games, built=built, name=base or _in_force(games))
    if as_of is None and games.starts_on <= now.date() <= games.ends_on:
        as_of = now
    moves, changed = moves_for(
        built=built, starts=starts, change=change, seconds=seconds, seed=seed, as_of=as_of
    )
    score = check(replace(changed, in_force=tuple(sorted(starts.items()))), moves.starts)
    reasons = explain(changed, moves.unscheduled)
    version = draft(
        games=games,
        built=built,
        starts=moves.starts,
        score=score,
        title=_title(change),
        seed=seed,
        solver="OR-Tools CP-SAT, fewest moves",
        bound=0.0,
        statistics={
            "moved": moves.moved,
            "moved_least": moves.bound,
            "seconds": moves.seconds,
            "reasons": [asdict(reason) for reason in reasons],
        },
        actor=actor,
        run_id=None,
        now=now,
    )
    return Outcome(
        version=version,
        score=score,
        objective=score.objective,
        bound=0.0,
        first_feasible_seconds=None,
        seconds=moves.seconds,
        moved=moves.moved,
        moved_least=moves.bound,
        reasons=reasons,
    )


def _in_force(games: GamesRow) -> str:
    number = number_in_force(games_id=games.id, planner=PLANNER)
    return str(number) if number else "held"


def _title(change: Change) -> str:
    if isinstance(change, Move):
        return f"{change.unit} to {change.starts_at:%d %b %H:%M}"
    spell = f"{change.starts_at:%d %b %H:%M} to {change.ends_before:%d %b %H:%M}"
    return f"{change.venue} closed {spell}"


def places_of_unit(
    *, games: GamesRow, unit: str, base: str = "", count: int = 8
) -> tuple[tuple[dt.datetime, Place], ...]:
    """
    Return the best other times of a unit in a timetable, cheapest first.

    Raises
    ------
    ChangeError
        When there is no such unit.

    """
    built = build_for(games=games)
    if unit not in {u.code for u in built.problem.units}:
        message = f"no unit {unit} with a place"
        raise ChangeError(message)
    starts = starts_named(games=games, built=built, name=base or _in_force(games))
    places = other_places(built.problem, starts, unit=unit, count=count)
    return tuple((built.epoch + dt.timedelta(seconds=p.start), p) for p in places)
