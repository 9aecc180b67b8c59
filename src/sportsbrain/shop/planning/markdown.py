"""What articles cost at the end: facts → problem → plan."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from sportsbrain.brain.markdown.check import check
from sportsbrain.brain.markdown.plan import Mark, MarkdownPlan
from sportsbrain.brain.markdown.problem import Item, Problem
from sportsbrain.brain.markdown.solve import solve
from sportsbrain.committee.queries import GamesRow
from sportsbrain.ledger.queries import stock_rows
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import load_slice_rules
from sportsbrain.shop.actions.markdowns import PLANNER
from sportsbrain.shop.planning.retail import demand_until_end, next_day
from sportsbrain.shop.queries import articles, shares_of_price
from sportsbrain.vocabulary.planning import Order, Progress, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The night's problem, and what was assumed to make it."""

    problem: Problem
    day: dt.date
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of the problem."""
        return self.problem.fingerprint()


def build_markdown(*, games: GamesRow, order: Order, day: dt.date | None = None) -> Built:
    """
    Return tonight's problem: what is left, what it costs, what will be asked for until the end.

    Raises
    ------
    NothingToPlanError
        Without articles in stock, or after the last day.

    """
    rules = load_slice_rules("shop", games.rules_name)
    marks = rules["markdown"]
    left: Counter[str] = Counter()
    sold: Counter[str] = Counter()
    for row in stock_rows(games_id=games.id):
        if not row.bucket:
            left[row.item] += row.free
            sold[row.item] += row.sold
    shares = shares_of_price(games_id=games.id)
    known = [
        row for row in articles(games_id=games.id)
        if left[row.sku] > 0 and row.price > 0 and row.sku in shares
    ]  # fmt: skip
    if not known:
        message = "no article is in stock: receive a delivery first"
        raise NothingToPlanError(message)
    first = day or next_day(games)
    means = demand_until_end(games=games, order=order, first=first, known=known, sold=sold,
                             rules=rules["retail"])  # fmt: skip
    problem = Problem(
        items=tuple(
            Item(code=row.sku, price=float(row.price), share=shares[row.sku],
                 pieces=left[row.sku], mean=round(means[row.sku], 6), floor=float(marks["floor"]))
            for row in known
        ),
        ladder=tuple(map(float, marks["ladder"])), elasticity=float(marks["elasticity"]),
        salvage=float(marks["salvage"]), label_cost=float(marks["label_cost"]),
        dispersion=float(marks["dispersion"]),
    )  # fmt: skip
    days = (games.ends_on - first).days + 1
    return Built(problem=problem, day=first, assumptions=(
        f"{days} days are left; a price that is a tenth lower is asked for"
        f" {0.9 ** -problem.elasticity - 1:.0%} more; what is left over earns"
        f" {problem.salvage:.0%} of its price",
        "articles sell as they did until now; what the web sells is not forecast",
    ))  # fmt: skip


def plan_markdown(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress and return the drafted version."""
    built = build_markdown(games=games, order=order)
    plan = yield from solve(built.problem, seed=order.seed, stop=order.stop(), clock=clock)
    items = {"day": built.day.isoformat(), "marks": rows_of(built.problem, plan)}
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER, title=f"{len(plan.marks):,} prices from {built.day:%d %b}",
            problem_hash=built.problem_hash, answer=plan,
            score=score_of(built=built, items=items), items=items, order=order,
        ),
        actor=actor, run_id=run_id, now=now(),
    )  # fmt: skip


def rows_of(problem: Problem, plan: MarkdownPlan) -> list[tuple[str, float, float]]:
    """Return prices as (SKU, share today, share from tomorrow), those that fall most first."""
    rows = [
        (problem.items[mark.item].code, problem.items[mark.item].share, mark.share)
        for mark in plan.marks
    ]
    return sorted(rows, key=lambda row: (row[2] - row[1], row))


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent check says of a version's prices."""
    number = {item.code: n for n, item in enumerate(built.problem.items)}
    marks = tuple(
        Mark(item=number[sku], share=float(share))
        for sku, _today, share in items["marks"]
        if sku in number
    )
    plan = MarkdownPlan(marks=marks, objective=0.0, bound=0.0, terms=(), seed=0, solver="",
                        seconds=0.0, first_feasible_seconds=None)  # fmt: skip
    return check(built.problem, plan)
