"""The least lane-hours of one bank that keep a promise, quarter by quarter, and the proof."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sportsbrain.brain.crowd import kernels
from sportsbrain.brain.crowd.ingress import served
from sportsbrain.brain.crowd.problem import QUARTER, Bank, ProblemError
from sportsbrain.vocabulary.planning import Progress

Floats = np.ndarray[Any, np.dtype[np.float64]]


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

    def shares(self, lanes: tuple[int, ...]) -> Floats:
        """Return the share of each quarter's people who wait no longer than promised."""
        self.looks += 1
        bank = replace(self.bank, open_lanes=lanes)
        late, count = np.zeros(len(lanes)), np.zeros(len(lanes))
        own_late, own_count = np.empty(len(lanes)), np.empty(len(lanes))
        for comes, takes in self.days:
            begins = served(bank, comes, takes)
            kernels.late_by_quarter(
                comes, begins, self.promise_seconds, bank.opens_at, QUARTER, own_late, own_count
            )
            late += own_late
            count += own_count
        return np.where(count > 0, 1.0 - late / np.maximum(count, 1.0), 1.0)

    def keeps(self, lanes: tuple[int, ...]) -> bool:
        """Tell whether every quarter keeps the promise."""
        return bool((self.shares(lanes) >= self.promise_share).all())


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
    proved: set[int] = set()
    while len(proved) < quarters and not is_content:
        for quarter in sorted(set(range(quarters)) - proved, key=lambda q: -lanes[q]):
            fewer = _one_fewer(lanes, quarter)
            if fewer is not None and judge.keeps(fewer):
                lanes, proved = fewer, set()
            else:
                proved.add(quarter)
            hours = sum(lanes) * QUARTER / 3600
            if (yield Progress(step="lanes", seconds=clock() - began, objective=hours)):
                is_content = True
                break
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
