"""
Re-plan a venue, or a few, with the fewest moved units, by an exact interval model.

Every unit of these venues may stay or move; everything else stays. The number of moved units is
minimized first; what the model proves is reported beside it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Any

from sportsbrain.brain.timetable.problem import DAY, SESSION_GAP, Problem

SESSION_ROUNDS = 6
ATTEMPTS = 5
ATTEMPTS_SHARE = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """
    The new starts, how many units moved, and the least the model proves.

    ``has_long_sessions`` says that a session is still longer than the rules allow.
    """

    starts: dict[str, int]
    moved: int
    bound: int
    seconds: float
    unscheduled: tuple[str, ...] = ()
    has_long_sessions: bool = False


def least_moves(
    problem: Problem,
    starts: dict[str, int],
    *,
    venues: Collection[str],
    seconds: float,
    seed: int,
) -> Moves:
    """
    Return the timetable nearest to the given one that obeys the rules of some venues.

    Many timetables have the fewest moves, and some of them make sessions too long. Mending those
    costs moves, so a few are tried and the one that needs fewest is kept.
    """
    best = _nearest(problem, starts, venues=venues, seconds=seconds, seed=seed)
    bound, spent = best.bound, best.seconds
    for attempt in range(1, ATTEMPTS):
        # another attempt takes about as long as the first
        is_enough = best.moved <= bound or spent + best.seconds > seconds * ATTEMPTS_SHARE
        if is_enough:
            break
        left = seconds - spent
        again = _nearest(problem, starts, venues=venues, seconds=left, seed=seed + attempt)
        spent += again.seconds
        bound = max(bound, again.bound)
        if again.starts and _rank(again) < _rank(best):
            best = again
    return replace(best, bound=min(bound, best.moved), seconds=spent)


def _rank(moves: Moves) -> tuple[int, bool, int]:
    return len(moves.unscheduled), moves.has_long_sessions, moves.moved


def _nearest(
    problem: Problem,
    starts: dict[str, int],
    *,
    venues: Collection[str],
    seconds: float,
    seed: int,
) -> Moves:
    """Return one timetable with few moves, its long sessions mended round by round."""
    model = _Model(problem, starts, venues)
    found = _solve(model, starts, seconds=seconds, seed=seed)
    bound, spent = found.bound, found.seconds
    is_long = model.shorten_sessions(found.starts)
    for _ in range(SESSION_ROUNDS):
        if not is_long or spent >= seconds:
            break
        again = _solve(model, starts, seconds=seconds - spent, seed=seed)
        spent += again.seconds
        if not again.starts or len(again.unscheduled) > len(found.unscheduled):
            break
        found = again
        is_long = model.shorten_sessions(found.starts)
    return replace(found, bound=min(bound, found.moved), seconds=spent, has_long_sessions=is_long)


def _solve(model: "_Model", starts: dict[str, int], *, seconds: float, seed: int) -> Moves:
    """Solve the model as it stands."""
    from ortools.sat.python import cp_model

    problem = model.problem
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = seed
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Moves(
            starts=dict(starts),
            moved=0,
            bound=max(0, int(solver.best_objective_bound)),
            seconds=solver.wall_time,
            unscheduled=tuple(problem.units[u].code for u in model.units),
        )
    found = dict(starts)
    moved = 0
    left_out: list[str] = []
    for unit in model.units:
        code = problem.units[unit].code
        if solver.value(model.left_out[unit]):
            left_out.append(code)
            found.pop(code, None)
        elif not solver.value(model.stays[unit]):
            moved += 1
            found[code] = solver.value(model.begin[unit]) * 60
    moved += len(left_out)
    bound = int(-(-solver.best_objective_bound // 1))
    return Moves(
        starts=found,
        moved=moved,
        bound=min(max(0, bound), moved),
        seconds=solver.wall_time,
        unscheduled=tuple(left_out),
    )


class _Model:
    """The interval model of some venues."""

    def __init__(self, problem: Problem, starts: dict[str, int], venues: Collection[str]) -> None:
        from ortools.sat.python import cp_model

        self.problem, self.starts = problem, starts
        self.model = cp_model.CpModel()
        places = {i for i, v in enumerate(problem.venues) if v.code in venues}
        self.units = [
            n
            for n, u in enumerate(problem.units)
            if problem.locations[u.location].venue in places and u.code in starts
        ]
        self.begin: dict[int, Any] = {}
        self.stays: dict[int, Any] = {}
        self.left_out: dict[int, Any] = {}
        self.day: dict[int, Any] = {}
        for unit in self.units:
            self._unit(unit)
        self._places()
        self._stages()
        self._competitors()
        count = len(self.units)
        self.model.minimize(
            sum(1 - self.stays[u] for u in self.units)
            + (count + 1) * sum(self.left_out[u] for u in self.units)
        )

    def shorten_sessions(self, found: dict[str, int]) -> bool:
        """
        Keep the ends of each session that is too long together or an hour apart.

        Says whether there was one. Added only where it is needed; the bound stays that of the
        model without.
        """
        is_needed = False
        for discipline, units in self._sessions(found):
            longest = self.problem.disciplines[discipline].session_seconds_max // 60
            begin = {u: found[self.problem.units[u].code] // 60 for u in units}
            end = {u: begin[u] + self._minutes(u) for u in units}
            if max(end.values()) - min(begin.values()) <= longest:
                continue
            is_needed = True
            kept = [u for u in units if found[self.problem.units[u].code] == self._held(u)]
            kept = kept or [min(units, key=lambda u: begin[u])]
            first, last = min(kept, key=lambda u: begin[u]), max(kept, key=lambda u: end[u])
            for unit in units:
                if unit not in (first, last):
                    self._together_or_apart(unit, first, last, longest)
            if len(kept) == len(units):
                self._together_or_apart(first, last, last, longest)
        return is_needed

    def _held(self, unit: int) -> int | None:
        return self.starts.get(self.problem.units[unit].code)

    def _sessions(self, found: dict[str, int]) -> Iterator[tuple[int, list[int]]]:
        """Yield discipline and units of each session of these venues."""
        rows: dict[tuple[int, int], list[int]] = defaultdict(list)
        for unit in self.units:
            row = self.problem.units[unit]
            if row.code in found:
                rows[self.problem.locations[row.location].venue, self._discipline(unit)].append(
                    unit
                )
        for (_, discipline), units in rows.items():
            units.sort(key=lambda u: found[self.problem.units[u].code])
            session: list[int] = []
            until = 0
            for unit in units:
                begin = found[self.problem.units[unit].code] // 60
                if session and begin - until > SESSION_GAP // 60:
                    yield discipline, session
                    session = []
                until = max(until if session else 0, begin + self._minutes(unit))
                session.append(unit)
            yield discipline, session

    def _together_or_apart(self, unit: int, first: int, last: int, longest: int) -> None:
        gap = SESSION_GAP // 60 + 1
        end = self._moment(unit) + self._minutes(unit)
        last_end = self._moment(last) + self._minutes(last)
        inside, before, after = (self.model.new_bool_var("") for _ in range(3))
        self.model.add(self._moment(unit) >= last_end - longest).only_enforce_if(inside)
        self.model.add(end <= self._moment(first) + longest).only_enforce_if(inside)
        self.model.add(end + gap <= self._moment(first)).only_enforce_if(before)
        self.model.add(self._moment(unit) >= last_end + gap).only_enforce_if(after)
        self.model.add_bool_or([inside, before, after, self.left_out[unit]])

    def _minutes(self, unit: int) -> int:
        return -(-self.problem.units[unit].seconds // 60)

    def _discipline(self, unit: int) -> int:
        return self.problem.events[self.problem.units[unit].event].discipline

    def _unit(self, unit: int) -> None:
        from ortools.sat.python import cp_model

        row = self.problem.units[unit]
        venue = self.problem.venues[self.problem.locations[row.location].venue]
        length = self._minutes(unit)
        old = self.starts[row.code] // 60
        spans = [
            (-(-w.starts_at // 60), w.ends_before // 60 - length)
            for w in venue.windows_of(self._discipline(unit))
            if w.ends_before // 60 - length >= -(-w.starts_at // 60)
        ]
        if row.pinned_at is not None:
            spans = [(row.pinned_at // 60, row.pinned_at // 60)]
        may_stay = any(a <= old <= b for a, b in spans)
        domain = cp_model.Domain.from_intervals([[a, b] for a, b in spans] or [[old, old]])
        begin = self.model.new_int_var_from_domain(domain, f"b{unit}")
        stays = self.model.new_bool_var(f"s{unit}")
        out = self.model.new_bool_var(f"o{unit}")
        if may_stay:
            self.model.add(begin == old).only_enforce_if(stays)
            self.model.add_hint(begin, old)
            self.model.add_hint(stays, 1)
        else:
            self.model.add(stays == 0)
        self.model.add_implication(stays, out.negated())
        if row.pinned_at is not None:
            self.model.add(out == 0)
        self.begin[unit], self.stays[unit], self.left_out[unit] = begin, stays, out
        day = self.model.new_int_var(0, self.problem.days + 1, f"d{unit}")
        offset = venue.utc_offset // 60
        self.model.add(day * (DAY // 60) <= begin + offset)
        self.model.add(begin + offset < (day + 1) * (DAY // 60))
        self.day[unit] = day

    def _places(self) -> None:
        by_location: dict[int, list[int]] = defaultdict(list)
        for unit in self.units:
            by_location[self.problem.units[unit].location].append(unit)
        for location, units in by_location.items():
            intervals = []
            for unit in units:
                rules = self.problem.disciplines[self._discipline(unit)]
                size = self._minutes(unit) + -(-rules.change_seconds // 60)
                present = self.left_out[unit].negated()
                intervals.append(
                    self.model.new_optional_fixed_size_interval_var(
                        self.begin[unit], size, present, f"i{unit}"
                    )
                )
            many = self.problem.locations[location].units_at_once
            if many == 1:
                self.model.add_no_overlap(intervals)
            else:
                self.model.add_cumulative(intervals, [1] * len(intervals), many)
            self._discipline_changes(units)
        self._venue_limits()

    def _venue_limits(self) -> None:
        by_venue: dict[int, list[int]] = defaultdict(list)
        for unit in self.units:
            by_venue[self.problem.locations[self.problem.units[unit].location].venue].append(unit)
        for venue, units in by_venue.items():
            limit = self.problem.venues[venue].units_at_once
            if limit:
                running = [
                    self.model.new_optional_fixed_size_interval_var(
                        self.begin[u], self._minutes(u), self.left_out[u].negated(), f"r{u}"
                    )
                    for u in units
                ]
                self.model.add_cumulative(running, [1] * len(running), limit)

    def _discipline_changes(self, units: list[int]) -> None:
        """Two disciplines on one place leave each other the time to change it."""
        wait = -(-self.problem.discipline_change_seconds // 60)
        for one, other in combinations(units, 2):
            if self._discipline(one) != self._discipline(other) and self._may_meet(one, other):
                first = self.model.new_bool_var(f"c{one}_{other}")
                self._apart(one, other, wait, 0, first)
                self._apart(other, one, wait, 0, first.negated())

    def _may_meet(self, one: int, other: int) -> bool:
        spans = [self.begin[u].proto.domain for u in (one, other)]
        return bool(
            spans[0][0] <= spans[1][-1] + DAY // 60 and spans[1][0] <= spans[0][-1] + DAY // 60
        )

    def _stages(self) -> None:
        by_event: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for n, unit in enumerate(self.problem.units):
            if unit.code in self.starts:
                by_event[unit.event][unit.stage].append(n)
        mine = set(self.units)
        for event, stages in by_event.items():
            if not any(u in mine for us in stages.values() for u in us):
                continue
            rules = self.problem.disciplines[self.problem.events[event].discipline]
            order = sorted(stages)
            for before, after in pairwise(order):
                is_part = before // 100 == after // 100
                wait = rules.change_seconds if is_part else rules.stage_seconds
                nights = 0 if is_part else rules.stage_days
                for one in stages[before]:
                    for other in stages[after]:
                        if one in mine or other in mine:
                            self._apart(one, other, -(-wait // 60), nights)

    def _moment(self, unit: int) -> Any:
        if unit in self.begin:
            return self.begin[unit]
        return self.starts[self.problem.units[unit].code] // 60

    def _day_of(self, unit: int) -> Any:
        if unit in self.day:
            return self.day[unit]
        row = self.problem.units[unit]
        venue = self.problem.venues[self.problem.locations[row.location].venue]
        return (self.starts[row.code] + venue.utc_offset) // DAY

    def _apart(self, one: int, other: int, wait: int, nights: int, order: Any = None) -> None:
        """One unit ends before the other begins, with a wait and nights between."""
        guards = [self.left_out[u].negated() for u in (one, other) if u in self.left_out]
        guards += [order] if order is not None else []
        self.model.add(
            self._moment(one) + self._minutes(one) + wait <= self._moment(other)
        ).only_enforce_if(guards)
        if nights:
            self.model.add(self._day_of(one) + nights <= self._day_of(other)).only_enforce_if(
                guards
            )

    def _competitors(self) -> None:
        """Units of one person keep their rest, whoever comes first; events share persons too."""
        mine = set(self.units)
        of_person: dict[int, list[int]] = defaultdict(list)
        for n, unit in enumerate(self.problem.units):
            if unit.code in self.starts:
                for person in unit.possible or unit.persons:
                    of_person[person].append(n)
        pairs: set[tuple[int, int]] = set()
        for units in of_person.values():
            own = [u for u in units if u in mine]
            if not own:
                continue
            for one in own:
                for other in units:
                    if one != other and self._is_near(one, other):
                        pairs.add((min(one, other), max(one, other)))
        known = [set(u.persons) for u in self.problem.units]
        for one, other in sorted(pairs):
            self._pair(one, other, is_known=bool(known[one] & known[other]))

    def _is_near(self, one: int, other: int) -> bool:
        starts = (self.starts[self.problem.units[u].code] for u in (one, other))
        first, second = sorted(starts)
        return second - first <= 6 * DAY

    def _pair(self, one: int, other: int, *, is_known: bool) -> None:
        rows = (self.problem.units[one], self.problem.units[other])
        if rows[0].event == rows[1].event:
            if rows[0].stage != rows[1].stage or not is_known:
                return
            rules = self.problem.disciplines[self._discipline(one)]
            wait, nights = rules.rest_seconds, rules.rest_days
        else:
            places = [self.problem.locations[r.location].venue for r in rows]
            wait = self.problem.travel_seconds[places[0]][places[1]] + max(
                self.problem.disciplines[self._discipline(u)].cross_seconds for u in (one, other)
            )
            nights = 0
        order = self.model.new_bool_var(f"p{one}_{other}")
        is_first = self.starts[rows[0].code] <= self.starts[rows[1].code]
        self.model.add_hint(order, int(is_first))
        self._apart(one, other, -(-wait // 60), nights, order)
        self._apart(other, one, -(-wait // 60), nights, order.negated())
