"""One proposal for one group of disciplines: days, then minutes, tighter days until they fit."""

from collections import defaultdict
from dataclasses import dataclass, field

from sportsbrain.brain.timetable.solve.days import DayModel, Sums, add_to
from sportsbrain.brain.timetable.solve.index import Index
from sportsbrain.brain.timetable.solve.minutes import VenueDay

FILLS = (0.96, 0.9, 0.84, 0.78, 0.7, 0.62, 0.55, 0.48, 0.4)
BANS_MAX = 2
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to try."""

    seconds: float
    fill: int = 0
    is_coarse: bool = False
    is_quick: bool = False
    workers: int = 1
    is_deterministic: bool = False
    seed: int = 0


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


def propose(
    index: Index,
    group: int,
    *,
    sums: Sums,
    known: dict[int, int],
    weights: dict[str, float],
    effort: Effort,
) -> Proposal | None:
    """Return a layout of all units of a group, or None when nothing fits."""
    count = sum(len(index.by_discipline[d]) for d in index.groups[group])
    for fill in FILLS[effort.fill :]:
        banned: set[tuple[int, int]] = set()
        for _ in range(1 + BANS_MAX):
            days = _days(index, group, sums, known, weights, effort, fill, banned)
            if days is None:
                break
            layout, left_over = lay_out(index, group, days, is_quick=effort.is_quick)
            if not left_over:
                return Proposal(group=group, days=days, layout=layout)
            if len(left_over) > max(3, count // 50):
                break
            banned |= {(u, days[u]) for u in left_over}
    return None


def _days(
    index: Index,
    group: int,
    sums: Sums,
    known: dict[int, int],
    weights: dict[str, float],
    effort: Effort,
    fill: float,
    banned: set[tuple[int, int]],
) -> dict[int, int] | None:
    """Return the days of a group's units, discipline by discipline against each other."""
    found: dict[int, int] = {}
    for discipline in index.groups[group]:
        model = DayModel(
            index,
            index.by_discipline[discipline],
            sums,
            fill=fill,
            known=known,
            weights=weights,
            banned=banned,
            is_coarse=effort.is_coarse,
        )
        days = model.solve(
            seconds=effort.seconds,
            seed=effort.seed,
            workers=effort.workers,
            is_deterministic=effort.is_deterministic,
        )
        if days is None:
            add_to(sums, index, found, -1)
            return None
        add_to(sums, index, days, 1)
        found.update(days)
    add_to(sums, index, found, -1)
    return found


def lay_out(
    index: Index, group: int, days: dict[int, int], *, is_quick: bool
) -> tuple[dict[Key, dict[int, int]], list[int]]:
    """Return the minutes of every venue-day of a group, and what found no place."""
    touched: dict[Key, list[int]] = defaultdict(list)
    for unit, day in days.items():
        touched[index.venue[unit], day, group].append(unit)
    layout: dict[Key, dict[int, int]] = {}
    left_over: list[int] = []
    for key, units in touched.items():
        place = VenueDay(index, units, key[1])
        found = place.best(is_quick=is_quick)
        if found is None:
            left_over += place.left_over or units
        else:
            layout[key] = found[1]
    return layout, left_over
