"""Level 2, exactly: the minutes of one venue on one day as an interval model for CP-SAT."""

from collections import defaultdict
from itertools import combinations, pairwise
from typing import Any

from sportsbrain.brain.timetable.solve.minutes import GAP, Starts, VenueDay

PAIRS_MAX = 1500
SESSIONS_MAX = 3
SCALE = 6000


def exact_minutes(
    place: VenueDay, known: Starts | None, *, seconds: float, seed: int, is_deterministic: bool
) -> Starts | None:
    """
    Return the cheapest layout found, or None when there is none.

    Two disciplines on one field of play, and venue-days with very many pairs of units that may
    share a person, are left to schedule generation.
    """
    from ortools.sat.python import cp_model

    model = _Model(place)
    if not model.is_supported:
        return None
    model.build(known)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % (1 << 31)
    if is_deterministic:
        solver.parameters.max_deterministic_time = seconds
    else:
        solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return {unit: solver.value(begin) for unit, begin in model.begin.items()}


class _Model:
    """Units of one venue-day as intervals, gathered into at most a few sessions."""

    def __init__(self, place: VenueDay) -> None:
        from ortools.sat.python import cp_model

        self.place, self.index, self.problem = place, place.index, place.index.problem
        self.model = cp_model.CpModel()
        self.begin: dict[int, Any] = {}
        self.costs: list[Any] = []
        self.pairs = [
            (one, other)
            for one in place.units
            for other in self.index.sharing.get(one, ())
            if one < other and other in place.set
        ]
        users: dict[int, set[int]] = defaultdict(set)
        for unit in place.units:
            users[self.problem.units[unit].location].add(self.index.discipline[unit])
        is_mixed = any(len(disciplines) > 1 for disciplines in users.values())
        self.is_supported = not is_mixed and len(self.pairs) <= PAIRS_MAX

    def build(self, known: Starts | None) -> None:
        """Add every rule and cost; ``known`` is where the search begins."""
        from ortools.sat.python import cp_model

        for unit in self.place.units:
            length = self.index.minutes[unit]
            spans = [[a, b - length] for a, b in self.place.window[unit] if b - a >= length]
            domain = cp_model.Domain.from_intervals(spans)
            self.begin[unit] = self.model.new_int_var_from_domain(domain, f"b{unit}")
            if known:
                self.model.add_hint(self.begin[unit], known[unit])
        self._places()
        self._stages()
        self._competitors()
        for one, other in self.pairs:
            self._either(one, other, self._cross(one, other))
        by_discipline: dict[int, list[int]] = defaultdict(list)
        for unit in self.place.units:
            by_discipline[self.index.discipline[unit]].append(unit)
        for discipline, units in sorted(by_discipline.items()):
            self._sessions(discipline, units, known)
        self._prime()
        self.model.minimize(sum(self.costs))

    def _end(self, unit: int) -> Any:
        return self.begin[unit] + self.index.minutes[unit]

    def _places(self) -> None:
        by_location: dict[int, list[Any]] = defaultdict(list)
        for unit in self.place.units:
            rules = self.problem.disciplines[self.index.discipline[unit]]
            size = self.index.minutes[unit] + -(-rules.change_seconds // 60)
            interval = self.model.new_fixed_size_interval_var(self.begin[unit], size, f"i{unit}")
            by_location[self.problem.units[unit].location].append(interval)
        for location, intervals in by_location.items():
            many = self.problem.locations[location].units_at_once
            if many == 1:
                self.model.add_no_overlap(intervals)
            else:
                self.model.add_cumulative(intervals, [1] * len(intervals), many)

        venue = self.problem.venues[self.index.venue[self.place.units[0]]]
        if venue.units_at_once:
            running = [
                self.model.new_fixed_size_interval_var(self.begin[u], self.index.minutes[u], "")
                for u in self.place.units
            ]
            self.model.add_cumulative(running, [1] * len(running), venue.units_at_once)

    def _stages(self) -> None:
        stages: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for unit in self.place.units:
            row = self.problem.units[unit]
            stages[row.event][row.stage].append(unit)
        for event, by_stage in stages.items():
            rules = self.problem.disciplines[self.problem.events[event].discipline]
            for before, after in pairwise(sorted(by_stage)):
                is_part = before // 100 == after // 100
                wait = -(-(rules.change_seconds if is_part else rules.stage_seconds) // 60)
                done = self.model.new_int_var(0, self.place.close, "")
                for unit in by_stage[before]:
                    self.model.add(done >= self._end(unit))
                for unit in by_stage[after]:
                    self.model.add(self.begin[unit] >= done + wait)

    def _competitors(self) -> None:
        """Keep the rest of each competitor inside an event, and charge what is missing to good."""
        of: dict[tuple[int, int], list[int]] = defaultdict(list)
        for unit in self.place.units:
            row = self.problem.units[unit]
            for competitor in row.competitors:
                of[row.event, competitor].append(unit)
        count: dict[tuple[int, ...], int] = defaultdict(int)
        for units in of.values():
            if len(units) > 1:
                count[tuple(sorted(units, key=lambda u: (self.problem.units[u].stage, u)))] += 1
        wished: dict[tuple[int, int], int] = defaultdict(int)
        for numbers, times in sorted(count.items()):
            rest = -(
                -self.problem.disciplines[self.index.discipline[numbers[0]]].rest_seconds // 60
            )
            self._rest(list(numbers), rest)
            for one, other in pairwise(numbers):
                if self._follows(one, other):
                    wished[one, other] += times
        if len(wished) <= PAIRS_MAX:
            for (one, other), times in wished.items():
                self._wish(one, other, times)

    def _rest(self, numbers: list[int], rest: int) -> None:
        for one, other in combinations(numbers, 2):
            if self._follows(one, other):
                self.model.add(self.begin[other] >= self._end(one) + rest)
        stages: dict[int, list[int]] = defaultdict(list)
        for unit in numbers:
            stages[self.problem.units[unit].stage].append(unit)
        for members in stages.values():
            if len(members) > 1:
                self.model.add_no_overlap(
                    self.model.new_fixed_size_interval_var(
                        self.begin[u], self.index.minutes[u] + rest, ""
                    )
                    for u in members
                )

    def _follows(self, one: int, other: int) -> bool:
        """Tell whether the second unit is of a later round."""
        stages = (self.problem.units[one].stage, self.problem.units[other].stage)
        return stages[0] < stages[1] and not self.index.are_parts(one, other)

    def _wish(self, one: int, other: int, times: int) -> None:
        rules = self.problem.disciplines[self.index.discipline[one]]
        good = rules.good_seconds // 60
        price = round(times * self.problem.weight("rest") / 60 * SCALE)
        if good > 0 and price > 0:
            missing = self.model.new_int_var(0, good, "")
            self.model.add(missing >= good - (self.begin[other] - self._end(one)))
            self.costs.append(price * missing)

    def _cross(self, one: int, other: int) -> int:
        disciplines = (self.index.discipline[one], self.index.discipline[other])
        return -(-max(self.problem.disciplines[d].cross_seconds for d in disciplines) // 60)

    def _either(self, one: int, other: int, wait: int) -> None:
        first = self.model.new_bool_var("")
        self.model.add(self.begin[other] >= self._end(one) + wait).only_enforce_if(first)
        self.model.add(self.begin[one] >= self._end(other) + wait).only_enforce_if(~first)

    def _sessions(self, discipline: int, units: list[int], known: Starts | None) -> None:
        """Gather units into sessions; each costs its length and the gates' extra."""
        rules = self.problem.disciplines[discipline]
        longest = rules.session_seconds_max // 60
        extra = self.problem.session_extra_seconds // 60
        change = rules.change_seconds // 60
        held = [(a, b) for d, a, b in (self.place.spans(known) if known else ()) if d == discipline]
        many = min(SESSIONS_MAX, len(held) + 1 if held else SESSIONS_MAX, len(units))
        price = round(self.problem.weight("venue_hours") / 60 * SCALE)
        room = (self.place.open, self.place.close)
        begins = [self.model.new_int_var(*room, "") for _ in range(many)]
        ends = [self.model.new_int_var(*room, "") for _ in range(many)]
        used = [self.model.new_bool_var("") for _ in range(many)]
        by_location: dict[int, list[int]] = defaultdict(list)
        for unit in units:
            by_location[self.problem.units[unit].location].append(unit)
        inside: dict[tuple[int, int], Any] = {}
        for unit in units:
            for k in range(many):
                x = self.model.new_bool_var("")
                inside[unit, k] = x
                self.model.add(self.begin[unit] >= begins[k]).only_enforce_if(x)
                self.model.add(self._end(unit) <= ends[k]).only_enforce_if(x)
                self.model.add_implication(x, used[k])
                if known and k < len(held):
                    a, b = held[k]
                    self.model.add_hint(x, int(a <= known[unit] < b))
            self.model.add_exactly_one(inside[unit, k] for k in range(many))
        for k in range(many):
            span = ends[k] - begins[k]
            self.model.add(span >= 0)
            self.model.add(span <= longest)
            self.model.add(span == 0).only_enforce_if(~used[k])
            for location, members in by_location.items():
                at_once = self.problem.locations[location].units_at_once
                swap = change if at_once == 1 else 0
                work = sum((self.index.minutes[u] + swap) * inside[u, k] for u in members)
                self.model.add(work <= at_once * span + swap * used[k])
            self.costs.append(price * span + price * extra * used[k])
            if k:
                self.model.add_implication(used[k], used[k - 1])
                self.model.add(begins[k] >= ends[k - 1] + GAP + 1).only_enforce_if(used[k])

    def _prime(self) -> None:
        price = self.problem.weight("prime_time") * SCALE
        for unit in self.place.units:
            if self.problem.units[unit].medal != "1":
                continue
            choices = [self.model.new_bool_var("")]
            self.costs.append(round(price) * choices[0])
            for zone in self.problem.prime_zones:
                for window in zone.windows:
                    begin, end = -(-window.starts_at // 60), -(-window.ends_before // 60)
                    if begin < self.place.close and end > self.place.open:
                        x = self.model.new_bool_var("")
                        self.model.add(self.begin[unit] >= begin).only_enforce_if(x)
                        self.model.add(self.begin[unit] < end).only_enforce_if(x)
                        self.costs.append(round(price * (1 - zone.value)) * x)
                        choices.append(x)
            self.model.add_exactly_one(choices)
