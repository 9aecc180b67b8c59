"""
A first timetable as people draft one: rounds over days, places filled one after another.

It is consistent (no place twice, phases in order), not good: planners make it better.
"""

import datetime as dt
from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.reference.library import Sport

Tables = dict[str, list[dict[str, Any]]]
OPEN_MINUTE = 9 * 60
AFTERNOON_MINUTE = 14 * 60
EVENING_MINUTE = 18 * 60
CLOSE_MINUTE = 22 * 60 + 30
BREAKS = ((12 * 60 + 45, 14 * 60), (16 * 60 + 45, 18 * 60))
GROUP_DAY_UNITS = 2
SESSION_GAP_MINUTES = 60
LONG_MINUTES = 200


def lay_out(
    *,
    tables: Tables,
    sports: list[Sport],
    homes: dict[str, list[str]],
    start: dt.date,
    zone: ZoneInfo,
) -> None:
    """Give every unit a place and a time, and make the sessions."""
    phases = {p["code"]: p for p in tables["phases"]}
    units = defaultdict(list)
    for unit in tables["units"]:
        units[phases[unit["phase"]]["event"]].append(unit)
    events = defaultdict(list)
    for event in tables["events"]:
        events[event["discipline"]].append(event["code"])
    for sport in sports:
        _Layer(sport, homes[sport.code], phases, start, zone).run(
            [(code, units[code]) for code in events[sport.code]]
        )
    _sessions(tables)


