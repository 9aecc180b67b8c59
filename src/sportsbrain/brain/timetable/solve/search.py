"""The search: a first timetable discipline by discipline, then large neighbourhoods until told."""

import math
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping

from sportsbrain.brain.timetable.plan import Timetable
from sportsbrain.brain.timetable.problem import TERMS, Problem
from sportsbrain.brain.timetable.solve.bounds import term_bounds
from sportsbrain.brain.timetable.solve.days import DayModel, Sums, add_to
from sportsbrain.brain.timetable.solve.evaluate import objective, term_values
from sportsbrain.brain.timetable.solve.greedy import greedy_timetable
from sportsbrain.brain.timetable.solve.index import Index, index_of
from sportsbrain.brain.timetable.solve.minutes import VenueDay
from sportsbrain.vocabulary.planning import Progress, Stop, Term, relative_gap

FILLS = (0.96, 0.85, 0.72, 0.6, 0.5)
WORKERS = 2
Solving = Generator[Progress, None, Timetable]


def solve(
    problem: Problem,
    *,
    seed: int,
    stop: Stop,
    clock: Callable[[], float],
    start: Mapping[str, int] | None = None,
) -> Solving:
    """Yield progress and return the best timetable found.

    Closing the generator cancels the run; the best timetable so far is in the last `Progress`'s
    owner, see `Search.best`. With ``start`` the answer is never worse than what was given.

    Parameters
    ----------
    problem
        Units and rules.
    seed
        Seed of every random choice.
    stop
        When to stop.
    clock
        Returns seconds; the brain has no clock of its own.
    start
        Starts in seconds by unit code to begin from.

    References
    ----------
    Two levels (day, then minute): docs/planners/timetable.md.
    """
    search = Search(problem, seed=seed, stop=stop, clock=clock)
    yield from search.run(start)
    return search.timetable()


