"""The least lane-hours of one bank that keep a promise, quarter by quarter, and the proof."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sportsbrain.brain.crowd import kernels
from sportsbrain.brain.crowd.ingress import served
from sportsbrain.brain.crowd.problem import QUARTER, Bank, ProblemError
from sportsbrain.vocabulary.planning import Progress

Floats = np.ndarray[Any, np.dtype[np.float64]]
Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePlan:
    """
    How many lanes to open in each quarter.

    Parameters
    ----------
    open_lanes
        In each quarter of the bank.
    lane_hours, bound
        Hours of all lanes, and what the work itself asks for: no plan has less.
    constant
        Lanes open all the time that keep the promise too; None when the limit is too low.
    share_kept
        Of people of the worst quarter who wait no longer than promised.
    proved
        Quarters in which one lane fewer breaks the promise in simulation.

    """

    open_lanes: tuple[int, ...]
    lane_hours: float
    bound: float
    constant: int | None
    share_kept: float
    proved: int
    looks: int
    seed: int

    @property
    def constant_hours(self) -> float | None:
        """Return the lane-hours of the constant plan."""
        quarters = len(self.open_lanes)
        return None if self.constant is None else self.constant * quarters * QUARTER / 3600


class LanesShortError(ProblemError):
    """The promise can't be kept with so many lanes; the message says when it breaks."""


