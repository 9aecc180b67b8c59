"""
Judge a timetable: every broken hard rule by name, every soft term by value.

Shares no code with `solve`: this is how anyone can trust a solver.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from sportsbrain.brain.timetable.problem import DAY, SESSION_GAP, Problem, Unit
from sportsbrain.vocabulary.planning import Fault, Score

Placed = tuple[int, int, Unit]


def check(problem: Problem, starts: Mapping[str, int]) -> Score:
    """
    Return every fault and every soft cost of a timetable.

    Parameters
    ----------
    problem
        The rules and the units.
    starts
        Seconds from the epoch by unit code.

    """
    placed = [
        (starts[u.code], starts[u.code] + u.seconds, u) for u in problem.units if u.code in starts
    ]
    placed.sort(key=lambda p: (p[0], p[2].code))
    faults = [
        *_unscheduled(problem, starts),
        *_pinned(placed),
        *_opening_hours(problem, placed),
        *_fields_of_play(problem, placed),
        *_venue_units(problem, placed),
        *_phase_order(problem, placed),
        *_people(problem, placed),
        *_session_lengths(problem, placed),
    ]
    return Score(
        faults=tuple(faults), soft=soft_terms(problem, placed), weights=dict(problem.weights)
    )


def _unscheduled(problem: Problem, starts: Mapping[str, int]) -> Iterator[Fault]:
    for unit in problem.units:
        if unit.code not in starts:
            yield Fault(rule="unscheduled", text=f"{unit.name} has no time", units=(unit.code,))


def _pinned(placed: list[Placed]) -> Iterator[Fault]:
    for begin, _, unit in placed:
        if unit.pinned_at is not None and begin != unit.pinned_at:
            yield Fault(rule="pinned", text=f"{unit.name} is pinned and moved", units=(unit.code,))


def _opening_hours(problem: Problem, placed: list[Placed]) -> Iterator[Fault]:
    for begin, end, unit in placed:
        if unit.pinned_at == begin:
            continue
        venue = problem.venues[problem.locations[unit.location].venue]
        windows = venue.windows_of(problem.events[unit.event].discipline)
        if not any(w.starts_at <= begin and end <= w.ends_before for w in windows):
            yield Fault(
                rule="opening_hours",
                text=f"{unit.name} runs outside the hours of {venue.code}",
                units=(unit.code,),
                places=(venue.code,),
            )


def _fields_of_play(problem: Problem, placed: list[Placed]) -> Iterator[Fault]:
    by_location: dict[int, list[Placed]] = defaultdict(list)
    for item in placed:
        by_location[item[2].location].append(item)
    for index, items in by_location.items():
        place = problem.locations[index]
        running: list[tuple[int, Unit]] = []
        last: dict[int, tuple[int, Unit]] = {}
        for begin, end, unit in items:
            discipline = problem.events[unit.event].discipline
            change = problem.disciplines[discipline].change_seconds
            running = [(free, other) for free, other in running if free > begin]
            if len(running) >= place.units_at_once:
                others = tuple(other.code for _, other in running)
                yield Fault(
                    rule="field_of_play",
                    text=f"{place.code} holds {len(running) + 1} units at once with change-over, "
                    f"{place.units_at_once} may",
                    units=(unit.code, *others),
                    places=(place.code,),
                )
            for other_discipline, (other_end, other) in last.items():
                if other_discipline != discipline and (
                    begin < other_end + problem.discipline_change_seconds
                ):
                    yield Fault(
                        rule="discipline_change",
                        text=f"{place.code} changes discipline too fast",
                        units=(other.code, unit.code),
                        places=(place.code,),
                    )
            running.append((end + change, unit))
            if discipline not in last or last[discipline][0] < end:
                last[discipline] = (end, unit)


def _local_day(problem: Problem, moment: int, unit: Unit) -> int:
    venue = problem.venues[problem.locations[unit.location].venue]
    return (moment + venue.utc_offset) // DAY


def _phase_order(problem: Problem, placed: list[Placed]) -> Iterator[Fault]:
    by_event: dict[int, dict[int, list[Placed]]] = defaultdict(lambda: defaultdict(list))
    for item in placed:
        by_event[item[2].event][item[2].stage].append(item)
    for index, stages in by_event.items():
        event = problem.events[index]
        rules = problem.disciplines[event.discipline]
        for earlier, later in pairwise(sorted(stages)):
            is_part = earlier // 100 == later // 100
            last = max(stages[earlier], key=lambda p: p[1])
            first = min(stages[later], key=lambda p: p[0])
            wait = rules.change_seconds if is_part else rules.stage_seconds
            nights = 0 if is_part else rules.stage_days
            passed = _local_day(problem, first[0], first[2]) - _local_day(problem, last[0], last[2])
            if first[0] < last[1] + wait or passed < nights:
                yield Fault(
                    rule="phase_order",
                    text=f"{event.name}: {first[2].name} comes too soon after {last[2].name}",
                    units=(last[2].code, first[2].code),
                    seconds=max(0, last[1] + wait - first[0]),
                )


def _people(problem: Problem, placed: list[Placed]) -> Iterator[Fault]:
    of_person: dict[int, list[tuple[int, int, Unit, bool]]] = defaultdict(list)
    for begin, end, unit in placed:
        known = set(unit.persons)
        for person in unit.possible or unit.persons:
            of_person[person].append((begin, end, unit, person in known))
    pairs: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for person, items in of_person.items():
        for i, one in enumerate(items):
            for other in items[i + 1 :]:
                if other[0] > one[1] + 3 * DAY:
                    break
                rule = _broken(problem, one, other)
                if rule:
                    pairs[rule, one[2].code, other[2].code].append(person)
    names = {u.code: u.name for _, _, u in placed}
    for (rule, one_code, other_code), persons in pairs.items():
        codes = tuple(
            problem.person_codes[p] if p < len(problem.person_codes) else str(p)
            for p in sorted(persons)
        )
        yield Fault(
            rule=rule,
            text=f"{len(codes)} in both {names[one_code]} and {names[other_code]}",
            units=(one_code, other_code),
            persons=codes[:40],
        )


def _broken(
    problem: Problem, one: tuple[int, int, Unit, bool], other: tuple[int, int, Unit, bool]
) -> str:
    """Return the rule that two units of one person break, or nothing."""
    first, second = one[2], other[2]
    is_known = one[3] and other[3]
    if first.event == second.event:
        if not is_known:
            return ""
        rules = problem.disciplines[problem.events[first.event].discipline]
        if other[0] < one[1]:
            return "competitor_clash"
        nights = _local_day(problem, other[0], second) - _local_day(problem, one[0], first)
        if first.stage // 100 == second.stage // 100 and first.stage != second.stage:
            return ""
        if other[0] < one[1] + rules.rest_seconds or nights < rules.rest_days:
            return "competitor_rest"
        return ""
    rest = max(
        problem.disciplines[problem.events[u.event].discipline].cross_seconds
        for u in (first, second)
    )
    places = (problem.locations[first.location].venue, problem.locations[second.location].venue)
    rest += problem.travel_seconds[places[0]][places[1]]
    if other[0] < one[1]:
        return "competitor_clash" if is_known else "possible_clash"
    if other[0] < one[1] + rest:
        return "competitor_rest" if is_known else "possible_rest"
    return ""


def sessions(problem: Problem, placed: list[Placed]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (venue, discipline, start, end) of each session: no gap above an hour inside."""
    blocks: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for begin, end, unit in placed:
        venue = problem.locations[unit.location].venue
        key = (venue, problem.events[unit.event].discipline)
        last = blocks[key][-1] if blocks[key] else None
        if last and begin - last[1] <= SESSION_GAP:
            blocks[key][-1] = (last[0], max(last[1], end))
        else:
            blocks[key].append((begin, end))
    for (venue, discipline), spans in blocks.items():
        for begin, end in spans:
            yield venue, discipline, begin, end


