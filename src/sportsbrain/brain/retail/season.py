"""
A season of stores, day by day: demand that nobody knows before, nights of moves, what is lost.

Demand of an item in a store on a day is negative binomial round a mean that is visitors × rate ×
what the store's sport adds, times a factor of the item that the forecast does not know and learns
from what is sold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.retail import kernels

Marks = Callable[[int, Any, Any], tuple[Any, Any, Any]]
LEARNT = 30.0  # pieces of sales that weigh as much as the forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """
    A season as arrays, by item, store and day.

    Parameters
    ----------
    visitors
        (store, day).
    rates
        Pieces a visitor, as forecast, (item, store).
    factors
        What demand truly is of the forecast, (item, day).
    prices, margins, supply, rooms
        By item, item, item, store.
    trucks
        Pieces a night.

    """

    visitors: Any
    rates: Any
    factors: Any
    prices: Any
    margins: Any
    supply: Any
    rooms: Any
    trucks: int
    dispersion: float
    move_cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonOutcome:
    """
    What became of a season, in pieces; ``lost_margin`` in minor units.

    ``earned`` is what was paid for pieces, ``left_worth`` the full price of those left over.
    """

    sold: int
    lost: int
    left_over: int
    moved: int
    lost_margin: float
    earned: float = 0.0
    left_worth: float = 0.0


def demands(season: Season, *, seed: int) -> Any:
    """Return what is asked for, (day, item, store): the same for every policy."""
    dice = np.random.default_rng(seed)
    days = season.visitors.shape[1]
    found = np.empty((days, *season.rates.shape), dtype=np.int32)
    for day in range(days):
        mean = season.rates * season.visitors[:, day] * season.factors[:, day][:, None]
        rate = dice.gamma(season.dispersion, mean / season.dispersion)
        found[day] = dice.poisson(rate)
    return found


def planned(
    season: Season, asked: Any, *, rounds: int = 6, marks: Marks | None = None
) -> SeasonOutcome:
    """
    Return a season in which every night is planned with what was learnt until then.

    ``marks`` says what articles cost on a day, given it, the pieces there are and what will be
    asked for at full price until the end: shares of the full price, and how much more is asked for
    at them, as everybody thinks and in truth.
    """
    items, stores = season.rates.shape
    stock = np.zeros((items, stores), dtype=np.int64)
    warehouse = season.supply.astype(np.int64).copy()
    pinned = np.zeros((items, stores), dtype=np.bool_)
    counts, prices = np.zeros_like(stock), np.zeros(items)
    rooms, truck = np.zeros(stores), 0.0
    seen, expected = np.zeros(items), np.zeros(items)
    sold = lost = moved = 0
    margin = earned = 0.0
    share = lift = truth = np.ones(items)
    for day in range(season.visitors.shape[1]):
        factor = (LEARNT + seen) / (LEARNT + expected)
        supply = warehouse + stock.sum(axis=1)
        if marks:
            rest = factor * (season.rates @ season.visitors[:, day:].sum(axis=1))
            share, lift, truth = marks(day, supply, rest)
        means = season.rates * season.visitors[:, day] * (factor * lift)[:, None]
        today, margins = _lifted(asked[day], truth, day), season.margins * share
        for n in range(rounds):
            kernels.placed(means, stock, pinned, margins, supply, rooms, season.dispersion,
                           season.move_cost, truck, counts, prices)  # fmt: skip
            over = counts.sum(axis=0) - season.rooms
            more = float(np.maximum(counts - stock, 0).sum()) - season.trucks
            step = 0.5 * float(season.margins.max()) / (n + 1) ** 0.7
            rooms = np.maximum(0.0, rooms + step * over / np.maximum(season.rooms, 1))
            truck = max(0.0, truck + step * more / max(season.trucks, 1))
        kernels.trim(means, stock, margins, season.dispersion, season.rooms, season.trucks,
                     counts)  # fmt: skip
        kernels.fill(means, stock, pinned, margins, supply - counts.sum(axis=1),
                     season.rooms - counts.sum(axis=0), season.dispersion, season.move_cost,
                     season.trucks - np.maximum(counts - stock, 0).sum(), counts)  # fmt: skip
        moved += int(np.abs(counts - stock).sum())
        warehouse = supply - counts.sum(axis=1)
        got = np.minimum(counts, today)
        missing = today - got
        sold += int(got.sum())
        lost += int(missing.sum())
        margin += float((missing.sum(axis=1) * season.margins).sum())
        earned += float((got.sum(axis=1) * season.prices * share).sum())
        seen += got.sum(axis=1)  # sales against expected sales: what ran out hides demand
        expected += kernels.sold(means, season.dispersion, counts) / factor
        stock = counts - got
    left = warehouse + stock.sum(axis=1)
    return SeasonOutcome(
        sold=sold, lost=lost, left_over=int(left.sum()), moved=moved, lost_margin=margin,
        earned=earned, left_worth=float((left * season.prices).sum()),
    )  # fmt: skip


def _lifted(asked: Any, lift: Any, day: int) -> Any:
    """Return what is asked for at lower prices: for each piece so many more, at random."""
    if (lift == 1.0).all():
        return asked
    more = np.random.default_rng(day).poisson(asked * (lift - 1.0)[:, None])
    return asked + more


def fixed(season: Season, asked: Any, split: Callable[[Any], Any]) -> SeasonOutcome:
    """Return a season in which everything is brought at the beginning, as ``split`` says."""
    stock = split(season.supply).astype(np.int64)
    moved = int(stock.sum())
    sold = lost = 0
    margin = 0.0
    for day in range(season.visitors.shape[1]):
        got = np.minimum(stock, asked[day])
        missing = asked[day] - got
        sold += int(got.sum())
        lost += int(missing.sum())
        margin += float((missing.sum(axis=1) * season.margins).sum())
        stock = stock - got
    left = int(stock.sum() + season.supply.sum() - moved)
    return SeasonOutcome(sold=sold, lost=lost, left_over=left, moved=moved, lost_margin=margin)


def equal(season: Season) -> Callable[[Any], Any]:
    """Return a split that gives every store the same."""
    stores = season.rates.shape[1]

    def split(supply: Any) -> Any:
        base = np.repeat((supply // stores)[:, None], stores, axis=1)
        rest = supply % stores
        return base + (np.arange(stores)[None, :] < rest[:, None])

    return split


def by_visitors(season: Season) -> Callable[[Any], Any]:
    """Return a split by how many visitors a store has in the whole season."""
    share = season.visitors.sum(axis=1) / season.visitors.sum()
    return lambda supply: np.floor(supply[:, None] * share[None, :])


def foresight(season: Season, asked: Any) -> SeasonOutcome:
    """Return what nobody can be better than: demand known before, rooms and trucks without end."""
    wanted = asked.sum(axis=(0, 2))
    sold = np.minimum(wanted, season.supply)
    lost = wanted - sold
    return SeasonOutcome(
        sold=int(sold.sum()), lost=int(lost.sum()), left_over=int((season.supply - sold).sum()),
        moved=int(sold.sum()), lost_margin=float((lost * season.margins).sum()),
    )  # fmt: skip
