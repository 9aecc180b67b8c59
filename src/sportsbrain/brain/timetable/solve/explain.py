"""
Why some units find no place, in words.

The problem is taken apart by discipline, because one that can not be planned alone can not be
planned at all. Plain arithmetic speaks first; then the relaxed model of counts is asked, and each
rule is made elastic by itself: what alone would help is named. The solver's own assumption cores
are not used; they can be wrong.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sportsbrain.brain.timetable.problem import DAY, TERMS, Discipline, Problem
from sportsbrain.brain.timetable.solve.bounds import lower_bounds
from sportsbrain.brain.timetable.solve.index import Index, index_of
from sportsbrain.brain.timetable.solve.proof import Counts
from sportsbrain.vocabulary.windows import Window

DAYS_SECONDS = 3.0
Change = Callable[[Problem], Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """
    Why a discipline can not be planned.

    Parameters
    ----------
    discipline
        Its code.
    text
        What contradicts what, with the figures.
    helps
        Changes of which each alone would remove the contradiction.

    """

    discipline: str
    text: str
    helps: tuple[str, ...] = ()


def explain(problem: Problem, left_over: Iterable[str]) -> tuple[Reason, ...]:
    """Return the reasons why units found no place, discipline by discipline."""
    codes = set(left_over)
    wanted = sorted({problem.events[u.event].discipline for u in problem.units if u.code in codes})
    reasons: list[Reason] = []
    for discipline in wanted:
        alone = _alone(problem, discipline)
        found = list(_by_arithmetic(alone, discipline)) or list(_by_model(alone, discipline))
        reasons += found or [_unproven(problem, discipline, codes)]
    return tuple(reasons)


def _alone(problem: Problem, discipline: int) -> Problem:
    units = (u for u in problem.units if problem.events[u.event].discipline == discipline)
    return replace(problem, units=tuple(units))


def _by_arithmetic(problem: Problem, discipline: int) -> Iterator[Reason]:
    """Hours that are missing, units that are too long, places that hold too little."""
    index = index_of(problem)
    code = problem.disciplines[discipline].code
    for number, unit in enumerate(problem.units):
        venue = problem.venues[index.venue[number]]
        spans = index.windows.get((index.venue[number], discipline), {})
        longest = max((b - a for ws in spans.values() for a, b in ws), default=0)
        if longest == 0:
            text = f"{code} has no opening hours at {venue.code}, where {unit.name} is held."
            yield Reason(discipline=code, text=text, helps=(f"opening hours at {venue.code}",))
            return
        if index.minutes[number] > longest:
            yield Reason(
                discipline=code,
                text=f"{unit.name} lasts {index.minutes[number]} minutes; the longest opening of "
                f"{venue.code} is {longest}.",
                helps=("a shorter unit", f"longer hours at {venue.code}"),
            )
            return
    yield from _full_places(index, discipline)


def _full_places(index: Index, discipline: int) -> Iterator[Reason]:
    problem = index.problem
    rules = problem.disciplines[discipline]
    work: dict[int, list[int]] = defaultdict(list)
    for number, unit in enumerate(problem.units):
        work[unit.location].append(index.minutes[number])
    for location, minutes in sorted(work.items()):
        place = problem.locations[location]
        spans = index.windows[place.venue, discipline].values()
        days = len(spans)
        room = sum(b - a for ws in spans for a, b in ws) * place.units_at_once
        change = rules.change_seconds // 60
        need = sum(minutes)
        if place.units_at_once == 1:
            need += change * max(0, len(minutes) - days)
        if need > room:
            yield Reason(
                discipline=rules.code,
                text=f"{place.code} would have to hold {need:,} minutes of {rules.code}, "
                f"{change} minutes of change-over included each time; its opening hours on "
                f"{days} days give {room:,}.",
                helps=(f"{-(-(need - room) // 60)} hours more", "another place", "fewer units"),
            )


def _by_model(problem: Problem, discipline: int) -> Iterator[Reason]:
    """Ask the relaxed model, and which rule alone would make the impossible possible."""
    if not _is_impossible(problem, discipline):
        return
    rules = problem.disciplines[discipline]
    rounds = defaultdict(set)
    days = 0
    index = index_of(problem)
    for number, unit in enumerate(problem.units):
        rounds[unit.event].add(unit.stage // 100)
        days = max(days, len(index.days_of(number)))
    most = max(len(r) for r in rounds.values())
    helps = tuple(
        name for name, change in _elastic(rules) if not _is_impossible(change(problem), discipline)
    )
    yield Reason(
        discipline=rules.code,
        text=f"{rules.code} contradicts itself: up to {most} rounds an event, {rules.stage_days} "
        f"nights between rounds, {rules.rest_days} nights of rest for a competitor, "
        f"{len(problem.units)} units, {days} days.",
        helps=helps or ("more than one of its rules at once",),
    )


def _is_impossible(problem: Problem, discipline: int) -> bool:
    index = index_of(problem)
    weights = dict.fromkeys(TERMS, 0.0) | dict(problem.weights)
    counts = Counts(index, lower_bounds(index), discipline, weights)
    return counts.prove(DAYS_SECONDS) is None


def _elastic(rules: Discipline) -> Iterator[tuple[str, Change]]:
    """Yield each rule by name, with the change that takes it away."""

    def rule(**values: Any) -> Change:
        def change(problem: Problem) -> Problem:
            disciplines = tuple(
                replace(d, **values) if d.code == rules.code else d for d in problem.disciplines
            )
            return replace(problem, disciplines=disciplines)

        return change

    if rules.stage_days:
        yield f"fewer than {rules.stage_days} nights between rounds", rule(stage_days=0)
    if rules.rest_days:
        yield f"fewer than {rules.rest_days} nights of rest", rule(rest_days=0)
    if rules.stage_seconds:
        yield f"less than {rules.stage_seconds // 60} minutes between rounds", rule(stage_seconds=0)
    if rules.change_seconds:
        yield (
            f"less than {rules.change_seconds // 60} minutes of change-over",
            rule(change_seconds=0),
        )
    yield "one more day", _one_more_day
    yield "no pinned units", _unpinned


def _one_more_day(problem: Problem) -> Problem:
    def longer(windows: tuple[Window, ...]) -> tuple[Window, ...]:
        last = windows[-1:]
        more = (Window(starts_at=w.starts_at + DAY, ends_before=w.ends_before + DAY) for w in last)
        return (*windows, *more)

    venues = tuple(
        replace(v, windows=tuple((d, longer(ws)) for d, ws in v.windows)) for v in problem.venues
    )
    return replace(problem, venues=venues, days=problem.days + 1)


def _unpinned(problem: Problem) -> Problem:
    return replace(problem, units=tuple(replace(u, pinned_at=None) for u in problem.units))


def _unproven(problem: Problem, discipline: int, codes: set[str]) -> Reason:
    rules = problem.disciplines[discipline]
    count = sum(
        u.code in codes for u in problem.units if problem.events[u.event].discipline == discipline
    )
    return Reason(
        discipline=rules.code,
        text=f"{count} units of {rules.code} found no place. No contradiction inside {rules.code} "
        "was proven: others take its place or its people, or the run was too short.",
        helps=("a longer run", "more hours at its venues"),
    )
