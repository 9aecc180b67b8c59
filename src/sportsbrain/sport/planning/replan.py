"""Re-plan with the fewest changes: a closed venue, a moved unit; other times of one unit."""

import datetime as dt
from dataclasses import asdict, replace

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.cover import fewest_moves
from sportsbrain.brain.timetable.problem import Problem
from sportsbrain.brain.timetable.solve.explain import explain
from sportsbrain.brain.timetable.solve.least_moves import Moves, least_moves
from sportsbrain.brain.timetable.solve.places import Place, other_places
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import number_in_force
from sportsbrain.sport.planning.build import Built
from sportsbrain.sport.planning.changed import changed_problem, closed_problem
from sportsbrain.sport.planning.timetables import (
    PLANNER,
    Outcome,
    build_for,
    draft,
    pin_before,
    starts_named,
)
from sportsbrain.vocabulary.changes import (
    Cancellation,
    Change,
    ChangeError,
    Closure,
    Move,
)

REPLAN_SECONDS = 9.0
TITLE_MAX = 200


def moves_for(
    *,
    built: Built,
    starts: dict[str, int],
    changes: tuple[Change, ...],
    seconds: float,
    seed: int,
    as_of: dt.datetime | None = None,
) -> tuple[Moves, Problem]:
    """Return the fewest moves that make changes possible, and the changed problem."""
    problem = built.problem
    if as_of is not None:
        problem = pin_before(problem, starts=starts, moment=as_of, epoch=built.epoch)
    changed, venues = changed_problem(problem, changes=changes, epoch=built.epoch)
    codes = {unit.code for unit in changed.units}
    starts = {code: start for code, start in starts.items() if code in codes}
    moves = least_moves(changed, starts, venues=venues, seconds=seconds, seed=seed)
    return moves, changed


def least_for_closure(*, built: Built, starts: dict[str, int], closure: Closure) -> int:
    """Return the least number of units that must move, proven apart from the planner."""
    closed = closed_problem(built.problem, closure, built.epoch)
    return fewest_moves(closed, starts, venue=closure.venue)


def replan(
    *,
    games: GamesRow,
    changes: tuple[Change, ...],
    actor: str,
    now: dt.datetime,
    base: str = "",
    seconds: float = REPLAN_SECONDS,
    seed: int = 1,
    as_of: dt.datetime | None = None,
) -> Outcome:
    """
    Draft a new version with the fewest moves that make changes possible.

    Without ``base`` it begins from the timetable in force, or from the schedule as imported.
    What began before ``as_of`` stays; without it, while the Games are on, what began before now.
    """
    built = build_for(games=games)
    starts = starts_named(games=games, built=built, name=base or _in_force(games))
    if as_of is None and games.starts_on <= now.date() <= games.ends_on:
        as_of = now
    moves, changed = moves_for(
        built=built, starts=starts, changes=changes, seconds=seconds, seed=seed, as_of=as_of
    )
    score = check(replace(changed, in_force=tuple(sorted(starts.items()))), moves.starts)
    reasons = explain(changed, moves.unscheduled)
    version = draft(
        games=games,
        built=replace(built, problem=changed),
        starts=moves.starts,
        score=score,
        title=_title(changes),
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


def hash_after(*, games: GamesRow, changes: tuple[Change, ...]) -> tuple[str, str]:
    """Return the fingerprints of the timetable problem before and after changes."""
    built = build_for(games=games)
    problem, _ = changed_problem(built.problem, changes=changes, epoch=built.epoch)
    return built.problem.fingerprint(), problem.fingerprint()


def _in_force(games: GamesRow) -> str:
    number = number_in_force(games_id=games.id, planner=PLANNER)
    return str(number) if number else "held"


def _title(changes: tuple[Change, ...]) -> str:
    words = []
    for change in changes:
        if isinstance(change, Move):
            words.append(f"{change.unit} to {change.starts_at:%d %b %H:%M}")
        elif isinstance(change, Closure):
            spell = f"{change.starts_at:%d %b %H:%M} to {change.ends_before:%d %b %H:%M}"
            words.append(f"{change.venue} closed {spell}")
        elif isinstance(change, Cancellation):
            words.append(f"{change.event.rstrip('-')} not held")
    return "; ".join(words)[:TITLE_MAX] or "no unit has to move"


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
