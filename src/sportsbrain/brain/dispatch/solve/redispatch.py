"""Plan what is left of a day again: first in time, then as little late as tours are found for."""

from collections.abc import Callable, Generator
from dataclasses import replace

from sportsbrain.brain.dispatch.plan import DispatchPlan
from sportsbrain.brain.dispatch.problem import Problem
from sportsbrain.brain.dispatch.rest import Underway, rest_of
from sportsbrain.brain.dispatch.solve.search import laid_down, solve
from sportsbrain.vocabulary.planning import Progress
from sportsbrain.vocabulary.planning import Stop as StopRule

STEPS = (300.0, 600.0, 1200.0, 2400.0, 4800.0)  # longer than the windows say
SHARE = 0.4  # of the seconds that are left, for one search
LEAST = 0.1


def redispatch(
    problem: Problem,
    *,
    underway: Underway,
    plan: DispatchPlan,
    seed: int,
    stop: StopRule,
    clock: Callable[[], float],
) -> Generator[Progress, bool, tuple[Underway, DispatchPlan]]:
    """
    Yield progress and return the day with who waits longer, and the tours of the rest.

    ``problem`` is that of the whole day, ``plan`` the tours there were. Tours that can go on as
    they are do; who has lost a place, or is new, is put in between; only when that leaves somebody
    behind is the day searched. Who had a place and finds none in time waits as little longer as
    tours are found for; who had none may be refused.
    """
    began = clock()
    promised = {stop.request for tour in plan.tours for stop in tour.stops}
    promised -= set(underway.done)
    earlier = dict(underway.wait)
    waits = dict(earlier)
    found, left = plan, list[str]()
    for longer in (0.0, *STEPS):
        if longer:
            waits |= {code: earlier.get(code, 0.0) + longer for code in left}
            underway = replace(underway, wait=tuple(sorted(waits.items())))
        rest = rest_of(problem, underway)
        found = laid_down(rest, found, seed=seed, clock=clock)
        if found.refused or not plan.tours:
            share = SHARE * max(LEAST, stop.seconds - (clock() - began))
            found = yield from solve(
                rest, seed=seed, stop=replace(stop, seconds=share), clock=clock, start=found
            )
        left = [code for code in found.refused if code in promised]
        if not left:
            break
    return underway, found
