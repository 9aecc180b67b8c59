"""One proposal for one group of disciplines: days, then minutes, tighter days until they fit."""

from collections import defaultdict
from dataclasses import dataclass, field

from sportsbrain.brain.timetable.solve.days import DayModel, Frame
from sportsbrain.brain.timetable.solve.exact import exact_minutes
from sportsbrain.brain.timetable.solve.index import Index
from sportsbrain.brain.timetable.solve.minutes import VenueDay
from sportsbrain.brain.timetable.solve.sums import Sums, add_to

FILLS = (1.0, 0.96, 0.9, 0.84, 0.78, 0.7, 0.62, 0.55, 0.48, 0.4)
REPAIRS_MAX = 6
REPAIR_SECONDS = 0.35
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to try."""

    seconds: float
    fill: int = 0
    is_coarse: bool = False
    is_quick: bool = False
    is_deterministic: bool = False
    seed: int = 0
    tries: int = 30
    exact_seconds: float = 0.25
    free: frozenset[int] | None = None
    noise: float = 0.0
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Laid:
    """A venue-day laid out, or the units that found no place."""

    starts: dict[int, int] | None
    left_over: tuple[int, ...]
    is_quick: bool


@dataclass(slots=True)
class Proposal:
    """Days and minutes of one group."""

    group: int
    days: dict[int, int] = field(default_factory=dict)
    layout: dict[Key, dict[int, int]] = field(default_factory=dict)


def sums_without(sums: Sums, index: Index, days: dict[int, int]) -> Sums:
    """Return a copy of the sums without what some units take."""
    copy = Sums(
        finals=sums.finals.copy(),
        surplus=sums.surplus.copy(),
        load=sums.load.copy(),
        venue_days=sums.venue_days.copy(),
        units=dict(sums.units),
    )
    add_to(copy, index, days, -1)
    return copy


class Layouts:
    """The minutes of venue-days, remembered by their units."""

    def __init__(self, index: Index, *, is_deterministic: bool) -> None:
        self.index, self.is_deterministic = index, is_deterministic
        self.known: dict[tuple[int, int, frozenset[int]], Laid] = {}

    def best(self, key: Key, units: list[int], effort: Effort) -> Laid:
        """Return the cheapest layout of a venue-day, by generation first and then exactly."""
        name = (key[0], key[1], frozenset(units))
        laid = self.known.get(name)
        if laid is None or (laid.is_quick and not effort.is_quick):
            laid = self._lay_out(units, key[1], effort)
            self.known[name] = laid
        return laid

    def _lay_out(self, units: list[int], day: int, effort: Effort) -> Laid:
        place = VenueDay(self.index, units, day)
        found = place.best()
        if not effort.is_quick:
            known = found[1] if found else None
            exact = self.polish(place, known, seconds=effort.exact_seconds, seed=effort.seed)
            found = exact or found
        if found is None:
            return Laid(None, tuple(place.left_over or units), is_quick=effort.is_quick)
        return Laid(found[1], (), is_quick=effort.is_quick)

    def polish(
        self, place: VenueDay, known: dict[int, int] | None, *, seconds: float, seed: int
    ) -> tuple[float, dict[int, int]] | None:
        """Return a layout cheaper than the known one with its cost, or None."""
        exact = exact_minutes(
            place, known, seconds=seconds, seed=seed, is_deterministic=self.is_deterministic
        )
        if exact is None:
            return None
        cost = place.cost(exact)
        before = place.cost(known) if known else None
        if cost is None or (before is not None and cost >= before - 1e-9):
            return None
        return cost, exact


def propose(
    layouts: Layouts,
    group: int,
    *,
    sums: Sums,
    known: Proposal,
    weights: dict[str, float],
    effort: Effort,
) -> Proposal | None:
    """Return a layout of all units of a group, or None when nothing fits."""
    index = layouts.index
    count = sum(len(index.by_discipline[d]) for d in index.groups[group])
    many = max(REPAIRS_MAX, count // 20)
    for fill in FILLS[effort.fill : effort.fill + effort.tries]:
        question = Question(index, group, sums, weights, effort, fill)
        days = question.days(known.days, effort.free, effort.seconds)
        for _ in range(REPAIRS_MAX):
            if days is None:
                break
            layout, left_over = lay_out(layouts, group, days, known.layout, effort)
            if not left_over:
                return Proposal(group=group, days=days, layout=layout)
            if len(left_over) > many:
                break
            days = question.without(days, left_over)
    return None


class Question:
    """The days of a group, given what the others take."""

    def __init__(
        self,
        index: Index,
        group: int,
        sums: Sums,
        weights: dict[str, float],
        effort: Effort,
        fill: float,
    ) -> None:
        self.index, self.group, self.sums, self.weights = index, group, sums, weights
        self.effort, self.fill = effort, fill
        self.banned: set[tuple[int, int]] = set()

    def without(self, days: dict[int, int], left_over: list[int]) -> dict[int, int] | None:
        """Move what found no place to other days, its event with it; the rest stays."""
        self.banned |= {(u, days[u]) for u in left_over}
        events = {self.index.problem.units[u].event for u in left_over}
        free = frozenset(u for u in days if self.index.problem.units[u].event in events)
        return self.days(days, free, REPAIR_SECONDS)

    def days(
        self, known: dict[int, int], free: frozenset[int] | None, seconds: float
    ) -> dict[int, int] | None:
        """Return the days of the units, discipline by discipline against each other."""
        found: dict[int, int] = {}
        for discipline in self.index.groups[self.group]:
            frame = Frame(
                fill=self.fill,
                known=known,
                banned=frozenset(self.banned),
                free=free,
                noise=(self.effort.noise, self.effort.seed),
                is_coarse=self.effort.is_coarse,
                is_quick=self.effort.is_quick,
            )
            units = self.index.by_discipline[discipline]
            model = DayModel(self.index, units, self.sums, self.weights, frame)
            days = model.solve(
                seconds=seconds,
                seed=self.effort.seed,
                is_deterministic=self.effort.is_deterministic,
                threads=self.effort.threads,
            )
            if days is None:
                add_to(self.sums, self.index, found, -1)
                return None
            add_to(self.sums, self.index, days, 1)
            found.update(days)
        add_to(self.sums, self.index, found, -1)
        return found


def lay_out(
    layouts: Layouts,
    group: int,
    days: dict[int, int],
    known: dict[Key, dict[int, int]],
    effort: Effort,
) -> tuple[dict[Key, dict[int, int]], list[int]]:
    """Return the minutes of every venue-day of a group, and what found no place."""
    index = layouts.index
    touched: dict[Key, list[int]] = defaultdict(list)
    for unit, day in days.items():
        touched[index.venue[unit], day, group].append(unit)
    layout: dict[Key, dict[int, int]] = {}
    left_over: list[int] = []
    for key, units in touched.items():
        if known.get(key, {}).keys() == set(units):
            layout[key] = known[key]
            continue
        laid = layouts.best(key, units, effort)
        if laid.starts is None:
            left_over += laid.left_over
        else:
            layout[key] = laid.starts
    return layout, left_over
