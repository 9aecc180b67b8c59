"""
Level 1: which day each block of units runs on, one discipline at a time, by CP-SAT.

A block is a stage of an event that fits into one day; where competitors need nights between their
units, or a stage is long, every unit is a block of its own. Disciplines meet only in sums (finals a
day, load of shared places), so each is solved exactly against the sums of the others, again and
again until nothing improves.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sportsbrain.brain.timetable.solve.blocks import Block, blocks_of
from sportsbrain.brain.timetable.solve.index import Index
from sportsbrain.brain.timetable.solve.sums import Sums, prime_room

SCALE = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """
    How one discipline's days are asked for.

    Parameters
    ----------
    fill
        The part of each day's room that may be used.
    known
        Days to begin from.
    banned
        Days a unit may not have.
    free
        Units whose block may change its day; None when all may.
    noise
        The most that chance adds to the cost of a choice, and its seed.
    is_coarse
        An event that fits well into one day is one block.
    is_quick
        Without the costs of chains and of prime time.

    """

    fill: float = 1.0
    known: dict[int, int] = field(default_factory=dict)
    banned: frozenset[tuple[int, int]] = frozenset()
    free: frozenset[int] | None = None
    noise: tuple[float, int] = (0.0, 0)
    is_coarse: bool = False
    is_quick: bool = False


class DayModel:
    """The CP-SAT model of one discipline."""

    def __init__(
        self,
        index: Index,
        units: list[int],
        sums: Sums,
        weights: dict[str, float],
        frame: Frame,
    ) -> None:
        from ortools.sat.python import cp_model

        self.index, self.sums, self.weights, self.frame = index, sums, weights, frame
        self.model = cp_model.CpModel()
        self.blocks = blocks_of(index, units, is_coarse=frame.is_coarse)
        if frame.free is not None:
            self._freeze(frame.free)
        self.x: list[dict[int, Any]] = []
        self.costs: list[Any] = []
        self.hours_costs: list[Any] = []
        self.prime_costs: list[Any] = []
        self.spent: dict[tuple[int, int], tuple[Any, Any]] = {}
        self._assign()
        if frame.noise[0]:
            self._disturb(*frame.noise)
        self._places()
        self._stages()
        self._competitors()
        self._chains()
        if not frame.is_quick:
            self._prime()
        self._sharing()
        self._finals()
        self.model.minimize(sum(self.costs) + sum(self.hours_costs) + sum(self.prime_costs))

    def _freeze(self, free: frozenset[int]) -> None:
        """Leave every block without a free unit on its known day."""
        for block in self.blocks:
            days = {self.frame.known.get(unit, -1) for unit in block.units}
            if len(days) == 1 and days <= set(block.days) and not free & set(block.units):
                block.days = list(days)

    def _assign(self) -> None:
        problem = self.index.problem
        for number, block in enumerate(self.blocks):
            row = {d: self.model.new_bool_var(f"x{number}_{d}") for d in block.days}
            self.x.append(row)
            self.model.add_exactly_one(row.values())
            for day, x in row.items():
                if any((unit, day) in self.frame.banned for unit in block.units):
                    self.model.add(x == 0)
            for unit in block.units:
                pinned = problem.units[unit].pinned_at
                if pinned is not None:
                    day = self.index.day_of(unit, pinned // 60)
                    if day in row:
                        self.model.add(row[day] == 1)
            self._stability(block, row)
            first = self.frame.known.get(block.units[0])
            if first in row:
                for day, x in row.items():
                    self.model.add_hint(x, int(day == first))

    def _stability(self, block: Block, row: dict[int, Any]) -> None:
        """Charge a block for each unit that leaves the day it has in the plan in force."""
        price = int(self.weights["stability"] * SCALE)
        for unit in block.units:
            moment = self.index.in_force.get(unit)
            if price and moment is not None:
                held = self.index.day_of(unit, moment)
                self.costs += [price * x for day, x in row.items() if day != held]

    def _disturb(self, most: float, seed: int) -> None:
        """Add small costs by chance, so that near-equal choices take turns."""
        for number, row in enumerate(self.x):
            for day, x in row.items():
                mark = (seed * 1103515245 + number * 40503 + day * 2654435761) & 0xFFFFFFFF
                self.costs.append(int(most * SCALE * ((mark >> 8) % 1000) / 1000) * x)

    def _places(self) -> None:
        problem, index = self.index.problem, self.index
        load: dict[tuple[int, int], list[Any]] = defaultdict(list)
        used: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for row, block in zip(self.x, self.blocks, strict=True):
            for unit in block.units:
                location = problem.units[unit].location
                rules = problem.disciplines[index.discipline[unit]]
                minutes = index.minutes[unit] + rules.change_seconds // 60
                for day, x in row.items():
                    load[location, day].append(minutes * x)
                    used[index.venue[unit], day].append(x)
        hours: dict[tuple[int, int], Any] = {}
        sessions: dict[tuple[int, int], Any] = {}
        discipline = index.discipline[self.blocks[0].units[0]]
        change = problem.disciplines[discipline].change_seconds // 60
        longest = problem.disciplines[discipline].session_seconds_max // 60
        for (location, day), parts in load.items():
            venue = problem.locations[location].venue
            spans = index.windows[venue, discipline][day]
            room = sum(b - a for a, b in spans)
            others = self.sums.load.get((location, day), 0)
            if others:
                others += problem.discipline_change_seconds // 60
            many = problem.locations[location].units_at_once
            limit = int(many * (room + change) * self.frame.fill) - others
            if (venue, day) not in hours:
                hours[venue, day] = self.model.new_int_var(0, 1440, f"h{venue}_{day}")
                sessions[venue, day] = self.model.new_int_var(0, 9, f"s{venue}_{day}")
            pause = max(0, 61 - change) * many
            self.model.add(sum(parts) + pause * (sessions[venue, day] - 1) <= max(0, limit))
            loss = 0 if many == 1 else change * len(parts)
            self.model.add(many * hours[venue, day] >= sum(parts) - loss)
            self.model.add(many * (longest + change) * sessions[venue, day] >= sum(parts) - loss)
        weight = self.weights["venue_hours"] * SCALE / 60
        extra = max(0, problem.session_extra_seconds // 60 - change)
        for key, hour in hours.items():
            y = self.model.new_bool_var(f"y{key}")
            for x in used[key]:
                self.model.add_implication(x, y)
            self.model.add(sessions[key] >= y)
            self.hours_costs.append(int(weight * extra) * sessions[key] + int(weight) * hour)
            self.spent[key] = (extra * sessions[key] + hour, y)
            if not self.sums.venue_days.get(key):
                self.costs.append(int(self.weights["venue_days"] * SCALE) * y)

    def _stages(self) -> None:
        problem = self.index.problem
        by_event: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, block in enumerate(self.blocks):
            by_event[block.event][block.stage].append(number)
        for event, stages in by_event.items():
            rules = problem.disciplines[problem.events[event].discipline]
            order = sorted(stages)
            for before, after in pairwise(order):
                is_part = before // 100 == after // 100
                nights = 0 if is_part else self._nights(rules, stages[before], stages[after])
                self._precede(stages[before], stages[after], nights)
                if rules.good_days > nights and not is_part:
                    self._wish(stages[before], stages[after], rules.good_days)

    def _nights(self, rules: Any, before: list[int], after: list[int]) -> int:
        """Return the nights between two stages; a change of venue needs one at least."""
        venues = {self.index.venue[u] for n in before + after for u in self.blocks[n].units}
        return int(max(rules.stage_days, 1 if len(venues) > 1 else 0))

    def _precede(self, before: list[int], after: list[int], nights: int) -> None:
        """All blocks of one stage end before any of the next begins, with nights between."""
        days = range(self.index.problem.days + 1)
        done = {d: self.model.new_bool_var(f"done{before[0]}_{d}") for d in days}
        for d in days:
            for number in before:
                for day, x in self.x[number].items():
                    if day > d:
                        self.model.add_implication(x, done[d].Not())
            if d + 1 in done:
                self.model.add_implication(done[d], done[d + 1])
        for number in after:
            for day, x in self.x[number].items():
                if day - nights < 0:
                    self.model.add(x == 0)
                else:
                    self.model.add_implication(x, done[day - nights])

    def _wish(self, before: list[int], after: list[int], good_days: int) -> None:
        """
        Charge the nights missing to the rest that is wished for, once a competitor.

        Between two stages only the last unit before and the first one after follow each other.
        """
        blocks = {n: self._people(n) for n in (*before, *after)}
        days = {n: sum(d * x for d, x in self.x[n].items()) for n in blocks}
        count: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = defaultdict(int)
        for competitor in sorted(set().union(*(blocks[n] for n in after))):
            earlier = tuple(n for n in before if competitor in blocks[n])
            later = tuple(n for n in after if competitor in blocks[n])
            if earlier:
                count[earlier, later] += 1
        for (earlier, later), times in count.items():
            missing = self.model.new_int_var(0, good_days, "")
            for one in earlier:
                for other in later:
                    self.model.add(missing >= good_days - (days[other] - days[one]))
            self.costs.append(int(self.weights["rest"] * 12 * times * SCALE) * missing)

    def _people(self, number: int) -> set[int]:
        units = self.index.problem.units
        return {c for u in self.blocks[number].units for c in units[u].competitors}

    def _chain_minutes(self, number: int, cap: int) -> int:
        """Return the least minutes a block takes: its fullest place, its stages one by one."""
        problem, index = self.index.problem, self.index
        units = self.blocks[number].units
        rules = problem.disciplines[index.discipline[units[0]]]
        change = rules.change_seconds // 60
        load: dict[int, int] = defaultdict(lambda: -change)
        longest: dict[int, int] = defaultdict(int)
        for unit in units:
            row = problem.units[unit]
            load[row.location] += index.minutes[unit] + change
            longest[row.stage] = max(longest[row.stage], index.minutes[unit])
        fullest = max(-(-m // problem.locations[x].units_at_once) for x, m in load.items())
        wait = min(cap, rules.stage_seconds // 60)
        chain = sum(longest.values()) + wait * (len(longest) - 1)
        return int(max(fullest, chain, *longest.values()))

    def _competitors(self) -> None:
        """Nights between the units of one competitor inside an event."""
        problem = self.index.problem
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, block in enumerate(self.blocks):
            for unit in block.units:
                for person in problem.units[unit].competitors:
                    row = found[block.event, person]
                    # parts of one round need no rest between them: one stands for all
                    if not any(self.index.are_parts(unit, self.blocks[n].units[0]) for n in row):
                        row.append(number)
        groups = {(event, tuple(n)) for (event, _), n in found.items() if len(set(n)) > 1}
        for event, numbers in sorted(groups):
            rules = problem.disciplines[problem.events[event].discipline]
            members = sorted(set(numbers))
            span = max(1, rules.rest_days)
            most = 1 if rules.rest_days else self._units_a_day(members[0], rules)
            stages = {self.blocks[n].stage for n in members}
            is_guess = not rules.rest_days and len(stages) == len(members)
            for day in range(0 if is_guess else problem.days):
                window = [
                    self.x[n][d] for n in members for d in range(day, day + span) if d in self.x[n]
                ]
                if len(window) > most:
                    self.model.add(sum(window) <= most)
            if rules.good_days > rules.rest_days:
                for stage in sorted(stages):
                    row = [n for n in members if self.blocks[n].stage == stage]
                    self._wish_spread(row, rules.good_days)

    def _wish_spread(self, members: list[int], good_days: int) -> None:
        """Charge the nights missing inside a stage: what one window holds beyond the first."""
        for day in range(self.index.problem.days):
            window = [
                self.x[n][d] for n in members for d in range(day, day + good_days) if d in self.x[n]
            ]
            if len(window) > 1:
                over = self.model.new_int_var(0, len(members), "")
                self.model.add(over >= sum(window) - 1)
                self.costs.append(int(self.weights["rest"] * 12 * SCALE) * over)

    def _units_a_day(self, number: int, rules: Any) -> int:
        block = self.blocks[number]
        unit = block.units[0]
        spans = self.index.windows[self.index.venue[unit], self.index.discipline[unit]]
        room = max(b - a for ws in spans.values() for a, b in ws)
        each = self.index.minutes[unit] + rules.rest_seconds // 60
        return int(max(1, int(room * 0.8) // max(1, each)))

    def _sharing(self) -> None:
        """Units of two events that may share persons: not both on a day that can not hold both."""
        index = self.index
        place = {u: n for n, block in enumerate(self.blocks) for u in block.units}
        seen: set[tuple[int, int, int]] = set()
        for unit, number in place.items():
            for other in index.sharing.get(unit, ()):
                is_far = (
                    index.venue[unit] != index.venue[other]
                    or index.group_of[index.discipline[unit]]
                    != index.group_of[index.discipline[other]]
                )
                both = index.minutes[unit] + index.minutes[other]
                for day, x in self.x[number].items():
                    spans = index.windows[index.venue[unit], index.discipline[unit]][day]
                    if not is_far and both + 10 <= int(0.9 * (spans[-1][1] - spans[0][0])):
                        continue
                    if other in place:
                        key = (min(number, place[other]), max(number, place[other]), day)
                        if (
                            place[other] != number
                            and key not in seen
                            and day in self.x[place[other]]
                        ):
                            seen.add(key)
                            self.model.add_bool_or([x.Not(), self.x[place[other]][day].Not()])
                    elif self.sums.units.get(other) == day:
                        self.model.add(x == 0)

    def _chains(self) -> None:
        """
        Charge a venue-day with the longest chain of units that must follow each other.

        A wait between two units lies inside a session or parts two sessions; it costs the lesser.
        """
        index, problem = self.index, self.index.problem
        chains: dict[tuple[int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, block in enumerate(self.blocks):
            chains[block.event, index.venue[block.units[0]]][block.stage].append(number)
        for (event, venue), stages in sorted(chains.items()):
            rules = problem.disciplines[problem.events[event].discipline]
            if rules.stage_days:
                continue
            for day in sorted({d for ns in stages.values() for n in ns for d in self.x[n]}):
                self._chain(venue, day, stages, rules)

    def _chain(self, venue: int, day: int, stages: dict[int, list[int]], rules: Any) -> None:
        extra = self.index.problem.session_extra_seconds // 60
        spans = self.index.windows[venue, self.index.discipline[self.blocks[0].units[0]]][day]
        room = int((spans[-1][1] - spans[0][0]) * min(1.0, self.frame.fill + 0.05))
        for is_cost in (False,) if self.frame.is_quick else (True, False):
            cap = extra if is_cost else 1440
            parts: list[Any] = []
            waits: list[int] = []
            before: set[int] = set()
            for stage, numbers in sorted(stages.items()):
                here = [n for n in numbers if day in self.x[n]]
                if not here:
                    continue
                length, is_there = self._stage_length(here, day, rules, cap)
                wait = rules.stage_seconds // 60
                if stage // 100 in before:
                    wait = min(wait, rules.change_seconds // 60)
                before.add(stage // 100)
                waits.append(min(cap, wait))
                parts.append(length + waits[-1] * is_there)
            total = sum(parts) - max(waits, default=0)
            if is_cost:
                spent, y = self.spent[venue, day]
                self.model.add(spent >= total + extra * y)
            else:
                self.model.add(total <= room)

    def _stage_length(self, numbers: list[int], day: int, rules: Any, cap: int) -> tuple[Any, Any]:
        """Return the least minutes of a stage on a day, and whether it is there."""
        problem = self.index.problem
        minutes = {n: self._chain_minutes(n, cap) for n in numbers}
        if len(numbers) == 1:
            x = self.x[numbers[0]][day]
            return minutes[numbers[0]] * x, x
        length = self.model.new_int_var(0, 1440, "")
        is_there = self.model.new_bool_var("")
        for n in numbers:
            self.model.add(length >= minutes[n] * self.x[n][day])
            self.model.add_implication(self.x[n][day], is_there)
        rest = min(cap, rules.rest_seconds // 60)
        of: dict[int, list[int]] = defaultdict(list)
        for n in numbers:
            if len(self.blocks[n].units) == 1:
                for competitor in problem.units[self.blocks[n].units[0]].competitors:
                    of[competitor].append(n)
        rows = {tuple(ns) for ns in of.values() if len(ns) > 1}
        if rules.rest_days == 0:
            for row in sorted(rows):
                work = sum((minutes[n] + rest) * self.x[n][day] for n in row)
                self.model.add(length >= work - rest)
        return length, is_there

    def _prime(self) -> None:
        """Charge finals with the prime time they can not have: places hold few at a time."""
        index, problem = self.index, self.index.problem
        begun: dict[tuple[int, int, int], list[tuple[int, Any]]] = defaultdict(list)
        for row, block in zip(self.x, self.blocks, strict=True):
            for unit in block.units:
                if problem.units[unit].medal == "1":
                    self._best_zone(unit, row, begun)
        for (location, day, zone), items in begun.items():
            venue = problem.locations[location].venue
            spans = index.windows[venue, index.discipline[self.blocks[0].units[0]]][day]
            room = max(size for size, _ in items) + sum(
                max(0, min(b, w.ends_before // 60) - max(a, w.starts_at // 60))
                for w in problem.prime_zones[zone].windows
                for a, b in spans
            )
            many = problem.locations[location].units_at_once
            self.model.add(sum(size * inside for size, inside in items) <= many * room)

    def _best_zone(
        self, unit: int, row: dict[int, Any], begun: dict[tuple[int, int, int], list[Any]]
    ) -> None:
        """On its day a final begins in one prime zone or outside of all."""
        index, problem = self.index, self.index.problem
        cost = int(self.weights["prime_time"] * SCALE)
        change = problem.disciplines[index.discipline[unit]].change_seconds // 60
        for day, x in row.items():
            outside = self.model.new_bool_var("")
            self.prime_costs.append(cost * outside)
            choices = [outside]
            for zone, window in enumerate(problem.prime_zones):
                if prime_room(index, unit, day, zone) > 0:
                    inside = self.model.new_bool_var("")
                    choices.append(inside)
                    place = (problem.units[unit].location, day, zone)
                    begun[place].append((index.minutes[unit] + change, inside))
                    if window.value < 1:
                        self.prime_costs.append(int(cost * (1 - window.value)) * inside)
            self.model.add(sum(choices) == x)

    def _finals(self) -> None:
        index, problem = self.index, self.index.problem
        first, last = problem.medal_days
        total = sum(1 for u in problem.units if u.medal == "1")
        mean = total / (last - first + 1)
        counts: dict[int, list[Any]] = defaultdict(list)
        surplus: dict[int, list[Any]] = defaultdict(list)
        for row, block in zip(self.x, self.blocks, strict=True):
            finals = [u for u in block.units if problem.units[u].medal == "1"]
            for day, x in row.items():
                for unit in finals:
                    counts[day].append(x)
                    if prime_room(index, unit, day) > 0:
                        sign = {"W": 1, "M": -1}.get(problem.events[block.event].gender, 0)
                        surplus[day].append(sign * x)
        for day, xs in counts.items():
            off = self.model.new_int_var(0, 100 * 200, "")
            there = sum(xs) + self.sums.finals.get(day, 0)
            self.model.add(off >= 100 * there - int(100 * mean))
            self.model.add(off >= int(100 * mean) - 100 * there)
            self.costs.append(int(self.weights["medal_spread"] * SCALE / 100) * off)
        for day, parts in surplus.items():
            odd = self.model.new_int_var(0, 200, "")
            here = sum(parts) + self.sums.surplus.get(day, 0)
            self.model.add(odd >= here - 1)
            self.model.add(odd >= -here - 1)
            self.costs.append(int(self.weights["gender_balance"] * SCALE) * odd)

    def solve(
        self, *, seconds: float, seed: int, is_deterministic: bool, threads: int = 1
    ) -> dict[int, int] | None:
        """Return the day of each unit, or None when there is none in the time."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.random_seed = seed % (1 << 31)
        solver.parameters.num_workers = 1 if is_deterministic else threads
        if is_deterministic:
            solver.parameters.max_deterministic_time = seconds
        else:
            solver.parameters.max_time_in_seconds = seconds
        solver.parameters.relative_gap_limit = 0.002
        solver.parameters.linearization_level = 1
        status = solver.solve(self.model)
        if status == cp_model.UNKNOWN and self.frame.free is None:
            if is_deterministic:
                solver.parameters.max_deterministic_time = 3 * seconds
            else:
                solver.parameters.max_time_in_seconds = 3 * seconds
            status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        found: dict[int, int] = {}
        for row, block in zip(self.x, self.blocks, strict=True):
            day = next(d for d, x in row.items() if solver.value(x))
            for unit in block.units:
                found[unit] = day
        return found
