"""The search: a first timetable group by group, then large neighbourhoods until told."""

import math
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Mapping
from typing import Any

from sportsbrain.brain.timetable.plan import Timetable
from sportsbrain.brain.timetable.problem import TERMS, Problem
from sportsbrain.brain.timetable.solve.bounds import lower_bounds
from sportsbrain.brain.timetable.solve.crew import (
    Answer,
    Ask,
    Crew,
    CrewMaker,
    Prove,
    Proven,
    Task,
    crew_of,
)
from sportsbrain.brain.timetable.solve.evaluate import objective, term_values
from sportsbrain.brain.timetable.solve.greedy import greedy_timetable
from sportsbrain.brain.timetable.solve.group import Effort, Key, Proposal, sums_without
from sportsbrain.brain.timetable.solve.index import Index, index_of
from sportsbrain.brain.timetable.solve.shift import Shifter
from sportsbrain.brain.timetable.solve.sums import Sums, add_to, owns_days
from sportsbrain.vocabulary.planning import Progress, Stop, Term, relative_gap

FIRST_SECONDS = (2.0, 6.0, 15.0)
SWEEP_SECONDS = 0.9
ANEW_ABOVE = 8.0
ANEW_SECONDS = 4.0
ANEW_LONGEST = 2
ANEW_THREADS = 4
ANEW_ONE_IN = 48
NEAR_SECONDS = 0.35
SPREAD_ONE_IN = 4
NOISES = (0.0, 0.3, 1.0)
BOUND_SECONDS = 3.0
BOUND_FACTOR = 4.0
PROOF_SHARE = 0.2
PROMISE_MIN = 3.0
GAIN_MIN = 0.5
ANSWER_SECONDS = 1.0
PROOF = -1
TOLERANCE = 4.0
WANDER_SHARE = 0.8
CEILING_PRICE = 8.0
CEILING_NEAR = 0.97
Solving = Generator[Progress, None, Timetable]


def solve(
    problem: Problem,
    *,
    seed: int,
    stop: Stop,
    clock: Callable[[], float],
    start: Mapping[str, int] | None = None,
    ceilings: Mapping[str, float] | None = None,
) -> Solving:
    """
    Yield progress and return the best timetable found.

    With ``start`` the answer is never worse than what was given. To cancel and keep the best,
    use `Search` and read `Search.timetable` after closing its generator.

    Parameters
    ----------
    problem
        Units and rules.
    seed
        Seed of every random choice.
    stop
        When to stop. In deterministic mode the number of rounds ends the run.
    clock
        Returns seconds; the brain has no clock of its own.
    start
        Starts in seconds by unit code to begin from.
    ceilings
        Values of soft terms that should not be passed, by key: those of a timetable to be no worse
        than. They steer the search at a price; objective and bound stay those of the weights.

    References
    ----------
    Two levels (day, then minute) and large neighbourhoods: docs/planners/timetable.md.

    """
    search = Search(problem, seed=seed, stop=stop, clock=clock, ceilings=ceilings)
    yield from search.run(start)
    return search.timetable()


