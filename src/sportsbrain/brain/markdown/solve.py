"""Tonight's prices: each article alone, every price tried; a bound over all moving prices."""

from collections.abc import Callable, Generator
from typing import Any

from sportsbrain.brain.markdown.plan import Mark, MarkdownPlan
from sportsbrain.brain.markdown.problem import Problem
from sportsbrain.vocabulary.planning import Progress, Stop, Term

SOLVER = "every price of each article"
STEP = 500  # articles between two words of progress
PARTS = 64


def solve(
    problem: Problem, *, seed: int, stop: Stop, clock: Callable[[], float]
) -> Generator[Progress, bool, MarkdownPlan]:
    """
    Yield progress and return the prices of a night.

    An article that the time did not reach keeps its price. ``bound`` holds for every way to change
    prices until the end, also for one that knows how popular each article is.
    """
    began = clock()
    marks: list[Mark] = []
    forgone = labels = bound = 0.0
    is_over = False
    popularity = _popularity(problem.dispersion)
    for number, item in enumerate(problem.items):
        whole = item.price * item.pieces
        choices = problem.choices(number)
        bound += max(0.0, whole - _most(problem, number, choices, popularity))
        worths = [_worth(problem, number, share) for share in (choices[:1] if is_over else choices)]
        costs = [0.0] + [problem.label_cost * item.pieces] * (len(worths) - 1)
        best = max(range(len(worths)), key=lambda n: worths[n] - costs[n])  # the first: it stays
        if best:
            marks.append(Mark(item=number, share=choices[best]))
        forgone += whole - worths[best]
        labels += costs[best]
        if (number + 1) % STEP == 0 or number + 1 == len(problem.items):
            note = f"{number + 1} articles"
            is_over |= bool(
                (yield Progress(step="prices", seconds=clock() - began, note=note,
                                objective=forgone + labels, bound=bound))
            )  # fmt: skip
            is_over |= clock() - began > stop.seconds and not stop.deterministic
    objective = forgone + labels
    return MarkdownPlan(
        marks=tuple(marks), objective=objective, bound=min(bound, objective),
        terms=(Term(key="forgone", value=forgone, weight=1.0, bound=bound),
               Term(key="labels", value=labels, weight=1.0, bound=0.0)),
        seed=seed, solver=SOLVER, seconds=clock() - began,
        first_feasible_seconds=clock() - began,
    )  # fmt: skip


def _worth(problem: Problem, number: int, share: float) -> float:
    """Return what the pieces of an item are expected to earn at a price, sold or left over."""
    item = problem.items[number]
    sold = sales(problem.mean_at(number, share), problem.dispersion, item.pieces)
    left = problem.salvage * item.price
    return left * item.pieces + (share * item.price - left) * sold


def sales(mean: float, k: float, pieces: int) -> float:
    """
    Return the expected sales of so many pieces, in closed form.

    What is asked for and is there: its mean up to ``pieces`` (n · pmf(n; k) is mean · pmf(n − 1;
    k + 1)), and all pieces when more is asked for.
    """
    from scipy.special import betainc

    if mean <= 0 or pieces <= 0:
        return 0.0
    p = k / (k + mean)
    within = float(betainc(k + 1, pieces, p)) if pieces > 0 else 0.0
    beyond = 1.0 - float(betainc(k, pieces + 1, p))
    return mean * within + pieces * beyond


def _popularity(k: float) -> Any:
    """Return the means of equal parts of a gamma distribution of mean 1."""
    import numpy as np
    from scipy import stats

    cuts = stats.gamma.ppf(np.linspace(0, 1, PARTS + 1), k, scale=1 / k)
    shares = np.diff(stats.gamma.cdf(cuts, k + 1, scale=1 / k))
    return shares * PARTS


def _most(problem: Problem, number: int, choices: tuple[float, ...], popularity: Any) -> float:
    """
    Return what nobody earns more than with an item: fluid demand, any mix of its prices.

    With the time shared between two prices, the best mix sells out exactly or uses one price.
    """
    import numpy as np

    item = problem.items[number]
    left = problem.salvage * item.price
    rates = np.array([problem.mean_at(number, share) for share in choices])
    gains = np.array([max(0.0, share * item.price - left) for share in choices])
    rates, gains = np.append(rates, 0.0), np.append(gains, 0.0)  # also: sell nothing for a while
    demand = popularity[:, None] * rates[None, :]
    pure = np.where(demand <= item.pieces, demand * gains, 0.0)
    best = pure.max(axis=1)
    for a in range(len(rates)):
        for b in range(len(rates)):
            low, high = demand[:, a], demand[:, b]
            fits = (low <= item.pieces) & (high > item.pieces)
            part = np.where(fits, (item.pieces - low) / np.where(fits, high - low, 1.0), 0.0)
            mixed = (1 - part) * low * gains[a] + part * high * gains[b]
            best = np.maximum(best, np.where(fits, mixed, 0.0))
    return left * item.pieces + float(best.mean())
