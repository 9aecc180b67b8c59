"""Where else could one unit be? Every other time that breaks nothing, cheapest first."""

from dataclasses import dataclass, replace

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.problem import DAY, Problem
from sportsbrain.brain.timetable.solve.evaluate import objective, term_values
from sportsbrain.brain.timetable.solve.greedy import Placer
from sportsbrain.brain.timetable.solve.index import index_of

STEP_MINUTES = 15
SCORED_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    Another time for a unit.

    Parameters
    ----------
    start
        Seconds from the epoch.
    delta
        What the objective gains (below 0) or loses (above 0).
    terms
        The same, term by term, weighted; terms that do not change are left out.

    """

    start: int
    delta: float
    terms: tuple[tuple[str, float], ...]


def other_places(
    problem: Problem, starts: dict[str, int], *, unit: str, count: int = 8
) -> tuple[Place, ...]:
    """
    Return the best other times of a unit, everything else staying where it is.

    Each is confirmed by the independent check: it brings no fault that was not there before.

    Raises
    ------
    KeyError
        When there is no such unit.

    """
    index = index_of(problem)
    number = index.position[unit]
    now = {index.position[c]: s // 60 for c, s in starts.items() if c in index.position}
    placer = Placer(index)
    for other, at in now.items():
        if other != number:
            placer.take(other, at)
    spans = index.windows.get((index.venue[number], index.discipline[number]), {})
    moments = [m for day in sorted(spans) for m in _free(placer, number, day, spans[day])]
    moments = [m for m in moments if m != now.get(number)]
    before = term_values(index, now)
    found = []
    for moment in _spread(moments, now.get(number)):
        values = term_values(index, {**now, number: moment})
        terms = {k: problem.weight(k) * (values[k] - before[k]) for k in values}
        delta = objective(index, values) - objective(index, before)
        kept = tuple((k, round(v, 3)) for k, v in terms.items() if abs(v) > 1e-6)
        found.append(Place(start=moment * 60, delta=round(delta, 3), terms=kept))
    found.sort(key=lambda p: (p.delta, p.start))
    return _confirmed(problem, starts, unit, found, count)


def _free(placer: Placer, unit: int, day: int, spans: list[tuple[int, int]]) -> list[int]:
    """Return moments of a day at which nothing is broken, a quarter of an hour apart."""
    ready, ready_day = placer.after_stages(unit)
    until = placer.before_stages(unit)
    found: list[int] = []
    length = placer.index.minutes[unit]
    if day < ready_day:
        return found
    for a, b in spans:
        at = max(a, ready)
        b = b if until is None else min(b, until)  # noqa: PLW2901
        while at + length <= b:
            jump = placer.blocked(unit, at)
            if jump is None:
                found.append(at)
                jump = (at // STEP_MINUTES + 1) * STEP_MINUTES
            at = max(jump, at + 1)
    return found


def _spread(moments: list[int], now: int | None) -> list[int]:
    """Return so many moments as can be scored: every day keeps some, near ones first."""
    by_day: dict[int, list[int]] = {}
    for moment in moments:
        by_day.setdefault(moment * 60 // DAY, []).append(moment)
    share = max(1, SCORED_MAX // max(1, len(by_day)))
    chosen: list[int] = []
    for day_moments in by_day.values():
        near = sorted(day_moments, key=lambda m: abs((m - (now or m)) % 1440))
        chosen += near[:share]
    return chosen


def _confirmed(
    problem: Problem, starts: dict[str, int], unit: str, found: list[Place], count: int
) -> tuple[Place, ...]:
    """Keep the places that bring no new fault, as the check of the units concerned sees it."""
    near = _concerned(problem, unit)
    small = replace(problem, units=tuple(u for u in problem.units if u.code in near))
    own = {c: s for c, s in starts.items() if c in near}
    before = {(f.rule, f.units) for f in check(small, own).faults}
    kept: list[Place] = []
    for place in found:
        faults = check(small, {**own, unit: place.start}).faults
        if all((f.rule, f.units) in before for f in faults):
            kept.append(place)
        if len(kept) == count:
            break
    return tuple(kept)


def _concerned(problem: Problem, code: str) -> set[str]:
    """Return the units that share venue, event or a person with one."""
    one = next(u for u in problem.units if u.code == code)
    venue = problem.locations[one.location].venue
    people = set(one.possible) | set(one.persons)
    return {
        u.code
        for u in problem.units
        if problem.locations[u.location].venue == venue
        or u.event == one.event
        or people & (set(u.possible) | set(u.persons))
    }