@dataclass(slots=True)
class _Judge:
    """Tell for a number of lanes by quarter whether the promise is kept, on fixed days."""

    bank: Bank
    days: tuple[tuple[Floats, Floats], ...]  # (comes, takes) by day
    promise_seconds: float
    promise_share: float
    looks: int = 0
    quarters: list[Counts] = field(init=False)
    counts: Counts = field(init=False)
    late_max: Any = field(init=False)

    def __post_init__(self) -> None:
        """Say once in which quarter each person comes."""
        last = len(self.bank.open_lanes) - 1
        self.quarters = [
            np.clip((comes - self.bank.opens_at) // QUARTER, 0, last).astype(np.int64)
            for comes, _ in self.days
        ]
        self.counts = np.sum(
            [np.bincount(some, minlength=last + 1) for some in self.quarters], axis=0
        )
        self.late_max = self.counts * (1.0 - self.promise_share) + 1e-9

    def late(self, lanes: tuple[int, ...], *, is_hurried: bool = False) -> Counts:
        """Return who waits too long by quarter; hurried: of the first days that break it."""
        self.looks += 1
        bank = replace(self.bank, open_lanes=lanes)
        late = np.zeros(len(lanes), dtype=np.int64)
        for (comes, takes), quarters in zip(self.days, self.quarters, strict=True):
            begins = served(bank, comes, takes)
            kernels.late_by_quarter(comes, begins, self.promise_seconds, quarters, late)
            if is_hurried and (late > self.late_max).any():
                break
        return late

    def shares(self, lanes: tuple[int, ...]) -> Floats:
        """Return the share of each quarter's people who wait no longer than promised."""
        late = self.late(lanes)
        return np.where(self.counts > 0, 1.0 - late / np.maximum(self.counts, 1), 1.0)

    def keeps(self, lanes: tuple[int, ...]) -> bool:
        """Tell whether every quarter keeps the promise."""
        return bool((self.late(lanes, is_hurried=True) <= self.late_max).all())


def least_lanes(
    bank: Bank,
    days: tuple[tuple[Floats, Floats], ...],
    *,
    lanes_max: int,
    promise_seconds: float,
    promise_share: float,
    seed: int,
    clock: Callable[[], float],
) -> Generator[Progress, bool, LanePlan]:
    """
    Yield progress and return the plan; send True to be content with what is there.

    From the lanes that the work of each quarter asks for, lanes are added where the promise breaks
    and before, then taken away one by one as long as it holds. At the end each quarter has been
    tried with one lane fewer: that is the proof, on the days given.

    Raises
    ------
    LanesShortError
        When all lanes open all the time do not keep the promise.

    """
    began = clock()
    judge = _Judge(bank, days, promise_seconds, promise_share)
    quarters = len(bank.open_lanes)
    full = (lanes_max,) * quarters
    best_shares = judge.shares(full)
    if not (best_shares >= promise_share).all():
        worst = int(best_shares.argmin())
        message = (
            f"{bank.code}: with all {lanes_max} lanes open {best_shares[worst]:.1%} of those who"
            f" come in quarter {worst + 1} wait at most {promise_seconds / 60:.0f} min, not"
            f" {promise_share:.0%}"
        )
        raise LanesShortError(message)
    lanes = _enough(judge, _first(bank, days, lanes_max), lanes_max)
    is_content = False
    proved: set[int] = set()  # in which one fewer was tried since the last one was taken away
    untried = list(range(quarters))
    while untried and not is_content:
        for quarter in sorted(untried, key=lambda q: -lanes[q]):
            proved.add(quarter)
            while (fewer := _one_fewer(lanes, quarter)) is not None and judge.keeps(fewer):
                lanes, proved = fewer, {quarter}
            hours = sum(lanes) * QUARTER / 3600
            if (yield Progress(step="lanes", seconds=clock() - began, objective=hours)):
                is_content = True
                break
        untried = sorted(set(range(quarters)) - proved)
    hours = sum(lanes) * QUARTER / 3600
    return LanePlan(
        open_lanes=lanes,
        lane_hours=hours,
        bound=min(hours, _least_hours(bank, days, promise_share, lanes_max)),
        constant=_constant(judge, quarters, lanes_max),
        share_kept=float(judge.shares(lanes).min()),
        proved=len(proved),
        looks=judge.looks,
        seed=seed,
    )


def broken_quarters(
    bank: Bank,
    days: tuple[tuple[Floats, Floats], ...],
    lanes: tuple[int, ...],
    *,
    seconds: float,
    share: float,
) -> int:
    """Return in how many quarters so many lanes break the promise."""
    return int((_Judge(bank, days, seconds, share).shares(lanes) < share).sum())


def least_constant(
    bank: Bank,
    days: tuple[tuple[Floats, Floats], ...],
    *,
    lanes_max: int,
    seconds: float,
    share: float,
) -> int | None:
    """Return the fewest lanes that keep the promise when they are open all the time, if any do."""
    return _constant(_Judge(bank, days, seconds, share), len(bank.open_lanes), lanes_max)


def _one_fewer(lanes: tuple[int, ...], quarter: int) -> tuple[int, ...] | None:
    if not lanes[quarter]:
        return None
    return (*lanes[:quarter], lanes[quarter] - 1, *lanes[quarter + 1 :])


def _first(bank: Bank, days: tuple[tuple[Floats, Floats], ...], lanes_max: int) -> tuple[int, ...]:
    """Return the lanes that the mean work of each quarter asks for."""
    quarters = len(bank.open_lanes)
    work = np.zeros(quarters)
    for comes, takes in days:
        at = np.clip(((comes - bank.opens_at) // QUARTER).astype(int), 0, quarters - 1)
        work += np.bincount(at, weights=takes, minlength=quarters)
    mean = work / max(1, len(days)) / QUARTER
    return tuple(int(min(lanes_max, np.ceil(lanes))) for lanes in mean)


def _enough(judge: _Judge, lanes: tuple[int, ...], lanes_max: int) -> tuple[int, ...]:
    """Add lanes in the worst quarter, and before it where that is full, until the promise holds."""
    while True:
        shares = judge.shares(lanes)
        if (shares >= judge.promise_share).all():
            return lanes
        worst = int(np.flatnonzero(shares < judge.promise_share)[0])
        step = max(1, round(0.03 * max(lanes)))
        more = list(lanes)
        for quarter in range(worst, min(worst + 2, len(lanes))):
            more[quarter] = min(lanes_max, more[quarter] + step)
        quarter = worst
        while tuple(more) == lanes and quarter >= 0:  # full: open earlier
            more[quarter] = min(lanes_max, more[quarter] + step)
            quarter -= 1
        if tuple(more) == lanes:
            more = [min(lanes_max, count + step) for count in more]
        lanes = tuple(more)


def _constant(judge: _Judge, quarters: int, lanes_max: int) -> int | None:
    """Return the fewest lanes that keep the promise when they are open all the time."""
    low, high = 0, lanes_max
    while low < high:
        middle = (low + high) // 2
        if judge.keeps((middle,) * quarters):
            high = middle
        else:
            low = middle + 1
    return high if judge.keeps((high,) * quarters) else None


def _least_hours(
    bank: Bank, days: tuple[tuple[Floats, Floats], ...], share: float, lanes_max: int
) -> float:
    """
    Return lane-hours that no plan which keeps the promise can be below.

    The share that is served in time takes at least its shortest services; a lane may end the last
    one after it has closed, once in each time that it is open.
    """
    if not days:
        return 0.0
    work, longest = 0.0, 0.0
    for _, takes in days:
        ordered = np.sort(takes)
        work += float(ordered[: int(share * len(ordered))].sum())
        longest = max(longest, float(ordered[-1]) if len(ordered) else 0.0)
    shifts = lanes_max * ((len(bank.open_lanes) + 1) // 2)
    return max(0.0, (work / len(days) - shifts * longest) / 3600)