class Search:
    """One run, with the best timetable so far."""

    def __init__(
        self, problem: Problem, *, seed: int, stop: Stop, clock: Callable[[], float]
    ) -> None:
        self.problem, self.seed, self.stop, self.clock = problem, seed, stop, clock
        self.began = clock()
        self.index: Index = index_of(problem)
        self.weights = dict(problem.weights)
        for key in TERMS:
            self.weights.setdefault(key, 0.0)
        self.bounds = term_bounds(self.index)
        self.bound = objective(self.index, self.bounds)
        self.sums = Sums()
        self.days: dict[int, int] = {}
        self.layout: dict[tuple[int, int], dict[int, int]] = {}
        self.best: dict[int, int] = {}
        self.values: dict[str, float] = {}
        self.cost = math.inf
        self.first_seconds: float | None = None
        self.improved_at = self.began
        self.state = (seed * 6364136223846793005 + 1442695040888963407) & ((1 << 64) - 1)

    def run(self, start: Mapping[str, int] | None) -> Generator[Progress, None, None]:
        """Find a first timetable, then improve it until the stop rule says so."""
        yield self.progress("reading the problem")
        if start:
            self._adopt(start)
            yield self.progress("warm start")
        else:
            yield from self._first()
        rounds = 0
        while not self._is_done(rounds):
            rounds += 1
            note = self._improve(rounds)
            yield self.progress("improving", note)

    def progress(self, step: str, note: str = "") -> Progress:
        """Return where the run stands."""
        has_plan = bool(self.best)
        return Progress(
            step=step,
            seconds=self.clock() - self.began,
            objective=self.cost if has_plan else None,
            bound=self.bound,
            terms=self.terms() if has_plan else (),
            note=note,
        )

    def terms(self) -> tuple[Term, ...]:
        """Return the soft terms with their own bounds."""
        return tuple(
            Term(
                key=key,
                value=self.values.get(key, 0.0),
                weight=self.weights[key],
                bound=self.bounds[key],
            )
            for key in TERMS
        )

    def timetable(self) -> Timetable:
        """Return the best timetable so far."""
        units = self.problem.units
        return Timetable(
            starts=tuple(
                (units[n].code, self.best[n] * 60) for n in range(len(units)) if n in self.best
            ),
            objective=self.cost if self.best else 0.0,
            bound=self.bound,
            terms=self.terms(),
            seed=self.seed,
            solver="OR-Tools CP-SAT + schedule generation",
            seconds=self.clock() - self.began,
            first_feasible_seconds=self.first_seconds,
        )

    # -- first timetable ---------------------------------------------------------------------

    def _first(self) -> Generator[Progress, None, None]:
        order = sorted(
            self.index.by_discipline,
            key=lambda d: (
                -sum(self.problem.units[u].medal == "1" for u in self.index.by_discipline[d]),
                d,
            ),
        )
        for place, discipline in enumerate(order, start=1):
            code = self.problem.disciplines[discipline].code
            self._plan_discipline(discipline, seconds=2.5)
            yield self.progress("first timetable", f"{code}, {place} of {len(order)} disciplines")
        self._accept({u: s for starts in self.layout.values() for u, s in starts.items()})
        if len(self.best) == len(self.problem.units):
            self.first_seconds = self.clock() - self.began
        yield self.progress("first timetable", "complete")

    def _plan_discipline(self, discipline: int, *, seconds: float) -> bool:
        """Place one discipline, tighter and tighter days until its minutes fit."""
        units = self.index.by_discipline[discipline]
        for fill in FILLS:
            days = self._solve_days(units, fill=fill, seconds=seconds)
            if days is None:
                continue
            layout = self._lay_out(days)
            if layout is not None:
                self._keep(days, layout)
                return True
        return self._plan_greedily(units)

    def _solve_days(
        self, units: list[int], *, fill: float, seconds: float
    ) -> dict[int, int] | None:
        model = DayModel(
            self.index, units, self.sums, fill=fill, known=self.days, weights=self.weights
        )
        return model.solve(
            seconds=seconds,
            seed=self._random(1 << 30),
            workers=WORKERS,
            is_deterministic=self.stop.deterministic,
        )

    def _lay_out(self, days: dict[int, int]) -> dict[tuple[int, int], dict[int, int]] | None:
        """Return the minutes of every venue-day that the units touch, or None when one fails."""
        touched: dict[tuple[int, int], list[int]] = defaultdict(list)
        for unit, day in days.items():
            touched[self.index.venue[unit], day].append(unit)
        layout: dict[tuple[int, int], dict[int, int]] = {}
        for key, units in touched.items():
            others = [u for u in self.layout.get(key, {}) if u not in days]
            found = VenueDay(self.index, units + others, key[1]).best()
            if found is None:
                return None
            layout[key] = found[1]
        return layout

    def _keep(
        self, days: dict[int, int], layout: dict[tuple[int, int], dict[int, int]]
    ) -> None:
        add_to(self.sums, self.index, days, 1)
        self.days.update(days)
        self.layout.update(layout)

    def _plan_greedily(self, units: list[int]) -> bool:
        """Fall back on the list schedule for one discipline; what fits nowhere stays out."""
        greedy = greedy_timetable(self.problem)
        wanted = {self.problem.units[u].code: u for u in units}
        for code, seconds in greedy.items():
            if code in wanted:
                unit = wanted[code]
                day = self.index.day_of(unit, seconds // 60)
                add_to(self.sums, self.index, {unit: day}, 1)
                self.days[unit] = day
                self.layout.setdefault((self.index.venue[unit], day), {})[unit] = seconds // 60
        return False

    def _adopt(self, start: Mapping[str, int]) -> None:
        starts = {
            self.index.position[c]: s // 60 for c, s in start.items() if c in self.index.position
        }
        for unit, minute in starts.items():
            day = self.index.day_of(unit, minute)
            self.days[unit] = day
            self.layout.setdefault((self.index.venue[unit], day), {})[unit] = minute
        add_to(self.sums, self.index, self.days, 1)
        self._accept(starts)
        self.first_seconds = self.clock() - self.began

    # -- improvement ---------------------------------------------------------------------------

    def _is_done(self, rounds: int) -> bool:
        now = self.clock()
        if self.stop.rounds and rounds >= self.stop.rounds:
            return True
        if self.stop.deterministic:
            return False
        if now - self.began >= self.stop.seconds:
            return True
        if self.stop.stale_seconds and now - self.improved_at >= self.stop.stale_seconds:
            return True
        gap = relative_gap(objective=self.cost, bound=self.bound)
        return bool(self.best) and self.stop.gap > 0 and gap <= self.stop.gap

    def _improve(self, rounds: int) -> str:
        kind = rounds % 4
        if kind == 0:
            return self._separate_finals()
        if kind == 2:
            return self._shift_venue_days()
        return self._replan_some()

    def _replan_some(self) -> str:
        """Take one or two disciplines out and plan their days again against the others."""
        disciplines = sorted(self.index.by_discipline)
        sizes = [1 + len(self.index.by_discipline[d]) ** 0.5 for d in disciplines]
        chosen = {disciplines[self._weighted(sizes)]}
        if self._random(3) == 0:
            chosen.add(disciplines[self._weighted(sizes)])
        names = "+".join(sorted(self.problem.disciplines[d].code for d in chosen))
        saved = (dict(self.days), dict(self.layout))
        units = [u for d in sorted(chosen) for u in self.index.by_discipline[d]]
        old = {u: self.days[u] for u in units if u in self.days}
        add_to(self.sums, self.index, old, -1)
        for key in {(self.index.venue[u], d) for u, d in old.items()}:
            left = {u: s for u, s in self.layout.get(key, {}).items() if u not in old}
            self.layout[key] = left
        is_placed = True
        for discipline in sorted(chosen, key=lambda _d: self._random(1 << 20)):
            group = self.index.by_discipline[discipline]
            fill = FILLS[self._random(3)]
            days = self._solve_days(group, fill=fill, seconds=3.0)
            layout = self._lay_out(days) if days is not None else None
            if days is None or layout is None:
                is_placed = False
                break
            self._keep(days, layout)
        starts = {u: s for found in self.layout.values() for u, s in found.items()}
        if is_placed and self._accept(starts):
            return names
        added = {u: self.days[u] for u in units if u in self.sums.units}
        add_to(self.sums, self.index, added, -1)
        self.days, self.layout = saved
        add_to(self.sums, self.index, old, 1)
        return f"{names} kept"

    def _separate_finals(self) -> str:
        """Shift whole venue-days by a few minutes so that finals do not start together."""
        return self._shift(steps=(1, 2, 3, -1, -2, -3, 4, 5, -4, -5), only_finals=True)

    def _shift_venue_days(self) -> str:
        """Shift whole venue-days by hours where zones are crowded or prime time is missed."""
        return self._shift(steps=(60, -60, 120, -120, 30, -30, 180, -180), only_finals=False)

    def _shift(self, *, steps: tuple[int, ...], only_finals: bool) -> str:
        moved = 0
        began = self.clock()
        for key in self._shuffled(sorted(self.layout)):
            starts = self.layout[key]
            if not starts or (
                only_finals and not any(self.problem.units[u].medal == "1" for u in starts)
            ):
                continue
            if not self.stop.deterministic and self.clock() - began > 4:
                break
            place = VenueDay(self.index, list(starts), key[1])
            for step in steps:
                shifted = {u: s + step for u, s in starts.items()}
                if any(self.problem.units[u].pinned_at is not None for u in starts):
                    break
                if place.cost(shifted) is None:
                    continue
                self.layout[key] = shifted
                if self._accept({**self.best, **shifted}):
                    moved += 1
                    break
                self.layout[key] = starts
        return f"{moved} venue-days shifted"

    def _accept(self, starts: dict[int, int]) -> bool:
        """Keep a timetable when it is better, and say whether it was."""
        if len(starts) < len(self.best):
            return False
        values = term_values(self.index, starts)
        cost = objective(self.index, values)
        if self.best and cost >= self.cost - 1e-9 and len(starts) == len(self.best):
            return False
        self.best, self.values, self.cost = starts, values, cost
        self.improved_at = self.clock()
        return True

    # -- seeded choices ------------------------------------------------------------------------

    def _random(self, limit: int) -> int:
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & ((1 << 64) - 1)
        return (self.state >> 33) % limit

    def _weighted(self, weights: list[float]) -> int:
        mark = self._random(1 << 24) / (1 << 24) * sum(weights)
        for place, weight in enumerate(weights):
            mark -= weight
            if mark < 0:
                return place
        return len(weights) - 1

    def _shuffled(self, items: list[tuple[int, int]]) -> list[tuple[int, int]]:
        left = list(items)
        for i in range(len(left) - 1, 0, -1):
            j = self._random(i + 1)
            left[i], left[j] = left[j], left[i]
        return left
