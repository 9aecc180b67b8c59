"""Shares of buildings, then apartments, then beds; better while there is time."""

from collections import defaultdict
from collections.abc import Callable, Generator

from sportsbrain.brain.rooms.plan import RoomPlan
from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.apartments import Doors, Party
from sportsbrain.brain.rooms.solve.beds import Beds, beds_of, spots_of
from sportsbrain.brain.rooms.solve.beside import can_fork, two_steps
from sportsbrain.brain.rooms.solve.bounds import alone, bounds_of
from sportsbrain.brain.rooms.solve.buildings import Houses
from sportsbrain.brain.rooms.solve.evaluate import terms_of
from sportsbrain.brain.rooms.solve.explain import splits_of
from sportsbrain.brain.rooms.solve.greedy import Shares, Stock, greedy_shares
from sportsbrain.brain.rooms.solve.needs import Need, needs_of
from sportsbrain.brain.rooms.solve.replan import filled
from sportsbrain.vocabulary.planning import Progress, Stop, Term

SOLVER = "large neighbourhoods (CP-SAT), bound (HiGHS)"
APARTMENT_SHARE = 0.25
STEP_SECONDS = 2.0
HOUSE_SECONDS = 1.0


def greedy_plan(problem: Problem, *, nearest: bool = False) -> Beds:
    """Return the beds of the yardstick: best fit decreasing, first fit, people as they come."""
    needs = needs_of(problem)
    shares = greedy_shares(problem, needs, nearest=nearest)
    beds, _ = _beds(problem, needs, shares, seconds=0, is_greedy=True)
    return beds


def solve(
    problem: Problem, *, seed: int, stop: Stop, clock: Callable[[], float]
) -> Generator[Progress, bool, RoomPlan]:
    """
    Yield progress and return the plan; send True to be content with what there is.

    With ``stop.deterministic`` the search is ended by ``stop.rounds`` neighbourhoods.
    """
    began = clock()
    needs = needs_of(problem)
    shares = greedy_shares(problem, needs, nearest=True)
    houses = Houses(problem, needs, shares, seed=seed)
    bounds = bounds_of(problem, needs)
    least = sum(bounds.values())
    cancelled = yield Progress(
        step="bound", seconds=clock() - began, bound=least, note="fewest splits and ways"
    )
    first = clock() - began
    rounds = 0
    while not cancelled and not _is_over(stop, clock() - began, rounds):
        if stop.deterministic or stop.rounds or not can_fork():
            houses.step(seconds=STEP_SECONDS, deterministic=stop.deterministic)
            rounds += 1
        else:
            two_steps(houses, seconds=STEP_SECONDS)
            rounds += 2
        cancelled = yield Progress(
            step="buildings",
            seconds=clock() - began,
            bound=least,
            note=f"neighbourhood {rounds}, {houses.cost():,.0f} for buildings",
        )
    left_seconds = max(1.0, stop.seconds - (clock() - began))
    each = HOUSE_SECONDS if stop.deterministic else left_seconds / len(problem.buildings)
    beds, left = _beds(
        problem,
        needs,
        houses.shares,
        seconds=max(0.05, min(each, HOUSE_SECONDS)),
        deterministic=stop.deterministic,
    )
    if left:  # a building that was shared out too tightly: any bed that suits is better than none
        beds, left = filled(problem, beds)
    values = terms_of(problem, beds)
    terms = tuple(
        Term(key=k, value=v, weight=problem.weight(k), bound=alone(problem, bounds, k))
        for k, v in values.items()
    )
    return RoomPlan(
        beds=tuple(beds),
        splits=splits_of(problem, needs, houses, beds),
        left=tuple(left),
        objective=sum(term.cost for term in terms),
        bound=least,
        terms=terms,
        seed=seed,
        solver=SOLVER,
        seconds=clock() - began,
        first_feasible_seconds=first,
    )


def _is_over(stop: Stop, seconds: float, rounds: int) -> bool:
    if stop.rounds and rounds >= stop.rounds:
        return True
    return not stop.deterministic and seconds >= stop.seconds * (1 - APARTMENT_SHARE)


def _beds(
    problem: Problem,
    needs: list[Need],
    shares: Shares,
    *,
    seconds: float,
    deterministic: bool = False,
    is_greedy: bool = False,
) -> tuple[Beds, list[tuple[str, str]]]:
    """Return beds for shares of buildings, and who is left."""
    doors = Doors(problem)
    parties: dict[int, list[Party]] = defaultdict(list)
    accessible = _accessible(problem, needs, shares)
    for place, building in sorted(shares):
        rooms = shares[place, building]
        needed = accessible.get((place, building), 0)
        parties[building].append(_party(needs[place], building, rooms, needed))
    held: dict[int, list[int]] = defaultdict(list)
    for building, some in sorted(parties.items()):
        found = None
        if not is_greedy:
            found = doors.best(building, some, seconds=seconds, deterministic=deterministic)
        if found is None:
            found = doors.first_fit(building, some)
        for delegation, apartments in found.items():
            held[delegation] += apartments
    beds: Beds = []
    left: list[tuple[str, str]] = []
    for need in needs:
        spots = spots_of(problem, held[need.delegation])
        some_beds, some_left = beds_of(problem, need, spots, in_order=is_greedy)
        beds += some_beds
        left += some_left
    return beds, left


def _accessible(problem: Problem, needs: list[Need], shares: Shares) -> Shares:
    """Return the accessible rooms of delegations in each of their buildings, fullest first."""
    left = list(Stock(problem, needs).accessible)
    found: Shares = {}
    for place in sorted(range(len(needs)), key=lambda n: (-needs[n].accessible, n)):
        wanted = needs[place].accessible
        houses = sorted((b for n, b in shares if n == place), key=lambda b: -shares[place, b])
        for house in houses:
            count = min(wanted, left[house], shares[place, house])
            if count:
                found[place, house] = count
                left[house] -= count
                wanted -= count
    return found


def _party(need: Need, building: int, rooms: int, accessible: int) -> Party:
    """Return what a delegation needs in one of its buildings."""
    share = rooms / max(1, need.rooms)
    chains = [chain for pair in need.pairs for chain in pair]
    return Party(
        delegation=need.delegation,
        building=building,
        rooms=rooms,
        accessible=accessible,
        tall=round(sum(chain.tall for chain in chains) * share),
        races=round(sum(chain.races for chain in chains) * share),
    )
