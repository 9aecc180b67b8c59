"""Rooms for people, apartments for delegations, beds; better while there is time."""

from collections import defaultdict
from collections.abc import Callable, Generator

from sportsbrain.brain.rooms.plan import RoomPlan
from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.annealing import anneal
from sportsbrain.brain.rooms.solve.beds import Beds, beds_in_order, beds_of, spots_of
from sportsbrain.brain.rooms.solve.bounds import alone
from sportsbrain.brain.rooms.solve.evaluate import terms_of
from sportsbrain.brain.rooms.solve.explain import splits_of
from sportsbrain.brain.rooms.solve.greedy import first_fit, greedy_shares
from sportsbrain.brain.rooms.solve.needs import Need, needs_of
from sportsbrain.brain.rooms.solve.replan import filled
from sportsbrain.vocabulary.planning import Progress, Stop, Term

SOLVER = "simulated annealing over apartments, bound by prices of rooms"


def greedy_plan(problem: Problem, *, nearest: bool = False) -> Beds:
    """Return the beds of the yardstick: best fit decreasing, first fit, people as they come."""
    needs = needs_of(problem)
    held = _greedy(problem, needs, nearest=nearest)
    return [
        bed
        for number, need in enumerate(needs)
        for bed in beds_in_order(need, spots_of(problem, held[number]))
    ]


def solve(
    problem: Problem, *, seed: int, stop: Stop, clock: Callable[[], float]
) -> Generator[Progress, bool, RoomPlan]:
    """
    Yield progress and return the plan; send True to be content with what there is.

    With ``stop.deterministic`` the search is ended by ``stop.rounds`` rounds.
    """
    began = clock()
    needs = needs_of(problem)
    held = _greedy(problem, needs, nearest=True)
    first = clock() - began
    found = yield from anneal(problem, needs, held, seed=seed, stop=stop, clock=clock, began=began)
    beds: Beds = []
    left: list[tuple[str, str]] = []
    for need, apartments in zip(needs, found.held, strict=True):
        some_beds, some_left = beds_of(problem, need, spots_of(problem, apartments))
        beds += some_beds
        left += some_left
    if left:  # an over-full village: any bed that suits is better than none
        beds, left = filled(problem, beds)
    values = terms_of(problem, beds)
    least = alone(problem)
    terms = tuple(
        Term(key=k, value=v, weight=problem.weight(k), bound=least.get(k, 0.0))
        for k, v in values.items()
    )
    return RoomPlan(
        beds=tuple(beds),
        splits=splits_of(problem, beds),
        left=tuple(left),
        objective=sum(term.cost for term in terms),
        bound=found.bound + problem.weight("long_beds") * least["long_beds"],
        terms=terms,
        seed=seed,
        solver=SOLVER,
        seconds=clock() - began,
        first_feasible_seconds=first,
    )


def _greedy(problem: Problem, needs: list[Need], *, nearest: bool) -> dict[int, list[int]]:
    """Return apartments by need: shares of buildings, then the first that fit."""
    shares = greedy_shares(problem, needs, nearest=nearest)
    by_house: dict[int, list[int]] = defaultdict(list)
    for place, house in sorted(shares):
        by_house[house].append(place)
    held: dict[int, list[int]] = defaultdict(list)
    for house, places in sorted(by_house.items()):
        rooms = {place: shares[place, house] for place in places}
        for place, apartments in first_fit(problem, needs, house, rooms).items():
            held[place] += apartments
    return held
