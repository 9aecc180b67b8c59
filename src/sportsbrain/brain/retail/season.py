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
    margins, supply, rooms
        By item, item, store.
    trucks
        Pieces a night.

    """

    visitors: Any
    rates: Any
    factors: Any
    margins: Any
    supply: Any
    rooms: Any
    trucks: int
    dispersion: float
    move_cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonOutcome:
    """What became of a season, in pieces; ``lost_margin`` in minor units."""

    sold: int
    lost: int
    left_over: int
    moved: int
    lost_margin: float


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


def planned(season: Season, asked: Any, *, rounds: int = 6) -> SeasonOutcome:
    """Return a season in which every night is planned with what was learnt until then."""
    items, stores = season.rates.shape
    stock = np.zeros((items, stores), dtype=np.int64)
    warehouse = season.supply.astype(np.int64).copy()
    pinned = np.zeros((items, stores), dtype=np.bool_)
    counts, prices = np.zeros_like(stock), np.zeros(items)
    rooms, truck = np.zeros(stores), 0.0
    seen, expected = np.zeros(items), np.zeros(items)
    sold = lost = moved = 0
    margin = 0.0
    for day in range(season.visitors.shape[1]):
        factor = (LEARNT + seen) / (LEARNT + expected)
        means = season.rates * season.visitors[:, day] * factor[:, None]
        supply = warehouse + stock.sum(axis=1)
        for n in range(rounds):
            kernels.placed(means, stock, pinned, season.margins, supply, rooms, season.dispersion,
                           season.move_cost, truck, counts, prices)  # fmt: skip
            over = counts.sum(axis=0) - season.rooms
            more = float(np.maximum(counts - stock, 0).sum()) - season.trucks
            step = 0.5 * float(season.margins.max()) / (n + 1) ** 0.7
            rooms = np.maximum(0.0, rooms + step * over / np.maximum(season.rooms, 1))
            truck = max(0.0, truck + step * more / max(season.trucks, 1))
        counts = _fits(counts, stock, season)
        moved += int(np.abs(counts - stock).sum())
        warehouse = supply - counts.sum(axis=1)
        got = np.minimum(counts, asked[day])
        missing = asked[day] - got
        sold += int(got.sum())
        lost += int(missing.sum())
        margin += float((missing.sum(axis=1) * season.margins).sum())
        full = missing == 0  # only where nothing ran out demand was seen whole
        seen += np.where(full, got, 0).sum(axis=1)
        expected += np.where(full, season.rates * season.visitors[:, day], 0.0).sum(axis=1)
        stock = counts - got
    left = int(warehouse.sum() + stock.sum())
    return SeasonOutcome(sold=sold, lost=lost, left_over=left, moved=moved, lost_margin=margin)


def _fits(counts: Any, stock: Any, season: Season) -> Any:
    """Scale what is brought down to rooms and trucks, evenly: prices have done most of it."""
    more = np.maximum(counts - stock, 0)
    less = np.minimum(counts - stock, 0)
    room = np.maximum(season.rooms - (stock + less).sum(axis=0), 0)
    share = np.minimum(1.0, room / np.maximum(more.sum(axis=0), 1))
    more = np.floor(more * share).astype(np.int64)
    total = more.sum()
    if total > season.trucks:
        more = np.floor(more * (season.trucks / total)).astype(np.int64)
    return stock + less + more


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
