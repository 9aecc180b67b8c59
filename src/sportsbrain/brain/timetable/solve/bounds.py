"""What each soft term could reach at least, alone: proven lower bounds."""

import math
from collections import defaultdict
from dataclasses import dataclass

from sportsbrain.brain.timetable.solve.index import Index
from sportsbrain.brain.timetable.solve.minutes import prime_loss


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Proven lower bounds: of each term alone; of hours, days, prime time of each discipline."""

    terms: dict[str, float]
    hours: dict[int, float]
    days: dict[int, dict[int, int]]
    prime: dict[int, float]


def lower_bounds(index: Index) -> Bounds:
    """Return lower bounds over all timetables without faults."""
    days = _least_days(index)
    hours = _venue_hours(index, days)
    by_discipline: dict[int, float] = defaultdict(float)
    for (_, discipline), value in hours.items():
        by_discipline[discipline] += value
    least: dict[int, dict[int, int]] = defaultdict(dict)
    for (venue, discipline), count in days.items():
        least[discipline][venue] = count
    prime = _prime_time(index)
    return Bounds(
        terms=_terms(index, days, sum(hours.values()), sum(prime.values())),
        hours=by_discipline,
        days=dict(least),
        prime=prime,
    )


def _terms(
    index: Index, days: dict[tuple[int, int], int], hours: float, prime: float
) -> dict[str, float]:
    return {
        "prime_time": prime,
        "medal_spread": _medal_spread(index),
        "final_clash": 0.0,
        "gender_balance": 0.0,
        "rest": 0.0,
        "venue_hours": hours,
        "venue_days": float(sum(_days_of_venues(index, days).values())),
        "crowd_peak": 0.0,
        "stability": 0.0,
    }


def _prime_time(index: Index) -> dict[int, float]:
    """Every final at its best minute inside its own hours, by discipline."""
    total: dict[int, float] = defaultdict(float)
    best: dict[tuple[int, int, int], float] = {}
    for number, unit in enumerate(index.problem.units):
        if unit.medal != "1":
            continue
        key = (index.venue[number], index.discipline[number], index.minutes[number])
        if key not in best:
            spans = index.windows[key[0], key[1]].values()
            starts = {m for ws in spans for a, b in ws for m in range(a, b - key[2] + 1)}
            best[key] = min((prime_loss(index, m) for m in starts), default=1.0)
        total[key[1]] += best[key]
    return dict(total)


def _medal_spread(index: Index) -> float:
    """Whole numbers of finals can not all equal the mean."""
    first, last = index.problem.medal_days
    days = last - first + 1
    total = sum(1 for u in index.problem.units if u.medal == "1")
    low, more = divmod(total, days)
    mean = total / days
    return more * (low + 1 - mean) + (days - more) * (mean - low)


def _least_days(index: Index) -> dict[tuple[int, int], int]:
    """Return the fewest days each discipline needs at each venue: by load and by chains of rest."""
    problem = index.problem
    load: dict[tuple[int, int, int], int] = defaultdict(int)
    for number, unit in enumerate(problem.units):
        load[index.venue[number], index.discipline[number], unit.location] += unit.seconds
    least: dict[tuple[int, int], int] = defaultdict(lambda: 1)
    for (venue, discipline, location), seconds in load.items():
        spans = index.windows[venue, discipline].values()
        rooms = sorted((sum(b - a for a, b in ws) * 60 for ws in spans), reverse=True)
        change = problem.disciplines[discipline].change_seconds
        many = problem.locations[location].units_at_once
        count = sum(
            1
            for n, u in enumerate(problem.units)
            if u.location == location and index.discipline[n] == discipline
        )
        days = filled = 0
        while days < len(rooms):
            need = seconds + (max(0, count - days) * change if many == 1 else 0)
            if days and filled >= need:
                break
            filled += rooms[days] * many
            days += 1
        least[venue, discipline] = max(least[venue, discipline], days)
    for key, days in _chains(index).items():
        least[key] = max(least[key], days)
    return dict(least)


def _chains(index: Index) -> dict[tuple[int, int], int]:
    """Return, by venue and discipline, the longest chain of units that need a night between."""
    problem = index.problem
    chains: dict[tuple[int, int], int] = defaultdict(int)
    for event, stages in index.stages.items():
        rules = problem.disciplines[problem.events[event].discipline]
        by_venue: dict[int, int] = defaultdict(int)
        rounds: dict[int, list[int]] = defaultdict(list)
        for stage, members in stages.items():
            rounds[stage // 100] += members
        for members in rounds.values():
            count: dict[tuple[int, int, int], int] = defaultdict(int)
            for number in members:
                stage = problem.units[number].stage
                for competitor in problem.units[number].competitors:
                    count[index.venue[number], stage, competitor] += 1
            venues = {index.venue[n] for n in members}
            for venue in venues:
                most = max((c for (v, _, _), c in count.items() if v == venue), default=1)
                nights = most if rules.rest_days else 1
                if rules.stage_days:
                    by_venue[venue] += nights
                else:
                    by_venue[venue] = max(by_venue[venue], nights)
        for venue, days in by_venue.items():
            key = (venue, problem.events[event].discipline)
            chains[key] = max(chains[key], days)
    return chains


def _days_of_venues(index: Index, least: dict[tuple[int, int], int]) -> dict[int, int]:
    """Add up disciplines whose windows never share a day; else take the longest."""
    days: dict[int, int] = {}
    for venue in {v for v, _ in least}:
        rows = [(d, n) for (v, d), n in least.items() if v == venue]
        spans = {d: set(index.windows[venue, d]) for d, _ in rows}
        is_apart = all(not spans[a] & spans[b] for a, _ in rows for b, _ in rows if a < b)
        days[venue] = sum(n for _, n in rows) if is_apart else max(n for _, n in rows)
    return days


def _venue_hours(index: Index, least: dict[tuple[int, int], int]) -> dict[tuple[int, int], float]:
    """Return the work of the busiest place, with change-over and each session's extra."""
    problem = index.problem
    work: dict[tuple[int, int], float] = defaultdict(float)
    extra = problem.session_extra_seconds
    for location in range(len(problem.locations)):
        venue = problem.locations[location].venue
        many = problem.locations[location].units_at_once
        numbers = [n for n, u in enumerate(problem.units) if u.location == location]
        for discipline in {index.discipline[n] for n in numbers}:
            own = [n for n in numbers if index.discipline[n] == discipline]
            seconds = sum(problem.units[n].seconds for n in own)
            change = min(problem.disciplines[discipline].change_seconds, extra)
            limit = problem.disciplines[discipline].session_seconds_max
            sessions = max(least[venue, discipline], math.ceil(seconds / many / limit))
            inside = max(0, len(own) - sessions) * change if many == 1 else 0
            total = seconds / many + inside + sessions * extra
            work[venue, discipline] = max(work[venue, discipline], total)
    return {key: seconds / 3600 for key, seconds in work.items()}
