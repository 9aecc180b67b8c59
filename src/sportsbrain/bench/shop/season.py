"""A season as large as London's: 4 million articles, 134 stores, 31 days, 1,200 styles."""

import time
from typing import Any

from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.retail.season import (
    Season,
    SeasonOutcome,
    by_visitors,
    demands,
    equal,
    fixed,
    foresight,
    planned,
)

ARTICLES, STORES, DAYS, STYLES, VISITORS = 4_000_000, 134, 31, 1_200, 7_000_000


def london(*, seed: int) -> Season:
    """
    Return an invented season of that size.

    A few stores have most of the visitors, a few styles most of the demand; styles sell better
    where their sport is; what demand truly is of a forecast is spread by 40 %, and sixty styles are
    asked for four times as much from a day on, because somebody won.
    """
    import numpy as np

    dice = np.random.default_rng(seed)
    size = dice.lognormal(0, 1.1, STORES)
    days = dice.gamma(8, 1 / 8, DAYS)
    visitors = size[:, None] / size.sum() * days * VISITORS / DAYS
    visitors = visitors * dice.gamma(6, 1 / 6, (STORES, DAYS))
    sport = np.where(dice.random((STYLES, STORES)) < 0.1, 4.0, 0.8)
    rates = (dice.pareto(1.1, STYLES) + 0.2)[:, None] * sport
    rates = rates * dice.gamma(4, 1 / 4, (STYLES, STORES))
    rates *= ARTICLES / (rates @ visitors.sum(axis=1)).sum()
    factors = np.repeat(dice.gamma(6, 1 / 6, STYLES)[:, None], DAYS, axis=1)
    for style in dice.choice(STYLES, 60, replace=False):
        factors[style, dice.integers(3, DAYS) :] *= 4
    supply: Any = np.ceil(rates @ visitors.sum(axis=1)).astype(np.int64)
    rooms = (3 * visitors.mean(axis=1) * rates.sum(axis=0)).astype(np.int64)
    return Season(
        visitors=visitors, rates=rates, factors=factors, margins=dice.uniform(200, 3_000, STYLES),
        supply=supply, rooms=rooms, trucks=2 * ARTICLES // DAYS, dispersion=2.0, move_cost=5.0,
    )  # fmt: skip


def season() -> list[BenchRow]:
    """Return lost sales and what is left over: planned, equal shares, by visitors, foresight."""
    found = london(seed=1)
    asked = demands(found, seed=1)
    began = time.monotonic()
    plan = planned(found, asked)
    spent = time.monotonic() - began
    same, crowd = fixed(found, asked, equal(found)), fixed(found, asked, by_visitors(found))
    best = foresight(found, asked)
    return [
        *_rows("lost sales", "lost", plan, same, crowd, best),
        *_rows("left over", "left_over", plan, same, crowd, best),
        BenchRow(line=7, case="31 nights planned, 160,800 places each", value=spent, unit="s"),
        BenchRow(line=7, case="pieces moved", value=plan.moved, unit="pieces",
                 peer="once, equal shares", peer_value=same.moved),
    ]  # fmt: skip


def _rows(
    words: str, name: str, plan: SeasonOutcome, same: SeasonOutcome, crowd: SeasonOutcome,
    best: SeasonOutcome,
) -> list[BenchRow]:  # fmt: skip
    value = float(getattr(plan, name))
    return [
        BenchRow(line=7, case=f"{words}, planned by night", value=value, unit="pieces",
                 peer="equal shares", peer_value=float(getattr(same, name)), op="<=",
                 target=float(getattr(same, name))),
        BenchRow(line=7, case=f"{words}, against shares by visitors", value=value, unit="pieces",
                 peer="by visitors", peer_value=float(getattr(crowd, name)), op="<=",
                 target=float(getattr(crowd, name))),
        BenchRow(line=7, case=f"{words}, against the bound", value=value, unit="pieces",
                 peer="perfect foresight", peer_value=float(getattr(best, name))),
    ]  # fmt: skip
