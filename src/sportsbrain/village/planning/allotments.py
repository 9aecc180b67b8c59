"""Share out what is scarce: build the problem from wishes, solve, check, give."""

import json
import time
from zoneinfo import ZoneInfo

from django.db import transaction

from sportsbrain.brain.allotment.check import check
from sportsbrain.brain.allotment.plan import AllotmentPlan
from sportsbrain.brain.allotment.problem import Problem, Wish
from sportsbrain.brain.allotment.solve import solve
from sportsbrain.committee.queries import GamesRow, games_today
from sportsbrain.ledger.queries import stock_rows
from sportsbrain.village.actions import By, Grant, grant
from sportsbrain.village.errors import VillageError
from sportsbrain.village.queries import open_slots, residents_by_delegation, scarce, wish_rows
from sportsbrain.vocabulary.planning import Stop


def build_allotment(*, games_id: int, item: str, slot: str) -> tuple[Problem, int]:
    """
    Return the problem of a slot of an item, and the seed of its draw.

    Raises
    ------
    VillageError
        When the item is not shared out.

    """
    known = scarce(games_id=games_id, item=item)
    if known is None:
        message = f"{item} is not shared out"
        raise VillageError(message)
    people = residents_by_delegation(games_id=games_id)
    free = {row.bucket: row.free for row in stock_rows(games_id=games_id, items=(known["stock"],))}
    wishes = [
        row
        for row in wish_rows(games_id=games_id, item=item)
        if row.slot == slot and row.wish_state == "open"
    ]
    problem = Problem(
        item=f"{item} {slot}".strip(), pieces=max(0, free.get(slot, 0)), rule=known["rule"],
        most=known["most"], reserve=known["reserve"],
        wishes=tuple(
            Wish(who=row.delegation, pieces=row.pieces, bid=row.bid,
                 weight=max(1, people.get(row.delegation, 1)))
            for row in wishes
        ),
    )  # fmt: skip
    return problem, int(known["seed"], 16)


@transaction.atomic
def share_out(*, games: GamesRow, item: str, by: By) -> dict[str, int]:
    """
    Share every slot of an item out that somebody wishes for, or none; return pieces by slot.

    Raises
    ------
    VillageError
        When the item is not shared out, its wishes are still taken, or one has changed meanwhile.

    """
    on = games_today(games=games, now=by.now)
    known = scarce(games_id=games.id, item=item)
    if known is None:
        message = f"{item} is not shared out"
        raise VillageError(message)
    if known["until"] is not None and on <= known["until"]:
        message = f"wishes are taken until {known['until']:%d %b}: share it out after that day"
        raise VillageError(message)
    found: dict[str, int] = {}
    for slot in open_slots(games_id=games.id, item=item):
        problem, seed = build_allotment(games_id=games.id, item=item, slot=slot)
        plan = solved(problem, seed)
        given = Grant(
            slot=slot, price=plan.price, problem=json.loads(problem.to_json()),
            pieces={wish.who: n for wish, n in zip(problem.wishes, plan.pieces, strict=True)},
            objective=plan.objective, bound=plan.bound,
        )  # fmt: skip
        if grant(games_id=games.id, item=item, given=given, on=on, by=by,
                 zone=ZoneInfo(games.time_zone)):  # fmt: skip
            found[slot] = sum(plan.pieces)
    return found


def solved(problem: Problem, seed: int) -> AllotmentPlan:
    """
    Return the plan, judged.

    Raises
    ------
    VillageError
        When the check finds a fault: that is ours, and nothing is given.

    """
    steps = solve(problem, seed=seed, stop=Stop(), clock=time.monotonic)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            plan: AllotmentPlan = done.value
            break
    faults = check(problem, plan).faults
    if faults:
        message = f"nothing is given, the check says: {faults[0].text}"
        raise VillageError(message)
    return plan
