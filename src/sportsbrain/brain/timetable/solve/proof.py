"""
What the days of one discipline must cost, proven by counts with HiGHS.

Units of one stage that need the same are counted by day, not told apart, and competitors who meet
the same stages are counted together. Every timetable without faults has such counts, and they cost
no more than it does; so the least cost of counts bounds the least cost of timetables.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from sportsbrain.brain.timetable.solve.bounds import Bounds
from sportsbrain.brain.timetable.solve.index import Index
from sportsbrain.brain.timetable.solve.sums import owns_days, prime_room

SAFETY = 1e-6
Terms = dict[int, float]


@dataclass(frozen=True, slots=True)
class Kind:
    """Units of a stage that need the same place, minutes and days."""

    event: int
    stage: int
    location: int
    minutes: int
    is_final: bool
    competitors: int
    days: tuple[int, ...]


@dataclass(slots=True)
class Program:
    """A mixed-integer program, filled column by column and row by row."""

    costs: list[float] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    rows: list[tuple[Terms, float, float]] = field(default_factory=list)

    def column(self, high: float, *, cost: float = 0.0, is_whole: bool = False) -> int:
        """Add a variable between 0 and ``high``; return its number."""
        self.costs.append(cost)
        self.lows.append(0.0)
        self.highs.append(high)
        self.whole.append(int(is_whole))
        return len(self.costs) - 1

    def row(self, terms: Terms, *, low: float = -math.inf, high: float = math.inf) -> None:
        """Keep a weighted sum of variables between two values."""
        self.rows.append((terms, low, high))

    def solve(self, seconds: float) -> tuple[float, float] | None:
        """
        Return the proven lower bound and the cost of the best answer; None when there is none.

        Costs are never negative, so the bound is 0 when the time did not allow a better one.
        """
        import numpy as np
        from scipy.optimize import Bounds as Box
        from scipy.optimize import LinearConstraint, milp
        from scipy.sparse import csr_matrix

        places = [(r, c, v) for r, (terms, _, _) in enumerate(self.rows) for c, v in terms.items()]
        shape = (len(self.rows), len(self.costs))
        values = [v for _, _, v in places]
        where = ([r for r, _, _ in places], [c for _, c, _ in places])
        result = milp(
            np.array(self.costs),
            integrality=np.array(self.whole),
            bounds=Box(self.lows, self.highs),
            constraints=LinearConstraint(
                csr_matrix((values, where), shape=shape),
                [low for _, low, _ in self.rows],
                [high for _, _, high in self.rows],
            ),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if result.status == 2:
            return None
        best = math.inf if result.x is None else float(result.fun)
        proven = result.mip_dual_bound
        if proven is None or not math.isfinite(proven):
            return 0.0, best
        return max(0.0, float(proven) - SAFETY * (1.0 + abs(proven))), best


class Counts:
    """The program of one discipline."""

    def __init__(
        self, index: Index, bounds: Bounds, discipline: int, weights: dict[str, float]
    ) -> None:
        self.index, self.bounds, self.discipline = index, bounds, discipline
        self.weights = weights
        self.rules = index.problem.disciplines[discipline]
        self.program = Program()
        # what is proven must not be longer than the units are
        self.minutes = {u: self._seconds(u) // 60 for u in index.by_discipline[discipline]}
        self.kinds: dict[Kind, list[int]] = defaultdict(list)
        for unit in index.by_discipline[discipline]:
            self.kinds[self._kind(unit)].append(unit)
        self.count = {
            (kind, day): self.program.column(len(units), is_whole=True)
            for kind, units in self.kinds.items()
            for day in kind.days
        }
        self.there: dict[tuple[int, int], int] = {}
        self.spent: dict[tuple[int, int], Terms] = {}
        self._assign()
        self._places()
        for event in sorted({kind.event for kind in self.kinds}):
            self._stages(event)
            self._competitors(event)
        self._prime()
        self._cuts()

    def prove(self, seconds: float) -> tuple[float, float] | None:
        """Return a lower bound and the cost of the best counts; None when there are none."""
        return self.program.solve(seconds)

    def _seconds(self, unit: int) -> int:
        return self.index.problem.units[unit].seconds

    def _kind(self, unit: int) -> Kind:
        row = self.index.problem.units[unit]
        days = tuple(sorted(self.index.days_of(unit)))
        if row.pinned_at is not None:
            days = (self.index.day_of(unit, row.pinned_at // 60),)
        return Kind(
            event=row.event,
            stage=row.stage,
            location=row.location,
            minutes=self.minutes[unit],
            is_final=row.medal == "1",
            competitors=len(set(row.competitors)),
            days=days,
        )

    def _venue(self, kind: Kind) -> int:
        return self.index.problem.locations[kind.location].venue

    def _assign(self) -> None:
        for kind, units in self.kinds.items():
            every = {self.count[kind, day]: 1.0 for day in kind.days}
            self.program.row(every, low=len(units), high=len(units))

    # -- places --------------------------------------------------------------------------------

    def _places(self) -> None:
        """Charge hours, sessions and days of each venue; keep to the room of each place."""
        problem = self.index.problem
        used: dict[tuple[int, int], dict[int, list[Kind]]] = defaultdict(lambda: defaultdict(list))
        for kind in self.kinds:
            for day in kind.days:
                used[self._venue(kind), day][kind.location].append(kind)
        change = self.rules.change_seconds // 60
        longest = self.rules.session_seconds_max // 60 + change
        extra = max(0, problem.session_extra_seconds // 60 - change)
        price = self.weights["venue_hours"] / 60
        for (venue, day), places in sorted(used.items()):
            is_mine = owns_days(self.index, venue, self.discipline)
            there = self.program.column(
                1, cost=self.weights["venue_days"] if is_mine else 0.0, is_whole=True
            )
            sessions = self.program.column(9, cost=price * extra, is_whole=True)
            hours = self.program.column(1440, cost=price)
            self.program.row({sessions: 1.0, there: -1.0}, low=0.0)
            self.there[venue, day] = there
            self.spent[venue, day] = {sessions: extra, hours: 1.0}
            for location, kinds in places.items():
                self._place(location, day, kinds, (there, sessions, hours), (change, longest))

    def _place(
        self,
        location: int,
        day: int,
        kinds: list[Kind],
        columns: tuple[int, int, int],
        sizes: tuple[int, int],
    ) -> None:
        (there, sessions, hours), (change, longest) = columns, sizes
        place = self.index.problem.locations[location]
        many = place.units_at_once
        spans = self.index.windows[place.venue, self.discipline][day]
        limit = many * (sum(b - a for a, b in spans) + change)
        work = {self.count[k, day]: float(k.minutes + change) for k in kinds}
        # where several run at once, the last change-over of each lane is not between two units
        held = {c: v - (change if many > 1 else 0) for c, v in work.items()}
        pause = max(0, 61 - change) * many
        self.program.row({**work, sessions: pause}, high=limit + pause)
        self.program.row({**held, hours: -many}, high=0.0)
        self.program.row({**held, sessions: -many * longest}, high=0.0)
        for kind in kinds:
            most = min(len(self.kinds[kind]), limit // max(1, kind.minutes + change))
            self.program.row({self.count[kind, day]: 1.0, there: -most}, high=0.0)
        self.program.row({**work, there: -limit}, high=0.0)

    # -- stages --------------------------------------------------------------------------------

    def _stages(self, event: int) -> None:
        stages: dict[int, list[Kind]] = defaultdict(list)
        for kind in self.kinds:
            if kind.event == event:
                stages[kind.stage].append(kind)
        for before, after in pairwise(sorted(stages)):
            nights = 0 if before // 100 == after // 100 else self.rules.stage_days
            self._precede(stages[before], stages[after], nights)
        if not (self.rules.stage_days and self.rules.rest_days):
            for venue in sorted({self._venue(k) for k in self.kinds if k.event == event}):
                here = {
                    s: [k for k in kinds if self._venue(k) == venue] for s, kinds in stages.items()
                }
                for day in sorted({d for ks in here.values() for k in ks for d in k.days}):
                    self._chain(venue, day, here)

    def _total(self, kinds: list[Kind]) -> int:
        return sum(len(self.kinds[k]) for k in kinds)

    def _until(self, kinds: list[Kind], day: int, scale: float) -> Terms:
        """Return the part of some units that is held up to a day."""
        share = scale / self._total(kinds)
        return {self.count[k, d]: share for k in kinds for d in k.days if d <= day}

    def _precede(self, before: list[Kind], after: list[Kind], nights: int) -> None:
        """Let a stage begin only when the one before is over, nights ago."""
        for day in sorted({d for k in after for d in k.days}):
            begun = self._until(after, day, 1.0)
            over = self._until(before, day - nights, -1.0)
            if self._total(before) > 1 < self._total(after):
                is_over = self.program.column(1, is_whole=True)
                self.program.row({is_over: 1.0, **over}, high=0.0)
                over = {is_over: -1.0}
            self.program.row({**begun, **over}, high=0.0)

    def _chain(self, venue: int, day: int, stages: dict[int, list[Kind]]) -> None:
        """Charge a venue-day with the longest chain of units that must follow each other."""
        extra = self.index.problem.session_extra_seconds // 60
        spans = self.index.windows[venue, self.discipline][day]
        room = spans[-1][1] - spans[0][0]
        there, spent = self.there[venue, day], self.spent[venue, day]
        for is_cost in (True, False):
            chain: Terms = {}
            waits: list[int] = []
            before: set[int] = set()
            for stage, kinds in sorted(stages.items()):
                here = [k for k in kinds if day in k.days]
                if not here:
                    continue
                wait = self.rules.stage_seconds // 60
                if stage // 100 in before:
                    wait = min(wait, self.rules.change_seconds // 60)
                before.add(stage // 100)
                waits.append(min(extra, wait) if is_cost else wait)
                for column, value in self._least(here, day, waits[-1]).items():
                    chain[column] = chain.get(column, 0.0) + value
            if len(waits) < 2:
                return
            least = max(waits)
            if is_cost:
                rest = {c: -v for c, v in spent.items()}
                self.program.row({**chain, there: extra, **rest}, high=least)
            else:
                self.program.row(chain, high=room + least)

    def _least(self, kinds: list[Kind], day: int, wait: int) -> Terms:
        """Return the least minutes of a stage on a day, its wait included, as terms."""
        if self._total(kinds) == 1:
            return {self.count[kinds[0], day]: float(kinds[0].minutes + wait)}
        is_there = self.program.column(1, is_whole=True)
        shortest = min(k.minutes for k in kinds)
        for kind in kinds:
            many = len(self.kinds[kind])
            self.program.row({self.count[kind, day]: 1.0, is_there: -many}, high=0.0)
        return {is_there: float(shortest + wait)}

    # -- competitors ---------------------------------------------------------------------------

    def _competitors(self, event: int) -> None:
        """Keep and charge the nights between the units of each competitor, path by path."""
        if self.rules.rest_days < 1 and self.rules.good_days < 1:
            return
        paths = self._paths(event)
        days = sorted({d for k in self.kinds if k.event == event for d in k.days})
        shares = self._shares(event, paths)
        price = self.weights["rest"] * 12
        good, rest = self.rules.good_days, self.rules.rest_days
        for number, (path, many) in enumerate(paths):
            if sum(path.values()) < 2:
                continue
            for first in range(days[0] - max(good, rest), days[-1] + 1):
                for width in {good, rest} - {0}:
                    window = {
                        column: 1.0
                        for (n, _, day), column in shares.items()
                        if n == number and first <= day < first + width
                    }
                    if not window:
                        continue
                    if width == rest:
                        self.program.row(window, high=many)
                    else:
                        missing = self.program.column(math.inf, cost=price)
                        self.program.row({**window, missing: -1.0}, high=many)

    def _paths(self, event: int) -> list[tuple[Counter[int], int]]:
        """Return which stages competitors meet, how often, and how many competitors do so."""
        units = self.index.problem.units
        met: dict[int, Counter[int]] = defaultdict(Counter)
        for kind, members in self.kinds.items():
            if kind.event == event:
                for unit in members:
                    for competitor in set(units[unit].competitors):
                        met[competitor][kind.stage] += 1
        paths: Counter[tuple[tuple[int, int], ...]] = Counter()
        for path in met.values():
            # parts of one round need no rest between them: the first stands for all
            first: dict[int, int] = {}
            for stage in sorted(path):
                first.setdefault(stage // 100, stage)
            paths[tuple((s, path[s]) for s in sorted(first.values()))] += 1
        return [(Counter(dict(path)), many) for path, many in sorted(paths.items())]

    def _shares(
        self, event: int, paths: list[tuple[Counter[int], int]]
    ) -> dict[tuple[int, int, int], int]:
        """Return how many units of a stage the competitors of a path have on a day."""
        stages: dict[int, list[Kind]] = defaultdict(list)
        for kind in self.kinds:
            if kind.event == event and kind.competitors:
                stages[kind.stage].append(kind)
        shares: dict[tuple[int, int, int], int] = {}
        for stage, kinds in stages.items():
            days = sorted({d for k in kinds for d in k.days})
            with_it = [n for n, (path, _) in enumerate(paths) if path[stage]]
            for number in with_it:
                path, many = paths[number]
                for day in days:
                    shares[number, stage, day] = self.program.column(many * path[stage])
                mine = {shares[number, stage, d]: 1.0 for d in days}
                self.program.row(mine, low=many * path[stage], high=many * path[stage])
            for day in days:
                all_there = {
                    self.count[k, day]: -float(k.competitors) for k in kinds if day in k.days
                }
                of_paths = {shares[n, stage, day]: 1.0 for n in with_it}
                # a competitor whose round began in another part is not counted here
                self.program.row({**of_paths, **all_there}, high=0.0)
        return shares

    # -- prime time ----------------------------------------------------------------------------

    def _prime(self) -> None:
        """Charge finals with the prime time they can not have: places hold few at a time."""
        problem = self.index.problem
        price = self.weights["prime_time"]
        change = self.rules.change_seconds // 60
        begun: dict[tuple[int, int, int], list[tuple[int, int]]] = defaultdict(list)
        self.prime: Terms = {}
        for kind, units in self.kinds.items():
            if not kind.is_final:
                continue
            for day in kind.days:
                outside = self.program.column(len(units), cost=price)
                self.prime[outside] = 1.0
                row = {outside: 1.0, self.count[kind, day]: -1.0}
                for zone, window in enumerate(problem.prime_zones):
                    if prime_room(self.index, units[0], day, zone) <= 0:
                        continue
                    inside = self.program.column(len(units), cost=price * (1 - window.value))
                    self.prime[inside] = 1 - window.value
                    row[inside] = 1.0
                    begun[kind.location, day, zone].append((kind.minutes + change, inside))
                self.program.row(row, low=0.0, high=0.0)
        for (location, day, zone), items in begun.items():
            place = problem.locations[location]
            spans = self.index.windows[place.venue, self.discipline][day]
            room = max(size for size, _ in items) + sum(
                max(0, min(b, w.ends_before // 60) - max(a, w.starts_at // 60))
                for w in problem.prime_zones[zone].windows
                for a, b in spans
            )
            sizes = {inside: float(size) for size, inside in items}
            self.program.row(sizes, high=place.units_at_once * room)

    def _cuts(self) -> None:
        """Add what is proven already: hours, days of each venue, prime time."""
        hours: Terms = defaultdict(float)
        for spent in self.spent.values():
            for column, value in spent.items():
                hours[column] += value / 60
        self.program.row(dict(hours), low=self.bounds.hours.get(self.discipline, 0.0))
        for venue, days in self.bounds.days.get(self.discipline, {}).items():
            there = {c: 1.0 for (v, _), c in self.there.items() if v == venue}
            self.program.row(there, low=days)
        if self.prime:
            self.program.row(self.prime, low=self.bounds.prime.get(self.discipline, 0.0))