class Search:
    """One run, with the best timetable so far."""

    def __init__(
        self,
        problem: Problem,
        *,
        seed: int,
        stop: Stop,
        clock: Callable[[], float],
        ceilings: Mapping[str, float] | None = None,
        crew: CrewMaker | None = None,
    ) -> None:
        self.ceilings, self.make_crew = dict(ceilings or {}), crew or crew_of
        self.problem, self.seed, self.stop, self.clock = problem, seed, stop, clock
        self.began = clock()
        self.index: Index = index_of(problem)
        self.weights = dict.fromkeys(TERMS, 0.0) | dict(problem.weights)
        self.bounds = lower_bounds(self.index)
        self.group_bound = {d: self._plain_bound(d) for d in self.index.by_discipline}
        self.sums = Sums()
        self.days: dict[int, int] = {}
        self.layout: dict[Key, dict[int, int]] = {}
        self.best: dict[int, int] = {}
        self.values: dict[str, float] = {}
        self.cost = self.steered = self.record = math.inf
        self.first_seconds: float | None = None
        self.improved_at = self.began
        self.fails: dict[int, int] = defaultdict(int)
        self.is_improving = False
        self.untried: set[int] = set()
        self.anew: dict[int, int] = defaultdict(int)
        self.state = (seed * 6364136223846793005 + 1442695040888963407) & ((1 << 64) - 1)

    def run(self, start: Mapping[str, int] | None) -> Generator[Progress, None, None]:
        """Find a first timetable, then improve it until the stop rule says so."""
        yield self.progress("reading the problem")
        crew = self.make_crew(self.index, self.bounds, is_deterministic=self.stop.deterministic)
        try:
            if start:
                self._adopt(start)
                yield self.progress("warm start")
            else:
                yield from self._first(crew)
            yield from self._improve(crew)
        finally:
            crew.close()

    @property
    def bound(self) -> float:
        """Return the larger of the terms' own bounds and what the day models prove, summed."""
        own = objective(self.index, self.bounds.terms)
        joint = dict.fromkeys(("venue_hours", "venue_days", "rest", "prime_time"), 0.0)
        rest = {**self.bounds.terms, **joint}
        return max(own, objective(self.index, rest) + sum(self.group_bound.values()))

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
                bound=self.bounds.terms[key],
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

    # -- bounds --------------------------------------------------------------------------------

    def _plain_bound(self, discipline: int) -> float:
        """Return the weighted hours, own days and prime time of a discipline: closed forms."""
        index = self.index
        days = sum(
            least
            for venue, least in self.bounds.days.get(discipline, {}).items()
            if owns_days(index, venue, discipline)
        )
        hours = self.bounds.hours.get(discipline, 0.0)
        prime = self.bounds.prime.get(discipline, 0.0)
        return (
            self.weights["venue_hours"] * hours
            + self.weights["venue_days"] * days
            + self.weights["prime_time"] * prime
        )

    # -- first timetable -----------------------------------------------------------------------

    def _effort(self, **values: Any) -> Effort:
        return Effort(
            seed=self._random(1 << 30), is_deterministic=self.stop.deterministic, **values
        )

    def _ask(self, group: int, effort: Effort, known: Proposal | None = None) -> Ask:
        own = self._part(group)
        return Ask(
            group=group,
            sums=sums_without(self.sums, self.index, own.days),
            known=known or own,
            weights={k: w * (1 + self._pressure(k)) for k, w in self.weights.items()},
            effort=effort,
        )

    def _part(self, group: int) -> Proposal:
        """Return what a group has."""
        units = {u for d in self.index.groups[group] for u in self.index.by_discipline[d]}
        return Proposal(
            group=group,
            days={u: self.days[u] for u in units if u in self.days},
            layout={k: v for k, v in list(self.layout.items()) if k[2] == group},
        )

    def _first(self, crew: Crew) -> Generator[Progress, None, None]:
        """Begin with the list schedule, complete it, then plan every group once."""
        self._adopt(greedy_timetable(self.problem))
        yield self.progress("first timetable", "list schedule")
        for seconds in FIRST_SECONDS:
            efforts = {"seconds": seconds, "fill": 1, "is_quick": True}
            yield from self._in_turn(crew, self._incomplete(), efforts, self._complete)
        if len(self.best) == len(self.problem.units):
            self.first_seconds = self.clock() - self.began
        yield self.progress("first timetable", "complete")
        yield from self._sweep(crew)

    def _in_turn(
        self,
        crew: Crew,
        groups: list[int],
        efforts: dict[str, Any],
        take: Callable[[int, Proposal | None], str],
        known: list[Proposal] | None = None,
    ) -> Generator[Progress, None, None]:
        """Ask once for each group, and take the answers as they come."""
        left = deque(groups)
        open_tasks = 0
        while left or open_tasks:
            while left and open_tasks < crew.size:
                group = left.popleft()
                own = Proposal(group=group, days=known[group].days) if known else None
                crew.submit(self._ask(group, self._effort(**efforts), own))
                open_tasks += 1
            answered = crew.next(ANSWER_SECONDS)
            if answered is None:
                yield self.progress("first timetable")
                continue
            open_tasks -= 1
            task, answer = answered
            if isinstance(task, Ask) and not isinstance(answer, Proven):
                yield self.progress("first timetable", take(task.group, answer))

    def _complete(self, group: int, proposal: Proposal | None) -> str:
        if proposal is None or self._meets_others(proposal):
            return f"{self._codes(group)} not yet"
        self._swap(proposal)
        self._accept(self._starts())
        return f"{self._codes(group)} completed"

    def _incomplete(self) -> list[int]:
        return [
            number
            for number, group in enumerate(self.index.groups)
            if any(u not in self.days for d in group for u in self.index.by_discipline[d])
        ]

    def _sweep(self, crew: Crew) -> Generator[Progress, None, None]:
        """Plan every group once on empty ground, most finals first; keep it when it is better."""
        fallback = self._parts()
        self.sums, self.days, self.layout = Sums(), {}, {}

        def take(group: int, proposal: Proposal | None) -> str:
            is_usable = proposal is not None and not self._meets_others(proposal)
            self._swap(proposal if is_usable and proposal else fallback[group])
            return f"{self._codes(group)} planned"

        efforts = {"seconds": SWEEP_SECONDS, "fill": 1, "tries": 2}
        efforts |= {"is_coarse": True, "is_quick": True}
        groups = list(range(len(self.index.groups)))
        yield from self._in_turn(crew, groups, efforts, take, fallback)
        if not self._accept(self._starts()):
            for proposal in fallback:
                self._swap(proposal)

    def _parts(self) -> list[Proposal]:
        return [self._part(group) for group in range(len(self.index.groups))]

    def _codes(self, group: int) -> str:
        return "+".join(self.problem.disciplines[d].code for d in self.index.groups[group])

    def _meets_others(self, proposal: Proposal) -> bool:
        """Tell whether a person of the group would have another group's unit on the same day."""
        return any(
            other not in proposal.days and self.days.get(other) == day
            for unit, day in proposal.days.items()
            for other in self.index.sharing.get(unit, ())
        )

    def _swap(self, proposal: Proposal) -> Proposal:
        """Put a proposal in place of what its group has, and return what it had."""
        old = self._part(proposal.group)
        add_to(self.sums, self.index, old.days, -1)
        for unit in old.days:
            del self.days[unit]
        for key in old.layout:
            del self.layout[key]
        add_to(self.sums, self.index, proposal.days, 1)
        self.days.update(proposal.days)
        self.layout.update(proposal.layout)
        return old

    def _adopt(self, start: Mapping[str, int]) -> None:
        self._place(start)
        self._accept(self._starts())
        self.first_seconds = self.clock() - self.began

    def _place(self, start: Mapping[str, int]) -> None:
        for code, seconds in start.items():
            unit = self.index.position.get(code)
            if unit is None:
                continue
            day = self.index.day_of(unit, seconds // 60)
            group = self.index.group_of[self.index.discipline[unit]]
            self.days[unit] = day
            self.layout.setdefault((self.index.venue[unit], day, group), {})[unit] = seconds // 60
        add_to(self.sums, self.index, self.days, 1)

    def _starts(self) -> dict[int, int]:
        return {u: s for starts in self.layout.values() for u, s in starts.items()}

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

    def _improve(self, crew: Crew) -> Generator[Progress, None, None]:
        """Keep the crew busy with proposals and proofs; accept what is better."""
        proofs = deque() if self.stop.deterministic else self._proofs()
        busy: list[int] = []
        rounds = 0
        proving = spent = 0.0
        self.is_improving = True
        groups = range(len(self.index.groups))
        self.untried = {g for g in groups if self._above_bound(g) > ANEW_ABOVE}
        while not self._is_done(rounds):
            while len(busy) < crew.size:
                share = PROOF_SHARE * crew.size * (self.clock() - self.began)
                if proofs and PROOF not in busy and spent <= share:
                    crew.submit(proofs.popleft())
                    busy.append(PROOF)
                    proving = self.clock()
                else:
                    group = self._pick_group(set(busy))
                    crew.submit(self._ask(group, self._varied(group)))
                    busy.append(group)
            answered = crew.next(ANSWER_SECONDS)
            if answered is None:
                yield self.progress("improving")
                continue
            rounds += 1
            task, answer = answered
            busy.remove(task.group if isinstance(task, Ask) else PROOF)
            if isinstance(task, Prove):
                spent += self.clock() - proving
            if isinstance(answer, Proven) and self._is_promising(answer):
                proofs.append(
                    Prove(discipline=answer.discipline, seconds=BOUND_FACTOR * answer.seconds)
                )
            note = self._take(task, answer)
            if rounds % 12 == 0:
                note += "; " + self._shift_all()
            if self._tolerance() <= 0.0:
                self._return_to_best()
            yield self.progress("improving", note)
        self._return_to_best()
        yield self.progress("improving", self._shift_all())

    def _proofs(self) -> deque[Prove]:
        """Return one proof a discipline, in the order in which a better bound may help most."""
        order = sorted(
            self.index.by_discipline, key=lambda d: -self._above_bound(self.index.group_of[d])
        )
        return deque(Prove(discipline=d, seconds=BOUND_SECONDS) for d in order)

    def _is_promising(self, proven: Proven) -> bool:
        """Tell whether a longer proof may raise the bound: a second one always, then if it did."""
        gained = proven.bound - self.group_bound[proven.discipline]
        is_rising = gained > GAIN_MIN or proven.seconds <= BOUND_SECONDS
        return is_rising and proven.promise > PROMISE_MIN

    def _varied(self, group: int) -> Effort:
        """Plan a group anew once; then free some events or days, now and then all again."""
        has_none = not self._part(group).days
        if group in self.untried or has_none or not self._random(ANEW_ONE_IN):
            self.untried.discard(group)
            self.anew[group] += 1
            return self._effort(
                seconds=ANEW_SECONDS * min(ANEW_LONGEST, self.anew[group]),
                tries=2,
                fill=self._random(3),
                is_coarse=self._random(2) == 0,
                threads=ANEW_THREADS,
            )
        return self._effort(
            seconds=NEAR_SECONDS,
            is_coarse=self._random(3) == 0,
            free=self._near(group),
            noise=NOISES[self._random(len(NOISES))],
        )

    def _near(self, group: int) -> frozenset[int]:
        """Choose the units that may change their day: some events, or those of a few days."""
        units = sorted(self._part(group).days)
        full = self._on_full_days(units) if self._random(SPREAD_ONE_IN) == 0 else []
        if full:
            chosen = {full[self._random(len(full))] for _ in range(1 + self._random(4))}
            return frozenset(u for u in units if self.problem.units[u].event in chosen)
        if self._random(2):
            days = sorted({self.days[u] for u in units})
            first = days[self._random(len(days))]
            width = 1 + self._random(3)
            return frozenset(u for u in units if first <= self.days[u] < first + width)
        events = sorted({self.problem.units[u].event for u in units})
        share = 1 + self._random(max(1, min(6, len(events))))
        chosen = {events[self._random(len(events))] for _ in range(share)}
        return frozenset(u for u in units if self.problem.units[u].event in chosen)

    def _on_full_days(self, units: list[int]) -> list[int]:
        """Return the events of some units with a final on a day that has more than its share."""
        total = sum(self.sums.finals.values())
        first, last = self.problem.medal_days
        most = total / (last - first + 1) + 1
        rows = self.problem.units
        finals = (u for u in units if rows[u].medal == "1")
        return sorted({rows[u].event for u in finals if self.sums.finals[self.days[u]] > most})

    def _take(self, task: Task, answer: Answer) -> str:
        if isinstance(answer, Proven):
            discipline = answer.discipline
            self.group_bound[discipline] = max(self.group_bound[discipline], answer.bound)
            return f"{self.problem.disciplines[discipline].code} bound {answer.bound:.0f}"
        if isinstance(task, Prove):
            return ""
        codes = self._codes(task.group)
        self.fails[task.group] += 1
        if answer is None or self._meets_others(answer):
            return f"{codes} found no place"
        old = self._swap(answer)
        self._shift(task.group)
        if self._accept(self._starts()):
            self.fails[task.group] = 0
            return f"{codes} better"
        self._swap(old)
        return f"{codes} as it was"

    def _pick_group(self, busy: set[int]) -> int:
        """Choose a group by what it costs above its bound; failed tries make it less likely."""
        groups = [g for g in range(len(self.index.groups)) if g not in busy]
        untried = [g for g in groups if g in self.untried]
        if untried:
            return max(untried, key=lambda g: (self._above_bound(g), -g))
        weights = [(1.0 + self._above_bound(g)) / (1.0 + 0.2 * self.fails[g]) for g in groups]
        return groups[self._weighted(weights)]

    def _above_bound(self, group: int) -> float:
        disciplines = self.index.groups[group]
        own = {
            u: self.best[u]
            for d in disciplines
            for u in self.index.by_discipline[d]
            if u in self.best
        }
        values = term_values(self.index, own)
        cost = sum(
            values[key] * self.weights[key] * (1 + self._pressure(key))
            for key in ("prime_time", "rest", "venue_hours", "venue_days")
        )
        full = self._on_full_days(sorted(own.keys() & self.days.keys()))
        cost += self.weights["medal_spread"] * len(full)
        return max(0.0, cost - sum(self.group_bound[d] for d in disciplines))

    def _shift(self, group: int | None = None) -> int:
        """Shift whole venue-days, of one group or all, where that is cheaper; return how many."""
        moved = 0
        shifter = Shifter(self.index, self.layout)
        keys = [k for k in sorted(shifter.places) if group is None or k[2] == group]
        for key in self._shuffled(keys):
            shifted = shifter.improve(key, self.layout[key])
            if shifted is not None:
                self.layout[key] = shifted
                moved += 1
        return moved + shifter.part_finals(self.layout, keys)

    def _shift_all(self) -> str:
        """Shift the venue-days of all groups and keep what is better."""
        before = dict(self.layout)
        moved = self._shift()
        if not self._accept(self._starts()):
            self.layout = before
        return f"{moved} venue-days shifted"

    def _accept(self, starts: dict[int, int]) -> bool:
        """
        Go on from a timetable that is cheaper than the present one, or nearly as cheap as the best.

        The best is kept beside. Says whether the timetable is taken.
        """
        if len(starts) < len(self.best):
            return False
        values = term_values(self.index, starts)
        cost = objective(self.index, values)
        steered = cost + self._over_ceilings(values)
        is_fuller = len(starts) > len(self.best)
        if is_fuller or steered < self.record - 1e-9:
            self.best, self.values, self.cost, self.record = starts, values, cost, steered
            self.improved_at = self.clock()
        elif steered >= max(self.steered - 1e-9, self.record + self._tolerance()):
            return False
        self.steered = steered
        return True

    def _over_ceilings(self, values: Mapping[str, float]) -> float:
        return CEILING_PRICE * sum(
            self.weights[key] * max(0.0, values[key] - ceiling)
            for key, ceiling in self.ceilings.items()
        )

    def _pressure(self, key: str) -> float:
        """Return how much dearer a term is made in proposals while it is near its ceiling."""
        near = CEILING_NEAR * self.ceilings.get(key, math.inf)
        return CEILING_PRICE if self.values.get(key, 0.0) > near else 0.0

    def _tolerance(self) -> float:
        """Return how much above the best the search may wander: less and less."""
        if self.stop.deterministic or not self.stop.seconds or not self.is_improving:
            return 0.0
        share = (self.clock() - self.began) / self.stop.seconds
        return max(0.0, TOLERANCE * (1.0 - share / WANDER_SHARE))

    def _return_to_best(self) -> None:
        """Make the best timetable the present one again."""
        if self.steered > self.record + 1e-9:
            self.sums, self.days, self.layout = Sums(), {}, {}
            self._place({self.problem.units[u].code: s * 60 for u, s in self.best.items()})
            self.steered = self.record

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

    def _shuffled(self, items: list[Key]) -> list[Key]:
        left = list(items)
        for i in range(len(left) - 1, 0, -1):
            j = self._random(i + 1)
            left[i], left[j] = left[j], left[i]
        return left
