"""Which vehicle drives which trips: the least fleet, then the least dead runs."""

from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

import numpy as np

from sportsbrain.brain.fleet.plan import Block
from sportsbrain.brain.fleet.problem import BlockProblem, Trip
from sportsbrain.brain.fleet.solve.flow import (
    Flow,
    NoFlowError,
    Relaxed,
    approximate,
    own_prices,
    relax,
    single,
    whole,
)
from sportsbrain.brain.fleet.solve.network import Floats, Ints, Network, time_space
from sportsbrain.vocabulary.planning import Progress

ARCS_EXACT = 150_000  # up to here the interior-point method answers in seconds
TRIPS_MILP = 1000  # up to here branch and bound proves most networks
APPROXIMATE_SHARE = 0.35
TOLERANCE = 1e-4
SHARE_FIRM = 0.9
FIRST_FIRM = 0.7  # after the approximation: fewer open trips are relaxed exactly sooner
NEAR = 0.006  # arcs with a reduced cost above this share of a vehicle's are not looked at again
NEAR_MILP = 0.01
ROUNDS_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The blocks of one day and the proven least cost for its trips."""

    blocks: tuple[Block, ...]
    objective: float
    bound: float


def solve_blocks(
    problem: BlockProblem, *, seconds: float, clock: Callable[[], float], threads: int = 2
) -> Generator[Progress, bool, Blocks]:
    """
    Yield progress and return the blocks; exact for one depot, near the bound for several.

    Raises
    ------
    NoFlowError
        When the depots have too few vehicles.

    """
    if not problem.trips:
        return Blocks(blocks=(), objective=0.0, bound=0.0)
    parts = _apart(problem)
    if len(parts) > 1:
        share = seconds / len(parts)
        solved: list[Blocks] = []
        for part in parts:
            one = yield from solve_blocks(part, seconds=share, clock=clock, threads=threads)
            solved += [one]
        return Blocks(
            blocks=tuple(block for one in solved for block in one.blocks),
            objective=sum(one.objective for one in solved),
            bound=sum(one.bound for one in solved),
        )
    network = time_space(problem)
    if network.layers == 1:
        flow = single(network)
    else:
        flow = yield from several(network, seconds=seconds, clock=clock, threads=threads)
    return Blocks(
        blocks=blocks_of(problem, network, flow), objective=flow.objective, bound=flow.bound
    )


def _apart(problem: BlockProblem) -> list[BlockProblem]:
    """Return the parts of a problem that share no depot: each is solved for itself."""
    joined = list(range(len(problem.depots)))

    def root(depot: int) -> int:
        while joined[depot] != depot:
            depot = joined[depot]
        return depot

    for trip in problem.trips:
        for depot in trip.depots[1:]:
            joined[root(depot)] = root(trip.depots[0])
    parts: dict[int, list[Trip]] = defaultdict(list)
    for trip in problem.trips:
        parts[root(trip.depots[0])].append(trip)
    found = []
    for _, trips in sorted(parts.items()):
        mine = sorted({depot for trip in trips for depot in trip.depots})
        number = {depot: n for n, depot in enumerate(mine)}
        found.append(
            replace(
                problem,
                depots=tuple(problem.depots[depot] for depot in mine),
                trips=tuple(
                    replace(trip, depots=tuple(number[d] for d in trip.depots)) for trip in trips
                ),
            )
        )
    return found


def several(
    network: Network, *, seconds: float, clock: Callable[[], float], threads: int = 2
) -> Generator[Progress, bool, Flow]:
    """
    Yield progress and return a flow for several depots, with the bound of its relaxation.

    Small networks are solved whole on the arcs of small reduced cost. Large ones are dived into:
    trips that the relaxation gives to one depot stay with it, the rest is relaxed again, until
    each depot has its trips; then each is an exact flow.
    """
    began = clock()
    steps = _Dive(network, threads=threads)
    relaxed, bound = steps.first(seconds)
    cancelled = yield Progress(step="bound", seconds=clock() - began, bound=bound)
    if network.trips <= TRIPS_MILP and not cancelled:
        left = seconds - (clock() - began)
        found = _near(network, relaxed, seconds=left / 2)
        if found is not None:
            return Flow(
                vehicles=found.vehicles,
                objective=found.objective,
                bound=max(bound, found.bound),
            )
    for _ in range(ROUNDS_MAX):
        is_late = cancelled or clock() - began > seconds * 0.85
        steps.firm(relaxed, all_of_them=is_late)
        if steps.left == 0:
            break
        relaxed = steps.again()
        cancelled = yield Progress(
            step="dive", seconds=clock() - began, bound=bound, note=f"{steps.left} trips open"
        )
    flow = steps.whole_flow()
    return Flow(vehicles=flow.vehicles, objective=flow.objective, bound=bound)


def _near(network: Network, relaxed: Relaxed, *, seconds: float) -> Flow | None:
    """Return the best whole flow on arcs of small reduced cost, and what that proves."""
    width = NEAR_MILP * _price_of_vehicle(network, relaxed)
    keep = np.flatnonzero(relaxed.reduced <= width)
    smaller = network.only(keep)
    found = whole(smaller, seconds=seconds, gap=1e-7)
    if found is None:
        return None
    vehicles = np.zeros(len(network.tail), dtype=np.int64)
    vehicles[keep] = found.vehicles
    # what was left out costs at least `width` more than the relaxation
    bound = min(found.bound, relaxed.value + width)
    return Flow(vehicles=vehicles, objective=found.objective, bound=bound)


def _price_of_vehicle(network: Network, relaxed: Relaxed) -> float:
    """Return what a vehicle costs with its dead runs, on average."""
    vehicles = float(relaxed.flow[network.tail < 2 * network.layers].sum())
    return float(network.cost @ relaxed.flow) / max(1.0, vehicles)


class _Dive:
    """Trips given to depots step by step."""

    def __init__(self, network: Network, *, threads: int) -> None:
        self.network, self.threads = network, threads
        self.arcs: Ints = np.arange(len(network.tail))
        self.own: Floats | None = None
        self.depot_of: Ints = np.full(network.trips, -1, dtype=np.int64)

    @property
    def left(self) -> int:
        """Return the number of trips without a depot."""
        return int((self.depot_of < 0).sum())

    def first(self, seconds: float) -> tuple[Relaxed, float]:
        """Return the relaxation and the proven bound; of a large network forget far arcs."""
        if len(self.network.tail) <= ARCS_EXACT or self.network.trips <= TRIPS_MILP:
            exact = relax(self.network, seconds=seconds)
            if exact is not None:
                return exact, exact.value
        found = approximate(
            self.network,
            seconds=seconds * APPROXIMATE_SHARE,
            threads=self.threads,
            tolerance=TOLERANCE,
        )
        near = NEAR * _price_of_vehicle(self.network, found)
        self.arcs = np.flatnonzero(found.reduced <= near)
        self.own = own_prices(self.network)
        shares = self._shares(found.flow, self.network)
        self._take(shares, shares.max(axis=1) > FIRST_FIRM)
        return self.again(), found.value

    def again(self) -> Relaxed:
        """Return the relaxation on the arcs that are left."""
        found = relax(self._smaller(), own=self.own)
        if found is None:
            message = "the relaxation was not solved"
            raise NoFlowError(message)
        return found

    def firm(self, relaxed: Relaxed, *, all_of_them: bool) -> None:
        """Give the trips that are nearly whole, and at least half of the rest, to their depot."""
        here = self.network if len(relaxed.flow) == len(self.network.tail) else self._smaller()
        shares = self._shares(relaxed.flow, here)
        best = shares.max(axis=1)
        open_shares = np.sort(best[self.depot_of < 0])
        if not open_shares.size:
            return
        limit = min(SHARE_FIRM, float(open_shares[len(open_shares) // 2]))
        if all_of_them:
            limit = 0.0
        self._take(shares, (best >= limit) & (self.depot_of < 0))

    def whole_flow(self) -> Flow:
        """Return the exact flow of each depot with its trips."""
        self.arcs = np.arange(len(self.network.tail))
        arcs = self._kept()
        vehicles = np.zeros(len(self.network.tail), dtype=np.int64)
        objective = 0.0
        for layer in range(self.network.layers):
            mine = arcs[self.network.layer[arcs] == layer]
            part = _alone(self.network.only(mine), layer)
            if not part.trips:
                continue
            flow = single(part)
            vehicles[mine] = flow.vehicles
            objective += flow.objective
        return Flow(vehicles=vehicles, objective=objective, bound=0.0)

    def _kept(self) -> Ints:
        trip, layer = self.network.trip[self.arcs], self.network.layer[self.arcs]
        depot = np.where(trip >= 0, self.depot_of[trip], -1)
        kept: Ints = self.arcs[(trip < 0) | (depot < 0) | (depot == layer)]
        return kept

    def _smaller(self) -> Network:
        self.arcs = self._kept()
        return self.network.only(self.arcs)

    @staticmethod
    def _shares(flow: Floats, network: Network) -> Floats:
        shares = np.zeros((network.trips, network.layers))
        covering = np.flatnonzero(network.trip >= 0)
        np.add.at(shares, (network.trip[covering], network.layer[covering]), flow[covering])
        return shares

    def _take(self, shares: Floats, chosen: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> None:
        self.depot_of[chosen] = shares.argmax(axis=1)[chosen]


def _alone(network: Network, layer: int) -> Network:
    """Return one layer as a network of its own: source 0, sink 1."""
    names = np.unique(np.concatenate([network.tail, network.head, [2 * layer, 2 * layer + 1]]))
    number = {2 * layer: 0, 2 * layer + 1: 1}
    new = np.empty(len(names), dtype=np.int64)
    for n, name in enumerate(names):
        new[n] = number.setdefault(int(name), len(number))
    trips = network.trip[network.trip >= 0]
    return Network(
        tail=new[np.searchsorted(names, network.tail)],
        head=new[np.searchsorted(names, network.head)],
        layer=np.zeros(len(network.tail), dtype=np.int64),
        cost=network.cost,
        trip=network.trip,
        nodes=len(number),
        trips=len(trips),
        vehicles_max=network.vehicles_max[layer : layer + 1],
    )


def blocks_of(problem: BlockProblem, network: Network, flow: Flow) -> tuple[Block, ...]:
    """Return the blocks of a flow, in the order in which they leave."""
    found = []
    counts: dict[int, int] = defaultdict(int)
    ways = paths(network, flow.vehicles)
    ways.sort(key=lambda way: (problem.trips[way[1][0]].departs_at, way))
    for layer, trips in ways:
        counts[layer] += 1
        depot = problem.depots[layer].code
        found.append(
            Block(
                code=f"{depot}-{counts[layer]:03}",
                depot=depot,
                trips=tuple(problem.trips[n].code for n in trips),
            )
        )
    return tuple(found)


def paths(network: Network, vehicles: Ints) -> list[tuple[int, list[int]]]:
    """
    Return (layer, trips in order) of each vehicle of a flow.

    Vehicles that meet at a node go on in the order in which the arcs stand.
    """
    leaving: dict[int, list[int]] = defaultdict(list)
    for arc in np.flatnonzero(vehicles > 0)[::-1]:
        leaving[int(network.tail[arc])] += [int(arc)] * int(vehicles[arc])
    found = []
    for layer in range(network.layers):
        source, sink = 2 * layer, 2 * layer + 1
        while leaving[source]:
            node, trips = source, []
            while node != sink:
                arc = leaving[node].pop()
                if network.trip[arc] >= 0:
                    trips.append(int(network.trip[arc]))
                node = int(network.head[arc])
            if trips:
                found.append((layer, trips))
    return found
