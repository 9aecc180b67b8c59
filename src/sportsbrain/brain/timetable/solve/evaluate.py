"""The objective as the solver sees it, written apart from `check`."""

from collections import defaultdict
from itertools import pairwise

from sportsbrain.brain.timetable.problem import SESSION_GAP, TERMS
from sportsbrain.brain.timetable.solve.index import Index
from sportsbrain.brain.timetable.solve.minutes import prime_loss

GAP = SESSION_GAP // 60


def term_values(index: Index, starts: dict[int, int]) -> dict[str, float]:
    """Return the value of every soft term for starts in minutes by unit."""
    problem = index.problem
    values = dict.fromkeys(TERMS, 0.0)
    finals: dict[int, int] = defaultdict(int)
    minutes: dict[int, int] = defaultdict(int)
    surplus: dict[int, int] = defaultdict(int)
    blocks: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    venue_days: set[tuple[int, int]] = set()
    rows: dict[tuple[int, int], list[tuple[int, int, int, int]]] = defaultdict(list)
    held = dict(problem.in_force)
    for unit, begin in starts.items():
        row = problem.units[unit]
        day = index.day_of(unit, begin)
        end = begin + index.minutes[unit]
        venue_days.add((index.venue[unit], day))
        blocks[index.venue[unit], index.discipline[unit]].append((begin, end))
        if row.code in held and held[row.code] != begin * 60:
            values["stability"] += 1
        for competitor in row.competitors:
            rows[row.event, competitor].append((begin, end, day, unit))
        if row.medal == "1":
            loss = prime_loss(index, begin)
            values["prime_time"] += loss
            finals[day] += 1
            minutes[begin] += 1
            zone = problem.prime_zones[0].windows if problem.prime_zones else ()
            if any(w.starts_at <= begin * 60 < w.ends_before for w in zone):
                gender = problem.events[row.event].gender
                surplus[day] += {"W": 1, "M": -1}.get(gender, 0)
    first, last = problem.medal_days
    mean = sum(finals.values()) / (last - first + 1)
    for day in set(range(first, last + 1)) | set(finals):
        values["medal_spread"] += abs(finals[day] - (mean if first <= day <= last else 0.0))
    values["final_clash"] = float(sum(n * (n - 1) // 2 for n in minutes.values()))
    values["gender_balance"] = float(sum(max(0, abs(n) - 1) for n in surplus.values()))
    values["venue_days"] = float(len(venue_days))
    values["rest"] = _rest(index, rows)
    values["venue_hours"], values["crowd_peak"] = _sessions(index, blocks)
    return values


def objective(index: Index, values: dict[str, float]) -> float:
    """Return the weighted sum of the terms."""
    return sum(index.problem.weight(key) * value for key, value in values.items())


def _rest(index: Index, rows: dict[tuple[int, int], list[tuple[int, int, int, int]]]) -> float:
    problem = index.problem
    hours = 0.0
    for (event, _), items in rows.items():
        if len(items) < 2:
            continue
        rules = problem.disciplines[problem.events[event].discipline]
        items.sort(key=lambda r: (r[0], problem.units[r[3]].code))
        for (_, end, day, one), (begin, _, next_day, other) in pairwise(items):
            stages = (problem.units[one].stage, problem.units[other].stage)
            if stages[0] // 100 == stages[1] // 100 and stages[0] != stages[1]:
                continue
            nights = next_day - day
            hours += 12.0 * max(0, rules.good_days - nights)
            if nights == 0:
                hours += max(0.0, rules.good_seconds / 60 - (begin - end)) / 60
    return hours


def _sessions(
    index: Index, blocks: dict[tuple[int, int], list[tuple[int, int]]]
) -> tuple[float, float]:
    problem = index.problem
    load: dict[tuple[str, int], int] = defaultdict(int)
    total = 0

    def close(venue: int, begin: int, end: int) -> None:
        nonlocal total
        total += (end - begin) * 60 + problem.session_extra_seconds
        place = problem.venues[venue]
        for hour in range(begin // 60, (end - 1) // 60 + 1):
            load[place.zone, hour] += place.seats

    for (venue, _), spans in blocks.items():
        spans.sort()
        begin, end = spans[0]
        for next_begin, next_end in spans[1:]:
            if next_begin - end > GAP:
                close(venue, begin, end)
                begin = next_begin
            end = max(end, next_end)
        close(venue, begin, end)
    over = sum(max(0, n - problem.zone_seats_max) for n in load.values()) / 1000
    return total / 3600, over