def _venue_units(problem: Problem, placed: list[Placed]) -> Iterator[Fault]:
    """No more units at one time than a venue allows."""
    running: dict[int, list[tuple[int, int, Unit]]] = defaultdict(list)
    for begin, end, unit in placed:
        venue = problem.locations[unit.location].venue
        limit = problem.venues[venue].units_at_once
        if not limit:
            continue
        still = [row for row in running[venue] if row[1] > begin]
        if len(still) >= limit:
            yield Fault(
                rule="venue_units",
                text=f"{problem.venues[venue].code} allows {limit} units at once; "
                f"{unit.name} would be number {len(still) + 1}",
                units=(unit.code, *(row[2].code for row in still)),
                places=(problem.venues[venue].code,),
            )
        running[venue] = [*still, (begin, end, unit)]


def _session_lengths(problem: Problem, placed: list[Placed]) -> Iterator[Fault]:
    for venue, discipline, begin, end in sessions(problem, placed):
        limit = problem.disciplines[discipline].session_seconds_max
        if end - begin > limit:
            yield Fault(
                rule="session_length",
                text=f"a session of {problem.disciplines[discipline].code} at "
                f"{problem.venues[venue].code} lasts {(end - begin) / 3600:.1f} h, "
                f"{limit / 3600:.1f} h may",
                places=(problem.venues[venue].code,),
                seconds=end - begin - limit,
            )


