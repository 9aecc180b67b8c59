"""A season as large as London's: 4 million articles, 134 stores, 31 days, 1,200 styles."""

import time
from typing import Any

from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.markdown.problem import Item, Problem
from sportsbrain.brain.markdown.solve import solve
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
from sportsbrain.vocabulary.planning import Stop

ARTICLES, STORES, DAYS, STYLES, VISITORS = 4_000_000, 134, 31, 1_200, 7_000_000
LADDER, ELASTICITY, SALVAGE, MARKED_DAYS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3), 2.0, 0.1, 10


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
    margins = dice.uniform(200, 3_000, STYLES)
    return Season(
        visitors=visitors, rates=rates, factors=factors, margins=margins, prices=2 * margins,
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
        *_ends(found, asked, plan),
    ]  # fmt: skip


class _Prices:
    """
    Prices of a season's last days: by the planner, or one share for everything.

    Everybody thinks that demand goes with the price to the power of minus 2; in truth each style
    has its own power, spread by 30 % round it.
    """

    def __init__(self, season: Season, *, days: int, same: float | None = None) -> None:
        import numpy as np

        self.season, self.first, self.same = season, DAYS - days, same
        self.share = np.ones(STYLES)
        self.truth = np.random.default_rng(2).gamma(11, 1 / 11, STYLES) * ELASTICITY
        self.gap = self.seconds = 0.0

    def __call__(self, day: int, pieces: Any, rest: Any) -> tuple[Any, Any, Any]:
        if day >= self.first and self.same is not None:
            self.share[:] = self.same
        elif day >= self.first:
            self._plan(pieces, rest)
        return self.share, self.share**-ELASTICITY, self.share**-self.truth

    def _plan(self, pieces: Any, rest: Any) -> None:
        problem = Problem(
            items=tuple(
                Item(code=str(n), price=float(self.season.prices[n]), share=float(self.share[n]),
                     pieces=int(pieces[n]), mean=float(rest[n] * self.share[n] ** -ELASTICITY))
                for n in range(STYLES)
            ),
            ladder=LADDER, elasticity=ELASTICITY, salvage=SALVAGE,
        )  # fmt: skip
        steps = solve(problem, seed=1, clock=time.monotonic, stop=Stop(seconds=60))
        while True:
            try:
                next(steps)
            except StopIteration as done:
                plan = done.value
                break
        for mark in plan.marks:
            self.share[mark.item] = mark.share
        self.gap = max(self.gap, 1 - plan.bound / max(plan.objective, 1.0))
        self.seconds += plan.seconds


def _ends(season: Season, asked: Any, plain: SeasonOutcome) -> list[BenchRow]:
    """Return what the last days earn and leave over: planned prices, half price, no change."""
    prices = _Prices(season, days=MARKED_DAYS)
    marked = planned(season, asked, marks=prices)
    half = planned(season, asked, marks=_Prices(season, days=3, same=0.5))

    def worth(outcome: SeasonOutcome) -> float:
        return (outcome.earned + SALVAGE * outcome.left_worth) / 1e6

    return [
        BenchRow(line=7, case=f"earned, prices planned in the last {MARKED_DAYS} nights",
                 value=worth(marked), unit="M", peer=peer, peer_value=worth(other), op=">=",
                 target=worth(other))
        for peer, other in (("prices stay", plain), ("half price, three days", half))
    ] + [
        BenchRow(line=7, case="left over with planned prices", value=marked.left_over,
                 unit="pieces", peer=peer, peer_value=other.left_over)
        for peer, other in (("prices stay", plain), ("half price, three days", half))
    ] + [
        BenchRow(line=7, case="widest gap of a night's prices to the bound", value=prices.gap,
                 unit="of forgone"),
        BenchRow(line=7, case=f"{MARKED_DAYS} nights of {STYLES:,} prices", value=prices.seconds,
                 unit="s"),
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
