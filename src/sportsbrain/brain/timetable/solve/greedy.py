"""A plain list schedule: every unit at the earliest moment that breaks nothing. The yardstick."""

from collections import defaultdict

from sportsbrain.brain.timetable.problem import SESSION_GAP, Problem
from sportsbrain.brain.timetable.solve.index import Index, index_of

GAP = SESSION_GAP // 60


def greedy_timetable(problem: Problem) -> dict[str, int]:
    """Return starts in seconds by unit code; units that fit nowhere are left out."""
    index = index_of(problem)
    order = sorted(
        range(len(problem.units)),
        key=lambda n: (
            problem.units[n].pinned_at is None,
            problem.units[n].stage,
            problem.units[n].event,
            problem.units[n].code,
        ),
    )
    placer = Placer(index)
    for unit in order:
        placer.place(unit)
    return {problem.units[n].code: m * 60 for n, m in placer.starts.items()}


class Placer:
    """Place units one after another over the whole Games."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.starts: dict[int, int] = {}
        self.busy: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self.running: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self.rows: dict[tuple[int, int], list[int]] = defaultdict(list)

    def place(self, unit: int) -> None:
        """Give one unit its earliest start."""
        index, problem = self.index, self.index.problem
        row = problem.units[unit]
        if row.pinned_at is not None:
            self.take(unit, row.pinned_at // 60)
            return
        spans = index.windows.get((index.venue[unit], index.discipline[unit]), {})
        ready, ready_day = self.after_stages(unit)
        for day in sorted(spans):
            if day < ready_day or not self._has_nights(unit, day):
                continue
            for a, b in spans[day]:
                at = max(a, ready)
                while at + index.minutes[unit] <= b:
                    jump = self.blocked(unit, at)
                    if jump is None:
                        self.take(unit, at)
                        return
                    at = jump

    def take(self, unit: int, at: int) -> None:
        """Give one unit this start."""
        index = self.index
        row = index.problem.units[unit]
        change = index.problem.disciplines[index.discipline[unit]].change_seconds
        end = at + index.minutes[unit] + -(-change // 60)
        self.starts[unit] = at
        self.busy[row.location].append((at, end, index.discipline[unit]))
        self.running[index.venue[unit]].append((at, at + index.minutes[unit]))
        for competitor in row.competitors:
            self.rows[row.event, competitor].append(unit)

    def after_stages(self, unit: int) -> tuple[int, int]:
        """Return the minute and the day from which the stages before allow the unit."""
        index, problem = self.index, self.index.problem
        row = problem.units[unit]
        rules = problem.disciplines[index.discipline[unit]]
        ready = ready_day = 0
        for stage, members in index.stages[row.event].items():
            if stage >= row.stage:
                continue
            is_part = stage // 100 == row.stage // 100
            wait = rules.change_seconds if is_part else rules.stage_seconds
            for other in members:
                if other in self.starts:
                    end = self.starts[other] + index.minutes[other]
                    ready = max(ready, end + -(-wait // 60))
                    nights = 0 if is_part else rules.stage_days
                    ready_day = max(ready_day, index.day_of(other, end) + nights)
        return ready, ready_day

    def before_stages(self, unit: int) -> int | None:
        """Return the minute by which the unit must have ended for the stages after it."""
        index, problem = self.index, self.index.problem
        row = problem.units[unit]
        rules = problem.disciplines[index.discipline[unit]]
        latest: list[int] = []
        for stage, members in index.stages[row.event].items():
            if stage > row.stage:
                is_part = stage // 100 == row.stage // 100
                wait = rules.change_seconds if is_part else rules.stage_seconds
                latest += [self.starts[u] - -(-wait // 60) for u in members if u in self.starts]
        return min(latest, default=None)

    def _has_nights(self, unit: int, day: int) -> bool:
        index, problem = self.index, self.index.problem
        row = problem.units[unit]
        rest_days = problem.disciplines[index.discipline[unit]].rest_days
        return all(
            abs(day - index.day_of(other, self.starts[other])) >= rest_days
            for c in row.competitors
            for other in self.rows[row.event, c]
            if not index.are_parts(unit, other)
        )

    def _pause(self, unit: int, at: int) -> int | None:
        """Return the end of the pause a unit would run into; pauses keep sessions short enough."""
        index = self.index
        day = index.day_of(unit, at)
        spans = index.windows[index.venue[unit], index.discipline[unit]][day]
        limit = index.problem.disciplines[index.discipline[unit]].session_seconds_max // 60
        length = index.minutes[unit]
        begin = spans[0][0] + limit
        while begin < at + length:
            if at < begin + GAP + 1 and begin < at + length:
                return begin + GAP + 1
            begin += limit + GAP + 1
        return None

    def blocked(self, unit: int, at: int) -> int | None:
        """Return the minute from which the unit may be tried again, or None when it fits."""
        reasons = (self._pause, self._occupied, self._crowded, self._resting, self._elsewhere)
        for reason in reasons:
            until = reason(unit, at)
            if until is not None:
                return until
        return None

    def _occupied(self, unit: int, at: int) -> int | None:
        index, problem = self.index, self.index.problem
        row = problem.units[unit]
        end = at + index.minutes[unit]
        change = -(-problem.disciplines[index.discipline[unit]].change_seconds // 60)
        swap = problem.discipline_change_seconds // 60
        meeting = []
        for b, e, discipline in self.busy[row.location]:
            if discipline != index.discipline[unit]:
                if b < end + swap and at < e + swap:
                    return e + swap
            elif b < end + change and at < e:
                meeting.append(e)
        is_full = len(meeting) >= problem.locations[row.location].units_at_once
        return min(meeting) if is_full else None

    def _crowded(self, unit: int, at: int) -> int | None:
        """Return when the venue has room for one unit more, where it limits its units at once."""
        venue = self.index.venue[unit]
        limit = self.index.problem.venues[venue].units_at_once
        if not limit:
            return None
        end = at + self.index.minutes[unit]
        meeting = [(b, e) for b, e in self.running[venue] if b < end and at < e]
        for moment in (at, *(b for b, _ in meeting if b > at)):
            ends = [e for b, e in meeting if b <= moment < e]
            if len(ends) >= limit:
                return min(ends)
        return None

    def _resting(self, unit: int, at: int) -> int | None:
        index, problem = self.index, self.index.problem
        row = problem.units[unit]
        rest = -(-problem.disciplines[index.discipline[unit]].rest_seconds // 60)
        for competitor in row.competitors:
            for other in self.rows[row.event, competitor]:
                if index.are_parts(unit, other):
                    continue
                until = self._clash(unit, at, other, rest)
                if until is not None:
                    return until
        return None

    def _elsewhere(self, unit: int, at: int) -> int | None:
        index, problem = self.index, self.index.problem
        for other in index.sharing.get(unit, ()):
            if other not in self.starts:
                continue
            cross = (problem.disciplines[index.discipline[u]].cross_seconds for u in (unit, other))
            travel = problem.travel_seconds[index.venue[unit]][index.venue[other]]
            until = self._clash(unit, at, other, -(-(max(cross) + travel) // 60))
            if until is not None:
                return until
        return None

    def _clash(self, unit: int, at: int, other: int, wait: int) -> int | None:
        begin = self.starts[other]
        stop = begin + self.index.minutes[other]
        end = at + self.index.minutes[unit]
        return stop + wait if begin < end + wait and at < stop + wait else None