def soft_terms(problem: Problem, placed: list[Placed]) -> dict[str, float]:
    """Return the value of each soft term; lower is better."""
    spans = list(sessions(problem, placed))
    finals = [(b, u) for b, _, u in placed if u.medal == "1"]
    return {
        "prime_time": sum(_prime_loss(problem, begin) for begin, _ in finals),
        "medal_spread": _medal_spread(problem, finals),
        "final_clash": _final_clash(finals),
        "gender_balance": _gender_balance(problem, finals),
        "rest": _rest_missing(problem, placed),
        "venue_hours": sum(e - b + problem.session_extra_seconds for _, _, b, e in spans) / 3600,
        "venue_days": float(
            len(
                {
                    (problem.locations[u.location].venue, _local_day(problem, b, u))
                    for b, _, u in placed
                }
            )
        ),
        "crowd_peak": _crowd_peak(problem, spans),
        "stability": _stability(problem, placed),
    }


def _prime_loss(problem: Problem, begin: int) -> float:
    values = [
        zone.value
        for zone in problem.prime_zones
        if any(w.starts_at <= begin < w.ends_before for w in zone.windows)
    ]
    return 1.0 - max(values, default=0.0)


def _medal_spread(problem: Problem, finals: list[tuple[int, Unit]]) -> float:
    first, last = problem.medal_days
    counts: dict[int, int] = dict.fromkeys(range(first, last + 1), 0)
    for begin, unit in finals:
        day = _local_day(problem, begin, unit)
        counts[day] = counts.get(day, 0) + 1
    mean = len(finals) / (last - first + 1)
    return sum(abs(n - (mean if first <= d <= last else 0)) for d, n in counts.items())


def _final_clash(finals: list[tuple[int, Unit]]) -> float:
    minutes: dict[int, int] = defaultdict(int)
    for begin, _ in finals:
        minutes[begin // 60] += 1
    return float(sum(n * (n - 1) // 2 for n in minutes.values()))


def _gender_balance(problem: Problem, finals: list[tuple[int, Unit]]) -> float:
    surplus: dict[int, int] = defaultdict(int)
    prime = problem.prime_zones[0].windows if problem.prime_zones else ()
    for begin, unit in finals:
        if any(w.starts_at <= begin < w.ends_before for w in prime):
            gender = problem.events[unit.event].gender
            surplus[_local_day(problem, begin, unit)] += {"W": 1, "M": -1}.get(gender, 0)
    return float(sum(max(0, abs(n) - 1) for n in surplus.values()))


def _rest_missing(problem: Problem, placed: list[Placed]) -> float:
    """Return the hours missing to the rest that is wished for; a missing night counts 12 hours."""
    last: dict[tuple[int, int], Placed] = {}
    hours = 0.0
    for item in placed:
        begin, _, unit = item
        rules = problem.disciplines[problem.events[unit.event].discipline]
        for competitor in unit.competitors:
            before = last.get((unit.event, competitor))
            last[unit.event, competitor] = item
            if before is None or _is_next_part(before[2], unit):
                continue
            nights = _local_day(problem, begin, unit) - _local_day(problem, before[0], before[2])
            hours += 12.0 * max(0, rules.good_days - nights)
            if nights == 0:
                hours += max(0, rules.good_seconds - (begin - before[1])) / 3600
    return hours


def _is_next_part(one: Unit, other: Unit) -> bool:
    """Tell whether two rows of one code follow each other: who is in which part is not known."""
    return one.stage // 100 == other.stage // 100 and one.stage != other.stage


def _crowd_peak(problem: Problem, spans: list[tuple[int, int, int, int]]) -> float:
    """Return thousands of seats above the zone's limit, summed over zones and hours."""
    load: dict[tuple[str, int], int] = defaultdict(int)
    for venue, _, begin, end in spans:
        place = problem.venues[venue]
        for hour in range(begin // 3600, (end - 1) // 3600 + 1):
            load[place.zone, hour] += place.seats
    return sum(max(0, n - problem.zone_seats_max) for n in load.values()) / 1000


def _stability(problem: Problem, placed: list[Placed]) -> float:
    held = dict(problem.in_force)
    return float(sum(1 for begin, _, u in placed if u.code in held and held[u.code] != begin))
