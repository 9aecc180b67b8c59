"""What disciplines take from each other, by day: finals, load, venue-days, prime time."""

from collections import defaultdict
from dataclasses import dataclass, field

from sportsbrain.brain.timetable.solve.index import Index


@dataclass(slots=True)
class Sums:
    """What the other disciplines already take, by day."""

    finals: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    surplus: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    load: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    venue_days: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    units: dict[int, int] = field(default_factory=dict)


def owns_days(index: Index, venue: int, discipline: int) -> bool:
    """Tell whether a bound charges the days of a shared venue to this discipline."""
    spans = {d: set(days) for (v, d), days in index.windows.items() if v == venue}
    count = {d: sum(index.venue[u] == venue for u in index.by_discipline.get(d, ())) for d in spans}
    rivals = [d for d in spans if d != discipline and spans[d] & spans[discipline]]
    return all((count[discipline], discipline) > (count[d], d) for d in rivals)


def prime_room(index: Index, unit: int, day: int, zone: int = 0) -> int:
    """Return how many minutes of a prime zone the unit could start in on a day."""
    spans = index.windows[index.venue[unit], index.discipline[unit]].get(day, [])
    zones = index.problem.prime_zones
    if not zones or not spans:
        return 0
    best = 0
    for window in zones[zone].windows:
        begin, end = window.starts_at // 60, window.ends_before // 60
        for a, b in spans:
            best = max(best, min(b - index.minutes[unit] + 1, end) - max(a, begin))
    return best


def add_to(sums: Sums, index: Index, days: dict[int, int], sign: int) -> None:
    """Add or take away what some units take, by day."""
    problem = index.problem
    venues: set[tuple[int, int]] = set()
    for unit, day in days.items():
        row = problem.units[unit]
        rules = problem.disciplines[index.discipline[unit]]
        sums.load[row.location, day] += sign * (index.minutes[unit] + rules.change_seconds // 60)
        venues.add((index.venue[unit], day))
        if row.medal == "1":
            sums.finals[day] += sign
            if prime_room(index, unit, day) > 0:
                gender = problem.events[row.event].gender
                sums.surplus[day] += sign * {"W": 1, "M": -1}.get(gender, 0)
        if sign > 0:
            sums.units[unit] = day
        else:
            sums.units.pop(unit, None)
    for key in venues:
        sums.venue_days[key] += sign