class _Layer:
    """Lay one discipline out."""

    def __init__(
        self,
        sport: Sport,
        places: list[str],
        phases: dict[str, Any],
        start: dt.date,
        zone: ZoneInfo,
    ) -> None:
        self.zone = zone
        self.sport, self.places, self.phases, self.start = sport, places, phases, start
        self.free: dict[tuple[int, str], int] = {}
        self.evening: dict[int, list[int]] = defaultdict(list)
        self.minutes = {(p, o): m for p, o, _, m in sport.ladder}

    def run(self, events: list[tuple[str, list[dict[str, Any]]]]) -> None:
        """Place every unit of the discipline."""
        jobs: list[tuple[int, int, int, str, dict[str, Any]]] = []
        for number, (event, units) in enumerate(events):
            rounds: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for unit in units:
                rounds[self.phases[unit["phase"]]["order"]].append(unit)
            for step, order in enumerate(sorted(rounds)):
                for place, unit in enumerate(rounds[order]):
                    day = self._day(
                        number, len(events), step, len(rounds), place, len(rounds[order])
                    )
                    jobs.append((day, order, number, event, unit))
        jobs.sort(key=lambda job: (job[0], job[1], job[2], job[4]["code"]))
        for day, order, _number, _event, unit in jobs:
            if self._is_evening(order, unit):
                self.evening[day].append(self._length(order, unit))
        earlier: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for day, order, _number, event, unit in jobs:
            barrier = max((end for o, end in earlier[event] if o < order), default=0)
            end = self._place(day, order, unit, barrier)
            earlier[event].append((order, end))

    def _day(self, event: int, events: int, step: int, steps: int, place: int, units: int) -> int:
        first, last = self.sport.days
        span = last - first
        if self.sport.is_one_day or (steps == 1 and events > 1):
            return first + (event * (span + 1)) // events
        if events > 5:
            return first + (event * max(1, span - steps + 2)) // events + step
        if step == 0 and self.sport.ladder[0][0].startswith("GP"):
            per_day = max(GROUP_DAY_UNITS, units // 8)
            group_days = max(1, span - 2 * (steps - 1))
            return first + min(group_days - 1, (place // per_day) * group_days * per_day // units)
        return first + round(span * (step + 1) / steps) - (1 if step < steps - 1 else 0)

    def _place(self, day: int, order: int, unit: dict[str, Any], barrier: int) -> int:
        length = self._length(order, unit)
        is_evening = self._is_evening(order, unit)
        while True:
            earliest = day * 1440 + (self._evening(day) if is_evening else OPEN_MINUTE)
            begin, _, place = min(
                (
                    self._after_break(max(earliest, barrier, self._free(day, place)), length),
                    self.free.get((day, place), 0),
                    place,
                )
                for place in self.places
            )
            if begin + length <= day * 1440 + CLOSE_MINUTE or length > CLOSE_MINUTE - OPEN_MINUTE:
                break
            day += 1
        self.free[day, place] = begin + length + self.sport.change
        unit["location"] = place
        unit["schedule_status"] = "SCHEDULED"
        unit["starts_at"] = self._moment(begin)
        unit["ends_before"] = self._moment(begin + length)
        return begin + length + self.sport.change

    def _free(self, day: int, place: str) -> int:
        """Return when a place is free again; units an hour apart wait for every place."""
        places = self.places if self.sport.change > SESSION_GAP_MINUTES else [place]
        return max(self.free.get((day, p), 0) for p in places)

    def _length(self, order: int, unit: dict[str, Any]) -> int:
        return self.minutes[unit["phase"][22:26].ljust(4, "-"), order]

    def _is_evening(self, order: int, unit: dict[str, Any]) -> bool:
        is_long = self._length(order, unit) >= LONG_MINUTES
        return order == 200 and not self.sport.is_one_day and not is_long

    def _evening(self, day: int) -> int:
        """Return when the finals of a day begin: in the evening, earlier where they are many."""
        for begin in (EVENING_MINUTE, AFTERNOON_MINUTE):
            free = [begin] * len(self.places)
            for length in self.evening[day]:
                start = self._after_break(min(free), length)
                free[free.index(min(free))] = start + length + self.sport.change
            if max(free) - self.sport.change <= CLOSE_MINUTE:
                return begin
        return OPEN_MINUTE

    def _after_break(self, begin: int, length: int) -> int:
        """Return the begin moved behind a break; units an hour apart need no breaks beside."""
        is_apart = self.sport.change > SESSION_GAP_MINUTES
        return begin if is_apart else _after_break(begin, length)

    def _moment(self, minute: int) -> dt.datetime:
        day, rest = divmod(minute, 1440)
        return dt.datetime.combine(
            self.start + dt.timedelta(days=day), dt.time(rest // 60, rest % 60), tzinfo=self.zone
        )


def _after_break(begin: int, length: int) -> int:
    """Return the begin moved behind a break of the day that the unit would run into."""
    day, minute = begin - begin % 1440, begin % 1440
    for starts, ends in BREAKS:
        if length < LONG_MINUTES and minute < ends and minute + length > starts:
            minute = ends
    return day + minute


def _sessions(tables: Tables) -> None:
    venue_of = {row["code"]: row["venue"] for row in tables["locations"]}
    blocks: dict[tuple[str, str], list[list[dict[str, Any]]]] = defaultdict(list)
    for unit in sorted(tables["units"], key=lambda u: (u["starts_at"], u["code"])):
        key = (unit["code"][:3], venue_of[unit["location"]])
        last = blocks[key][-1] if blocks[key] else None
        if last:
            end = max(u["ends_before"] for u in last)
            is_same_day = unit["starts_at"].date() == last[0]["starts_at"].date()
            if unit["starts_at"] - end <= dt.timedelta(minutes=SESSION_GAP_MINUTES) and is_same_day:
                last.append(unit)
                continue
        blocks[key].append([unit])
    for (discipline, venue), groups in sorted(blocks.items()):
        for number, group in enumerate(groups, start=1):
            code = f"{discipline}{number:02}"
            for unit in group:
                unit["session"] = code
            tables["sessions"].append(
                {
                    "code": code,
                    "venue": venue,
                    "discipline": discipline,
                    "starts_at": group[0]["starts_at"],
                    "ends_before": max(u["ends_before"] for u in group),
                    "is_ticketed": True,
                }
            )
