"""
Networks in which vehicles flow: a layer of nodes and arcs for each depot, as plain arrays.

A vehicle leaves the source of its layer, and comes home to its sink; each trip is covered once over
all layers. Two makers: the time-space network (places and moments; few arcs, for many trips) and
the connection network (trip after trip; for published instances with a price for each pair).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.fleet.problem import BlockProblem

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """
    Arcs of all layers.

    Parameters
    ----------
    tail, head
        Node of each arc, shape (arcs,). Node ``2·layer`` is the source of a layer, ``2·layer + 1``
        its sink.
    layer
        Layer of each arc, shape (arcs,).
    cost
        Price of one vehicle on the arc, shape (arcs,).
    trip
        Trip that the arc covers, −1 for none, shape (arcs,).
    vehicles_max
        Vehicles of each layer, shape (layers,).

    """

    tail: Ints
    head: Ints
    layer: Ints
    cost: Floats
    trip: Ints
    nodes: int
    trips: int
    vehicles_max: Ints

    @property
    def layers(self) -> int:
        """Return the number of layers."""
        return len(self.vehicles_max)

    def only(self, keep: Any) -> "Network":
        """Return the network with some arcs, by mask or index."""
        return Network(
            tail=self.tail[keep],
            head=self.head[keep],
            layer=self.layer[keep],
            cost=self.cost[keep],
            trip=self.trip[keep],
            nodes=self.nodes,
            trips=self.trips,
            vehicles_max=self.vehicles_max,
        )


class Arcs:
    """Arcs while they are gathered."""

    def __init__(self) -> None:
        self.parts: list[tuple[Ints, Ints, Ints, Floats, Ints]] = []

    def add(self, *, tail: Any, head: Any, layer: int, cost: Any, trip: Any = -1) -> None:
        """Add arcs; what is a single number is repeated."""
        tails, heads, costs, trips = np.broadcast_arrays(
            np.asarray(tail, dtype=np.int64),
            np.asarray(head, dtype=np.int64),
            np.asarray(cost, dtype=np.float64),
            np.asarray(trip, dtype=np.int64),
        )
        if tails.size:
            layers = np.full(tails.size, layer, dtype=np.int64)
            self.parts.append((tails.ravel(), heads.ravel(), layers, costs.ravel(), trips.ravel()))

    def network(self, *, nodes: int, trips: int, vehicles_max: Any) -> Network:
        """Return them as a network."""
        columns = [np.concatenate([part[i] for part in self.parts]) for i in range(5)]
        return Network(
            tail=columns[0],
            head=columns[1],
            layer=columns[2],
            cost=columns[3],
            trip=columns[4],
            nodes=nodes,
            trips=trips,
            vehicles_max=np.asarray(vehicles_max, dtype=np.int64),
        )


def time_space(problem: BlockProblem) -> Network:
    """
    Return the time-space network of a problem, one layer a depot.

    At each place arrivals and departures stand on a line of time; a node gathers the arrivals up to
    the departures they can serve. A dead run leaves at the last moment that still reaches the
    departure it is for (Kliewer, Mellouli, Suhl 2006), so arcs grow with nodes × places.
    """
    arcs = Arcs()
    nodes = 2 * len(problem.depots)
    for layer in range(len(problem.depots)):
        nodes = _Layer(problem, layer, arcs).fill(nodes)
    return arcs.network(
        nodes=nodes,
        trips=len(problem.trips),
        vehicles_max=[depot.vehicles_max for depot in problem.depots],
    )


class _Layer:
    """The nodes and arcs of one depot: a node for each moment in which something happens."""

    def __init__(self, problem: BlockProblem, layer: int, arcs: Arcs) -> None:
        self.problem, self.layer, self.arcs = problem, layer, arcs
        self.mine = np.asarray([n for n, t in enumerate(problem.trips) if layer in t.depots])
        self.first_node: dict[int, int] = {}
        self.departures: dict[int, Ints] = {}
        self.arrivals: dict[int, Ints] = {}
        self.times: dict[int, Ints] = {}

    def fill(self, nodes: int) -> int:
        """Add everything and return the next free node."""
        leave: dict[int, list[int]] = {}
        arrive: dict[int, list[int]] = {}
        trips = [self.problem.trips[n] for n in self.mine]
        for trip in trips:
            leave.setdefault(trip.starts_in, []).append(trip.departs_at)
            ready = trip.arrives_at + self.problem.layover_seconds
            arrive.setdefault(trip.ends_in, []).append(ready)
        for place in sorted({*leave, *arrive}):
            self.departures[place] = np.unique(np.asarray(leave.get(place, []), dtype=np.int64))
            self.arrivals[place] = np.unique(np.asarray(arrive.get(place, []), dtype=np.int64))
            times = np.union1d(self.departures[place], self.arrivals[place])
            self.times[place], self.first_node[place] = times, nodes
            chain = np.arange(nodes, nodes + len(times) - 1)
            self.arcs.add(tail=chain, head=chain + 1, layer=self.layer, cost=0.0)
            nodes += len(times)
        if trips:
            self._trips()
        self._home()
        for one in sorted(self.times):
            for other in sorted(self.times):
                if one != other:
                    self._dead_runs(one, other)
        return nodes

    def _node(self, place: int, moments: Ints) -> Ints:
        return self.first_node[place] + np.searchsorted(self.times[place], moments)

    def _node_at(self, place: int, moment: int) -> int:
        return int(self._node(place, np.asarray(moment)))

    def _trips(self) -> None:
        trips = [self.problem.trips[n] for n in self.mine]
        layover = self.problem.layover_seconds
        self.arcs.add(
            tail=[self._node_at(t.starts_in, t.departs_at) for t in trips],
            head=[self._node_at(t.ends_in, t.arrives_at + layover) for t in trips],
            layer=self.layer,
            cost=0.0,
            trip=self.mine,
        )

    def _home(self) -> None:
        """Let vehicles go out to any departure and come home after any arrival."""
        depot = self.problem.depots[self.layer]
        source, sink = 2 * self.layer, 2 * self.layer + 1
        rate = self.problem.dead_cost
        for place in self.times:
            out = depot.vehicle_cost + rate * self.problem.dead_run(depot.place, place)
            leaving = self._node(place, self.departures[place])
            self.arcs.add(tail=source, head=leaving, layer=self.layer, cost=out)
            coming = self._node(place, self.arrivals[place])
            back = rate * self.problem.dead_run(place, depot.place)
            self.arcs.add(tail=coming, head=sink, layer=self.layer, cost=back)

    def _dead_runs(self, one: int, other: int) -> None:
        """Join two places: from the last arrival that reaches a departure to that departure."""
        seconds = self.problem.dead_run(one, other)
        targets, sources = self.departures[other], self.arrivals[one]
        found = np.searchsorted(targets, sources + seconds, side="left")
        fits = found < len(targets)
        sources, found = sources[fits], found[fits]
        if not len(sources):
            return
        is_last = np.append(found[1:] != found[:-1], [True])
        self.arcs.add(
            tail=self._node(one, sources[is_last]),
            head=self._node(other, targets[found[is_last]]),
            layer=self.layer,
            cost=self.problem.dead_cost * seconds,
        )


def connections(*, costs: Floats, vehicles_max: list[int]) -> Network:
    """
    Return the network of a published multi-depot instance.

    Parameters
    ----------
    costs
        Shape (depots + trips, depots + trips): what it costs to go from one to the other, negative
        where it can't be. Rows and columns begin with the depots.
    vehicles_max
        Vehicles of each depot.

    Notes
    -----
    A connection dearer than going home and out again is left out.

    """
    depots = len(vehicles_max)
    trips = len(costs) - depots
    arcs = Arcs()
    for layer in range(depots):
        first = 2 * depots + layer * trips
        nodes = np.arange(first, first + trips)
        out, home = costs[layer, depots:], costs[depots:, layer]
        arcs.add(tail=2 * layer, head=nodes, layer=layer, cost=out, trip=np.arange(trips))
        arcs.add(tail=nodes, head=2 * layer + 1, layer=layer, cost=home)
        pairs = costs[depots:, depots:]
        one, other = np.nonzero((pairs >= 0) & (pairs < home[:, None] + out[None, :]))
        arcs.add(
            tail=first + one, head=first + other, layer=layer, cost=pairs[one, other], trip=other
        )
    return arcs.network(nodes=2 * depots + depots * trips, trips=trips, vehicles_max=vehicles_max)
