"""Why a fleet is too small: the fewest trips that together need more vehicles than there are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sportsbrain.brain.fleet.problem import BlockProblem, Trip
from sportsbrain.brain.fleet.solve.flow import NoFlowError, single
from sportsbrain.brain.fleet.solve.network import time_space

TESTS_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Trips of which any one fewer could be driven."""

    depots: tuple[str, ...]
    vehicles: int
    trips: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return it in words."""
        where = ", ".join(self.depots)
        return (
            f"{len(self.trips)} trips need a vehicle of their own, {where} have {self.vehicles}:"
            " shift one of them, or find one more vehicle"
        )


def too_few(problem: BlockProblem) -> Conflict | None:
    """
    Return a smallest conflicting set of trips, None when the vehicles suffice.

    The depots that share trips are taken as one: what they can't drive together they can't drive
    apart. Trips that are on the road at one moment are tried first, then trips are taken out in
    ever smaller parts as long as the rest still needs too many (delta debugging).
    """
    for depots in _groups(problem):
        trips = [t for t in problem.trips if set(t.depots) <= depots]
        codes = tuple(problem.depots[d].code for d in sorted(depots))
        vehicles = sum(problem.depots[d].vehicles_max for d in depots)
        at_once = _at_once(problem, trips)
        if len(at_once) > vehicles:
            chosen = at_once[: vehicles + 1]
        elif _fits(problem, trips, vehicles):
            continue
        else:
            chosen = _shrunk(trips, partial(_is_too_much, problem, vehicles))
        names = tuple(trip.code for trip in chosen)
        return Conflict(depots=codes, vehicles=vehicles, trips=names)
    return None


def _groups(problem: BlockProblem) -> list[frozenset[int]]:
    """Return each set of depots that trips name, and all depots, smallest first."""
    named = {frozenset(trip.depots) for trip in problem.trips}
    named.add(frozenset(range(len(problem.depots))))
    return sorted(named, key=lambda g: (len(g), sorted(g)))


def _at_once(problem: BlockProblem, trips: list[Trip]) -> list[Trip]:
    """Return the trips on the road at the fullest moment."""
    best: list[Trip] = []
    out: list[Trip] = []
    for trip in sorted(trips, key=lambda t: (t.departs_at, t.code)):
        out = [t for t in out if t.arrives_at + problem.layover_seconds > trip.departs_at]
        out.append(trip)
        if len(out) > len(best):
            best = list(out)
    return best


def _is_too_much(problem: BlockProblem, vehicles: int, trips: list[Trip]) -> bool:
    return not _fits(problem, trips, vehicles)


def _fits(problem: BlockProblem, trips: list[Trip], vehicles: int) -> bool:
    """Tell whether so many vehicles drive the trips, whatever depot they are from."""
    one = replace(
        problem,
        depots=(replace(problem.depots[0], vehicles_max=vehicles),),
        trips=tuple(replace(trip, depots=(0,)) for trip in trips),
    )
    try:
        single(time_space(one))
    except NoFlowError:
        return False
    return True


def _shrunk(trips: list[Trip], is_too_much: Callable[[list[Trip]], bool]) -> list[Trip]:
    """Return trips of which none can be left out, or as near as the tests allow."""
    chosen = sorted(trips, key=lambda t: (t.departs_at, t.code))
    size, tests = len(chosen) // 2, 0
    while size and tests < TESTS_MAX:
        start = 0
        while start < len(chosen) and tests < TESTS_MAX:
            rest = chosen[:start] + chosen[start + size :]
            tests += 1
            if rest and is_too_much(rest):
                chosen = rest
            else:
                start += size
        size //= 2
    return chosen
