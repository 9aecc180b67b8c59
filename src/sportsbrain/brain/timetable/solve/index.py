"""The problem as plain arrays, in minutes, for the solver's inner loops."""

from collections import defaultdict
from dataclasses import dataclass, field

from sportsbrain.brain.timetable.problem import DAY, Problem


@dataclass(slots=True)
class Index:
    """What every step of the solver looks up. Minutes count from the epoch."""

    problem: Problem
    minutes: list[int] = field(default_factory=list)
    venue: list[int] = field(default_factory=list)
    discipline: list[int] = field(default_factory=list)
    by_discipline: dict[int, list[int]] = field(default_factory=dict)
    stages: dict[int, dict[int, list[int]]] = field(default_factory=dict)
    windows: dict[tuple[int, int], dict[int, list[tuple[int, int]]]] = field(default_factory=dict)
    sharing: dict[int, set[int]] = field(default_factory=dict)
    position: dict[str, int] = field(default_factory=dict)
    groups: list[tuple[int, ...]] = field(default_factory=list)
    group_of: dict[int, int] = field(default_factory=dict)
    in_force: dict[int, int] = field(default_factory=dict)

    def day_of(self, unit: int, minute: int) -> int:
        """Return the local day of a moment at the unit's venue."""
        offset = self.problem.venues[self.venue[unit]].utc_offset
        return (minute * 60 + offset) // DAY

    def are_parts(self, one: int, other: int) -> bool:
        """Tell whether two units are parts of one round: the same code on several rows."""
        stages = (self.problem.units[one].stage, self.problem.units[other].stage)
        return stages[0] != stages[1] and stages[0] // 100 == stages[1] // 100

    def days_of(self, unit: int) -> list[int]:
        """Return the days whose window is long enough for the unit."""
        spans = self.windows.get((self.venue[unit], self.discipline[unit]), {})
        need = self.minutes[unit]
        return [d for d, ws in spans.items() if any(b - a >= need for a, b in ws)]


def index_of(problem: Problem) -> Index:
    """Return the arrays of a problem."""
    index = Index(problem=problem)
    index.stages = defaultdict(lambda: defaultdict(list))
    by_discipline: dict[int, list[int]] = defaultdict(list)
    for number, unit in enumerate(problem.units):
        index.minutes.append(-(-unit.seconds // 60))
        index.venue.append(problem.locations[unit.location].venue)
        index.discipline.append(problem.events[unit.event].discipline)
        by_discipline[index.discipline[number]].append(number)
        index.stages[unit.event][unit.stage].append(number)
        index.position[unit.code] = number
    index.by_discipline = dict(by_discipline)
    index.in_force = {
        index.position[code]: seconds // 60
        for code, seconds in problem.in_force
        if code in index.position
    }
    for number, venue in enumerate(problem.venues):
        for discipline, windows in venue.windows:
            days: dict[int, list[tuple[int, int]]] = defaultdict(list)
            for window in windows:
                begin, end = -(-window.starts_at // 60), window.ends_before // 60
                days[(window.starts_at + venue.utc_offset) // DAY].append((begin, end))
            index.windows[number, discipline] = dict(days)
    index.sharing = _sharing(problem)
    index.groups = _groups(index)
    index.group_of = {d: n for n, group in enumerate(index.groups) for d in group}
    return index


def _groups(index: Index) -> list[tuple[int, ...]]:
    """
    Return disciplines in groups that share a place on the same days, most finals first.

    A venue that limits its units at once is one place.
    """
    users: dict[tuple[int, int], set[int]] = defaultdict(set)
    for number, unit in enumerate(index.problem.units):
        venue = index.venue[number]
        is_limited = index.problem.venues[venue].units_at_once > 0
        users[venue, -1 if is_limited else unit.location].add(index.discipline[number])
    group_of = {d: {d} for d in index.by_discipline}
    for (venue, _), disciplines in users.items():
        for one in disciplines:
            for other in disciplines:
                if one < other and set(index.windows[venue, one]) & set(
                    index.windows[venue, other]
                ):
                    merged = group_of[one] | group_of[other]
                    for d in merged:
                        group_of[d] = merged
    finals = {
        d: sum(index.problem.units[u].medal == "1" for u in units)
        for d, units in index.by_discipline.items()
    }
    largest_first = {
        tuple(sorted(g, key=lambda d: (-len(index.by_discipline[d]), d))) for g in group_of.values()
    }
    return sorted(largest_first, key=lambda g: (-sum(finals[d] for d in g), g))


def _sharing(problem: Problem) -> dict[int, set[int]]:
    """Return, for each unit, the units of other events that may share a person with it."""
    of_person: dict[int, list[int]] = defaultdict(list)
    for number, unit in enumerate(problem.units):
        for person in unit.possible or unit.persons:
            of_person[person].append(number)
    sharing: dict[int, set[int]] = defaultdict(set)
    seen: set[tuple[int, ...]] = set()
    for numbers in of_person.values():
        key = tuple(numbers)
        if len(key) < 2 or key in seen:
            continue
        seen.add(key)
        events = {problem.units[n].event for n in key}
        if len(events) < 2:
            continue
        for one in key:
            for other in key:
                if problem.units[one].event != problem.units[other].event:
                    sharing[one].add(other)
    return dict(sharing)
