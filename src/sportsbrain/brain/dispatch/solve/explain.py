"""Why a request is refused: the rule that forbids it, or the fewest others it can't be with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sportsbrain.brain.dispatch.plan import DispatchPlan
from sportsbrain.brain.dispatch.problem import Problem, Request
from sportsbrain.brain.dispatch.solve.kernels import improve
from sportsbrain.brain.dispatch.solve.search import Routes, arrays_of

CHUNKS = 6  # of neighbourhoods, to find tours for a set before it is called a conflict
NEIGHBOURHOODS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """
    A refused request and why.

    Parameters
    ----------
    others
        The requests it can not be carried with; whichever is left out, the rest finds tours.
        Empty when it can't be carried even alone, or when there are tours that carry everybody.

    """

    request: str
    others: tuple[str, ...]
    text: str


def refusals_of(
    problem: Problem, plan: DispatchPlan, *, most: int = 10, conflicts: int = 10
) -> tuple[Refusal, ...]:
    """
    Return why requests are refused, the first ``most`` of them.

    Conflicting sets are looked for ``conflicts`` times at most, because each takes many searches.
    The conflicting set is found by leaving out one request after the other (deletion filter). That
    one can't be carried alone is proved; that several can't is what the search says: it found no
    tours for them, and tours whichever of them was left out.
    """
    by_code = {request.code: request for request in problem.requests}
    found = []
    for code in plan.refused[:most]:
        request = by_code[code]
        if not _can_all(problem, (request,)):
            found.append(Refusal(request=code, others=(), text=_alone(problem, request)))
        elif conflicts > 0:
            conflicts -= 1
            found.append(_refusal(problem, request))
        else:
            text = "no vehicle was found that is free for it in time"
            found.append(Refusal(request=code, others=(), text=text))
    return tuple(found)


def _refusal(problem: Problem, request: Request) -> Refusal:
    others = [
        other
        for other in problem.requests
        if other.code != request.code
        and other.pickup_window[0] <= request.dropoff_window[1]
        and request.pickup_window[0] <= other.dropoff_window[1]
    ]
    if _can_all(problem, (*others, request)):
        text = (
            f"could be carried: refusing it costs {request.refusal_cost:g}, which is less than the"
            " way, or the search had too little time to find one"
        )
        return Refusal(request=request.code, others=(), text=text)
    step = max(1, len(others) // 2)
    while True:  # leave out many at once first, then one at a time
        place = 0
        while place < len(others):
            fewer = others[:place] + others[place + step :]
            if _can_all(problem, (*fewer, request)):
                place += step
            else:
                others = fewer
        if step == 1:
            break
        step = max(1, step // 2)
    names = tuple(other.code for other in others)
    text = (
        f"{len(problem.vehicles)} vehicles can not carry it with {', '.join(names)}:"
        " one of these has to wait, or a vehicle is missing"
    )
    return Refusal(request=request.code, others=names, text=text)


def _can_all(problem: Problem, requests: Iterable[Request]) -> bool:
    """Tell whether tours are found that carry all of some requests."""
    some = replace(problem, requests=tuple(replace(r, refusal_cost=1e9) for r in requests))
    routes = Routes(arrays_of(some))
    routes.begin_with_rows([])
    for chunk in range(CHUNKS):
        if (routes.vehicle_of[1] >= 0).all():
            return True
        routes.state[2] = 1.0
        improve(
            routes.data, routes.routes, routes.lengths, routes.vehicle_of, routes.state,
            NEIGHBOURHOODS, chunk, 1.0,
        )  # fmt: skip
    return bool((routes.vehicle_of[1] >= 0).all())


def _alone(problem: Problem, request: Request) -> str:
    """Return the first rule that keeps every vehicle from carrying somebody alone."""
    direct = problem.times[request.from_place][request.to_place]
    seats = max((vehicle.seats for vehicle in problem.vehicles), default=0)
    if request.people > seats:
        return f"{request.people} people, the largest vehicle has {seats} seats"
    if request.ride_max and direct > request.ride_max:
        return f"the way takes {direct:g}, the longest ride is {request.ride_max:g}"
    earliest = request.pickup_window[0] + request.boarding + direct
    if earliest > request.dropoff_window[1]:
        late = earliest - request.dropoff_window[1]
        return f"fetched at the earliest, it arrives {late:g} after its window"
    vehicles = problem.vehicles
    always = tuple(replace(vehicle, from_at=-1e9, until=1e9) for vehicle in vehicles)
    for_ever = tuple(replace(vehicle, duration_max=0.0) for vehicle in vehicles)
    for rule, freed in (
        ("no vehicle is on the road long enough", always),
        ("no vehicle may be away so long", for_ever),
    ):
        if _can_all(replace(problem, vehicles=freed), (request,)):
            return rule
    return "no vehicle may be away so long, nor is one on the road long enough"
