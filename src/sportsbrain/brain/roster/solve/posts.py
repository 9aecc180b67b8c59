"""Who joins which team: one least-cost flow over everybody."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.roster.problem import Problem

SCALE = 100
NEAREST = 16
WISHED = 8
SKILL_BONUS = 10_000  # a place that asks for a skill is filled by somebody who has it
UNFILLED = 1_000_000
BOUND_STEPS = 90
QUICK_STEPS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """
    The post of each person by index, who is left, and the places that stay empty.

    ``least_distance`` is a bound of the ways and wishes when all places are filled, else 0.
    """

    of: dict[int, int]
    left: tuple[int, ...]
    empty: tuple[tuple[int, int], ...]
    least_distance: float


def assign_posts(problem: Problem) -> Postings:
    """
    Return the posting with most places filled, then the least distance and wishes unmet.

    Each person may join one of the nearest posts or of the nearest of a wished area; places that
    stay empty are offered to everybody who is left in a second flow.

    References
    ----------
    OR-Tools `SimpleMinCostFlow`.

    """
    if not problem.applicants or not problem.posts:
        empty = tuple((n, post.people) for n, post in enumerate(problem.posts))
        everybody = tuple(range(len(problem.applicants)))
        return Postings(of={}, left=everybody, empty=empty, least_distance=0.0)
    prices = _prices(problem)
    choices = _choices(problem, prices)
    needs = [post.people for post in problem.posts]
    people = list(range(len(problem.applicants)))
    found = _flow(problem, prices, people, choices, needs)
    _join_open(problem, prices, found)
    least = least_prices(prices, needs)
    return _postings(problem, found, least)


def post_again(problem: Problem, of: dict[int, int]) -> Postings:
    """Return postings in which those of ``of`` stay; the others join the posts that lack people."""
    if not problem.applicants or not problem.posts:
        return assign_posts(problem)
    prices = _prices(problem)
    found = dict(of)
    _join_open(problem, prices, found)
    least = least_prices(prices, [post.people for post in problem.posts], steps=QUICK_STEPS)
    return _postings(problem, found, least)


def _join_open(problem: Problem, prices: Any, found: dict[int, int]) -> None:
    """Let those without a post join the posts that lack people, at the least price."""
    needs = [post.people for post in problem.posts]
    for post in found.values():
        needs[post] = max(0, needs[post] - 1)
    left = [person for person in range(len(problem.applicants)) if person not in found]
    if left and any(needs):
        again = dict.fromkeys(left, np.flatnonzero(np.asarray(needs) > 0))
        found.update(_flow(problem, prices, left, again, needs))


def _postings(problem: Problem, found: dict[int, int], least: float) -> Postings:
    counts: dict[int, int] = defaultdict(int)
    for post in found.values():
        counts[post] += 1
    empty = tuple(
        (n, post.people - counts[n])
        for n, post in enumerate(problem.posts)
        if counts[n] < post.people
    )
    left = tuple(n for n in range(len(problem.applicants)) if n not in found)
    return Postings(of=found, left=left, empty=empty, least_distance=0.0 if empty else least)


def least_prices(prices: Any, needs: list[int], *, steps: int = BOUND_STEPS) -> float:
    """
    Return a proven least sum of prices when every post gets its people.

    Each post is given a subsidy; whatever the subsidies, everybody at the cheapest post after
    subsidy costs no more than the best posting (Lagrangian relaxation). They are moved towards
    posts that too few chose.
    """
    wanted = np.asarray(needs, dtype=np.float64)
    total = int(wanted.sum())
    subsidy = np.zeros(len(needs))
    best = 0.0
    step = float(np.median(prices)) + 1e-9
    for _ in range(steps):
        net = prices - subsidy[None, :]
        choice = net.argmin(axis=1)
        values = net[np.arange(len(net)), choice]
        chosen = np.argpartition(values, total - 1)[:total] if total < len(values) else slice(None)
        best = max(best, float(values[chosen].sum() + (subsidy * wanted).sum()))
        counts = np.bincount(choice[chosen], minlength=len(needs))
        missing = (wanted - counts) / np.maximum(1.0, wanted)
        subsidy += step * np.clip(missing, -1.0, 1.0)
        step *= 0.96
    return best


def _prices(problem: Problem) -> Any:
    """Return the price of each person at each post, shape (people, posts)."""
    homes = np.asarray([person.home for person in problem.applicants], dtype=np.float32)
    places = np.asarray([post.at for post in problem.posts], dtype=np.float32)
    north = (homes[:, None, 0] - places[None, :, 0]) * 0.1113
    east = (homes[:, None, 1] - places[None, :, 1]) * 0.1113 * 0.72
    prices = problem.distance_weight * np.sqrt(north**2 + east**2)
    areas = {area: n for n, area in enumerate(sorted({post.area for post in problem.posts}))}
    of_post = np.asarray([areas[post.area] for post in problem.posts])
    wished = np.zeros((len(problem.applicants), len(areas)), dtype=bool)
    for number, person in enumerate(problem.applicants):
        if not person.wishes:
            wished[number] = True
        for wish in person.wishes:
            if wish in areas:
                wished[number, areas[wish]] = True
    prices += np.float32(problem.wish_weight) * ~wished[:, of_post]
    return prices


def _choices(problem: Problem, prices: Any) -> dict[int, Any]:
    count = min(len(problem.posts), NEAREST + WISHED)
    best = np.argpartition(prices, count - 1, axis=1)[:, :count]
    return {person: best[person] for person in range(len(problem.applicants))}


def _flow(
    problem: Problem, prices: Any, people: list[int], choices: dict[int, Any], needs: list[int]
) -> dict[int, int]:
    """Return the post of each person that gets one."""
    from ortools.graph.python import min_cost_flow

    wanted = _skill_places(problem, needs)
    first_post = 1 + len(people)
    first_skill = first_post + len(problem.posts)
    sink = first_skill + len(wanted)
    tails, heads, costs = [], [], []
    number = {key: first_skill + n for n, key in enumerate(wanted)}
    by_post: dict[int, list[str]] = defaultdict(list)
    for post, skill in wanted:
        by_post[post].append(skill)
    for place, person in enumerate(people):
        skills = problem.applicants[person].skills
        for post in choices[person].tolist():
            price = round(float(prices[person, post]) * SCALE)
            tails.append(1 + place)
            heads.append(first_post + post)
            costs.append(price)
            for skill in by_post[post]:
                if skill in skills:
                    tails.append(1 + place)
                    heads.append(number[post, skill])
                    costs.append(price - SKILL_BONUS)
    solver = min_cost_flow.SimpleMinCostFlow()
    _add(solver, tails, heads, [1] * len(tails), costs)
    count = len(people)
    _add(solver, [0] * count, list(range(1, 1 + count)), [1] * count, [0] * count)
    skills_of = list(wanted)
    _add(solver, [number[key] for key in skills_of], [first_post + p for p, _ in skills_of],
         [wanted[key] for key in skills_of], [0] * len(skills_of))  # fmt: skip
    _add(solver, [first_post + p for p in range(len(needs))], [sink] * len(needs), needs,
         [0] * len(needs))  # fmt: skip
    total = min(count, sum(needs))
    _add(solver, [0], [sink], [total], [UNFILLED])
    supplies = np.zeros(sink + 1, dtype=np.int64)
    supplies[0], supplies[sink] = total, -total
    solver.set_nodes_supplies(np.arange(sink + 1), supplies)
    if solver.solve() != solver.OPTIMAL:
        return {}
    flows = solver.flows(np.arange(len(tails)))
    found: dict[int, int] = {}
    for arc in np.flatnonzero(flows > 0):
        head = heads[arc]
        post = head - first_post if head < first_skill else skills_of[head - first_skill][0]
        found[people[tails[arc] - 1]] = post
    return found


def _skill_places(problem: Problem, needs: list[int]) -> dict[tuple[int, str], int]:
    return {
        (n, skill): min(count, needs[n])
        for n, post in enumerate(problem.posts)
        for skill, count in post.skill_people
        if min(count, needs[n]) > 0
    }


def _add(
    solver: Any, tails: list[int], heads: list[int], most: list[int], costs: list[int]
) -> None:
    if tails:
        solver.add_arcs_with_capacity_and_unit_cost(
            np.asarray(tails), np.asarray(heads), np.asarray(most), np.asarray(costs)
        )
