"""
Level 2: the minutes of one venue on one day, by serial schedule generation.

Given the day, venues do not meet any more: every rest that is counted in minutes is shorter than a
night. Each variant places the units one after another at the earliest minute that breaks nothing;
variants differ in when finals may begin, where a break lies and how rounds take turns. The
cheapest by the true terms is kept.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sportsbrain.brain.timetable.problem import SESSION_GAP
from sportsbrain.brain.timetable.solve.index import Index

GAP = SESSION_GAP // 60
Starts = dict[int, int]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to lay a venue-day out."""

    finals_from: int = 0
    pauses: tuple[int, ...] = ()
    is_by_event: bool = False
    is_good: bool = False


class VenueDay:
    """The units of one venue on one day."""

    def __init__(self, index: Index, units: list[int], day: int) -> None:
        self.index, self.day = index, day
        self.units = sorted(units, key=lambda u: index.problem.units[u].code)
        self.window = {u: self._window(u) for u in self.units}
        self.open = min(w[0][0] for w in self.window.values())
        self.close = max(w[-1][1] for w in self.window.values())
        self.set = set(self.units)

    def _window(self, unit: int) -> list[tuple[int, int]]:
        pinned = self.index.problem.units[unit].pinned_at
        if pinned is not None:
            return [(pinned // 60, pinned // 60 + self.index.minutes[unit])]
        return self.index.windows[self.index.venue[unit], self.index.discipline[unit]][self.day]

    def best(self) -> tuple[float, Starts] | None:
        """
        Return the cheapest layout of all variants with its cost, or None when none fits.

        ``left_over`` then holds the units that found no place in the fullest variant.
        """
        found: tuple[float, Starts] | None = None
        self.left_over: list[int] = list(self.units)
        for variant in self._variants():
            starts = self._place(variant)
            if self.failed:
                if len(self.failed) < len(self.left_over):
                    self.left_over = self.failed
                continue
            for moved in self._shifts(starts):
                cost = self.cost(moved)
                if cost is not None and (found is None or cost < found[0] - 1e-9):
                    found = (cost, moved)
        return found

    def _variants(self) -> Iterator[Variant]:
        primes = (0, *self._prime_begins())
        breaks: list[tuple[int, ...]] = [()]
        limit = max(
            self.index.problem.disciplines[self.index.discipline[u]].session_seconds_max // 60
            for u in self.units
        )
        for length in (limit, limit - 45, limit // 2 + 30):
            pauses = tuple(range(self.open + length, self.close, length + GAP + 1))
            if length > 60 and pauses:
                breaks.append(pauses)
        for by_event in (False, True):
            for good in (True, False):
                for pauses in breaks:
                    for prime in primes:
                        yield Variant(
                            finals_from=prime,
                            pauses=pauses,
                            is_by_event=by_event,
                            is_good=good,
                        )

    def _prime_begins(self) -> list[int]:
        if not any(self.index.problem.units[u].medal == "1" for u in self.units):
            return []
        return [
            window.starts_at // 60
            for zone in self.index.problem.prime_zones
            for window in zone.windows
            if self.open < window.starts_at // 60 < self.close
        ]

    def _order(self, variant: Variant) -> list[int]:
        problem = self.index.problem

        def key(unit: int) -> tuple[int, ...]:
            row = problem.units[unit]
            pinned = 0 if row.pinned_at is not None else 1
            final = 1 if row.medal == "1" and variant.finals_from else 0
            if variant.is_by_event:
                return (pinned, final, row.event, row.stage, unit)
            return (pinned, final, row.stage, row.event, unit)

        return sorted(self.units, key=key)

    def _place(self, variant: Variant) -> Starts:
        problem, index = self.index.problem, self.index
        starts: Starts = {}
        self.failed: list[int] = []
        busy: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        stage_end: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        last: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
        for unit in self._order(variant):
            row = problem.units[unit]
            rules = problem.disciplines[index.discipline[unit]]
            ready = self.open
            for stage, end in stage_end[row.event].items():
                if stage < row.stage:
                    wait = (
                        rules.change_seconds
                        if stage // 100 == row.stage // 100
                        else rules.stage_seconds
                    )
                    ready = max(ready, end + -(-wait // 60))
            if variant.finals_from and row.medal == "1":
                ready = max(ready, variant.finals_from)
            rest = rules.good_seconds if variant.is_good else rules.rest_seconds
            rest = -(-max(rest, rules.rest_seconds) // 60)
            begin = self._earliest(unit, ready, rest, busy, last, starts, variant)
            if begin is None:
                self.failed.append(unit)
                continue
            end = begin + index.minutes[unit]
            starts[unit] = begin
            change = -(-rules.change_seconds // 60)
            busy[row.location].append((begin, end + change, index.discipline[unit]))
            stage_end[row.event][row.stage] = max(stage_end[row.event][row.stage], end)
            for competitor in row.competitors:
                last[row.event, competitor].append((begin, end, unit))
        return starts

    def _earliest(
        self,
        unit: int,
        ready: int,
        rest: int,
        busy: dict[int, list[tuple[int, int, int]]],
        last: dict[tuple[int, int], list[tuple[int, int, int]]],
        starts: Starts,
        variant: Variant,
    ) -> int | None:
        index, problem = self.index, self.index.problem
        row = problem.units[unit]
        length = index.minutes[unit]
        discipline = index.discipline[unit]
        change = -(-problem.disciplines[discipline].change_seconds // 60)
        walls = self._walls(unit, rest, busy, last, starts)
        walls += [(pause - length, pause + GAP + 1) for pause in variant.pauses]
        walls.sort()
        many = problem.locations[row.location].units_at_once
        limit = problem.venues[index.venue[unit]].units_at_once
        running = [(s, s + index.minutes[u], 0) for u, s in starts.items()] if limit else []
        for a, b in self.window[unit]:
            at = max(a, ready)
            while at + length <= b:
                jump = next((e for w, e in walls if w < at < e), None)
                if jump is None and many > 1:
                    jump = self._full_until(at, at + length + change, busy[row.location], many)
                if jump is None and limit:
                    jump = self._full_until(at, at + length, running, limit)
                if jump is None:
                    return at
                at = jump
        return None

    def _walls(
        self,
        unit: int,
        rest: int,
        busy: dict[int, list[tuple[int, int, int]]],
        last: dict[tuple[int, int], list[tuple[int, int, int]]],
        starts: Starts,
    ) -> list[tuple[int, int]]:
        """Return the open intervals in which the unit can not begin: places and people."""
        index, problem = self.index, self.index.problem
        row = problem.units[unit]
        length = index.minutes[unit]
        discipline = index.discipline[unit]
        change = -(-problem.disciplines[discipline].change_seconds // 60)
        swap = problem.discipline_change_seconds // 60
        walls = [
            (b - length - change, e) if d == discipline else (b - length - swap, e + swap)
            for b, e, d in busy[row.location]
            if problem.locations[row.location].units_at_once == 1 or d != discipline
        ]
        for competitor in row.competitors:
            for b, e, other in last[row.event, competitor]:
                if not index.are_parts(unit, other):
                    walls.append((b - length - rest, e + rest))
        for other in index.sharing.get(unit, ()):
            if other in starts:
                cross = self._cross(unit, other)
                begin = starts[other]
                walls.append((begin - length - cross, begin + index.minutes[other] + cross))
        return walls

    def _full_until(
        self, begin: int, end: int, busy: list[tuple[int, int, int]], many: int
    ) -> int | None:
        """Return when a place for several units has room again, or None when it has."""
        meeting = [(b, e) for b, e, _ in busy if b < end and begin < e]
        for moment in [begin, *(b for b, _ in meeting if b > begin)]:
            running = [e for b, e in meeting if b <= moment < e]
            if len(running) >= many:
                return min(running)
        return None

    def _cross(self, unit: int, other: int) -> int:
        problem, index = self.index.problem, self.index
        seconds = max(problem.disciplines[index.discipline[u]].cross_seconds for u in (unit, other))
        return -(-seconds // 60)

    def _shifts(self, starts: Starts) -> Iterator[Starts]:
        yield starts
        if any(self.index.problem.units[u].pinned_at is not None for u in self.units):
            return
        room = min(
            max(b for a, b in self.window[u] if a <= s) - s - self.index.minutes[u]
            for u, s in starts.items()
        )
        earlier = min(
            s - min(a for a, b in self.window[u] if s + self.index.minutes[u] <= b)
            for u, s in starts.items()
        )
        for step in range(-(earlier // 30) * 30, room + 1, 30):
            if step:
                yield {u: s + step for u, s in starts.items()}
        if room > 0:
            yield {u: s + room for u, s in starts.items()}

    def cost(self, starts: Starts) -> float | None:
        """Return the weighted soft cost of this venue-day; None when a session is too long."""
        index, problem = self.index, self.index.problem
        weight = {k: problem.weight(k) for k in ("venue_hours", "prime_time", "rest")}
        total = 0.0
        for discipline, begin, end in self.spans(starts):
            if (end - begin) * 60 > problem.disciplines[discipline].session_seconds_max:
                return None
            total += weight["venue_hours"] * (end - begin + problem.session_extra_seconds / 60) / 60
        for unit, begin in starts.items():
            spans = self.window[unit]
            if not any(a <= begin and begin + index.minutes[unit] <= b for a, b in spans):
                return None
            if problem.units[unit].medal == "1":
                total += weight["prime_time"] * prime_loss(index, begin)
        moved = sum(1 for u, s in starts.items() if self.index.in_force.get(u, s) != s)
        total += problem.weight("stability") * moved
        return total + weight["rest"] * self._rest(starts) + self._odd(starts)

    def is_inside(self, starts: Starts) -> bool:
        """Tell whether every unit lies inside its opening hours."""
        return all(
            any(a <= begin and begin + self.index.minutes[u] <= b for a, b in self.window[u])
            for u, begin in starts.items()
        )

    def spans(self, starts: Starts) -> Iterator[tuple[int, int, int]]:
        """Yield (discipline, begin, end) of each session in minutes."""
        index = self.index
        by_discipline: dict[int, list[int]] = defaultdict(list)
        for unit in starts:
            by_discipline[index.discipline[unit]].append(unit)
        for discipline, units in by_discipline.items():
            begin = end = -(10**6)
            for unit in sorted(units, key=lambda u: starts[u]):
                if starts[unit] - end > GAP:
                    if end > 0:
                        yield discipline, begin, end
                    begin = starts[unit]
                    end = begin
                end = max(end, starts[unit] + index.minutes[unit])
            yield discipline, begin, end

    def _rest(self, starts: Starts) -> float:
        problem, index = self.index.problem, self.index
        last: dict[tuple[int, int], tuple[int, int]] = {}
        hours = 0.0
        for unit in sorted(starts, key=lambda u: (starts[u], problem.units[u].code)):
            row = problem.units[unit]
            good = problem.disciplines[index.discipline[unit]].good_seconds / 60
            for competitor in row.competitors:
                key = (row.event, competitor)
                end, before = last.get(key, (-(10**6), unit))
                if not index.are_parts(unit, before):
                    hours += max(0.0, good - (starts[unit] - end)) / 60
                last[key] = starts[unit] + index.minutes[unit], unit
        return hours

    def _odd(self, starts: Starts) -> float:
        """Prefer round minutes a little, so that timetables can be read."""
        return 1e-6 * sum(1 for s in starts.values() if s % 5)


def prime_loss(index: Index, minute: int) -> float:
    """Return what a final loses that starts at this minute."""
    value = 0.0
    for zone in index.problem.prime_zones:
        for window in zone.windows:
            if window.starts_at <= minute * 60 < window.ends_before:
                value = max(value, zone.value)
                break
    return 1.0 - value
