"""Least-cost flow of vehicles: exact for one depot, LP and repaired MILP for several."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.fleet.solve.network import Floats, Ints, Network

SCALE = 1000  # prices of an integer flow are whole thousandths


class NoFlowError(ValueError):
    """The vehicles there are can't drive all trips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Vehicles on each arc of a network, what they cost, and the proven least."""

    vehicles: Ints
    objective: float
    bound: float


def single(network: Network) -> Flow:
    """
    Return the cheapest flow of a network with one layer: exact, by minimum-cost flow.

    Raises
    ------
    NoFlowError
        When the depot has too few vehicles.

    References
    ----------
    OR-Tools `SimpleMinCostFlow` (Goldberg's cost scaling).

    """
    from ortools.graph.python import min_cost_flow

    arcs = len(network.tail)
    is_trip = network.trip >= 0
    lower = is_trip.astype(np.int64)
    upper = np.where(is_trip, 1, network.vehicles_max[0])
    # a trip has to be driven: what must flow is sent beforehand
    supply = np.zeros(network.nodes, dtype=np.int64)
    np.subtract.at(supply, network.tail, lower)
    np.add.at(supply, network.head, lower)
    solver = min_cost_flow.SimpleMinCostFlow()
    cost = np.rint(network.cost * SCALE).astype(np.int64)
    free = ~is_trip
    solver.add_arcs_with_capacity_and_unit_cost(
        np.append(network.tail[free], 1),
        np.append(network.head[free], 0),
        np.append(upper[free], network.vehicles_max[0]),
        np.append(cost[free], 0),
    )
    solver.set_nodes_supplies(np.arange(network.nodes), supply)
    if solver.solve() != solver.OPTIMAL:
        message = f"{network.vehicles_max[0]} vehicles can't drive all {network.trips} trips"
        raise NoFlowError(message)
    count = int(free.sum())
    vehicles = np.ones(arcs, dtype=np.int64)
    vehicles[free] = solver.flows(np.arange(count))
    objective = float((vehicles * network.cost).sum())
    return Flow(vehicles=vehicles, objective=objective, bound=objective)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """The LP of a network: its value, the flow and the reduced cost of each arc."""

    value: float
    flow: Floats
    reduced: Floats


def _rows(network: Network) -> tuple[Any, Any, Any]:
    """Return the constraint matrix (conservation, cover, fleet) and its lower and upper sides."""
    from scipy.sparse import coo_matrix

    arcs = np.arange(len(network.tail))
    covering = network.trip >= 0
    leaving = network.tail < 2 * network.layers
    inner_tail, inner_head = ~leaving, network.head >= 2 * network.layers
    rows = np.concatenate(
        [
            network.tail[inner_tail],
            network.head[inner_head],
            network.nodes + network.trip[covering],
            network.nodes + network.trips + network.layer[leaving],
        ]
    )
    columns = np.concatenate([arcs[inner_tail], arcs[inner_head], arcs[covering], arcs[leaving]])
    values = np.concatenate(
        [
            -np.ones(int(inner_tail.sum())),
            np.ones(int(inner_head.sum())),
            np.ones(int(covering.sum())),
            np.ones(int(leaving.sum())),
        ]
    )
    height = network.nodes + network.trips + network.layers
    matrix = coo_matrix((values, (rows, columns)), shape=(height, len(arcs))).tocsr()
    lower = np.concatenate(
        [np.zeros(network.nodes), np.ones(network.trips), np.zeros(network.layers)]
    )
    upper = np.concatenate(
        [np.zeros(network.nodes), np.ones(network.trips), network.vehicles_max.astype(float)]
    )
    return matrix, lower, upper


def relax(network: Network, *, seconds: float = 1e9, own: Floats | None = None) -> Relaxed | None:
    """
    Return the LP of a network by the interior-point method; None when the seconds do not suffice.

    ``own`` prices a vehicle for one trip only, shape (trips,): with it a network from which arcs
    were left out can always be solved.

    Raises
    ------
    NoFlowError
        When even split vehicles can't drive all trips.

    References
    ----------
    HiGHS through `scipy.optimize.linprog`.

    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix, hstack

    matrix, lower, upper = _rows(network)
    same = lower == upper
    cost = network.cost
    if own is not None:
        covers = np.arange(network.nodes, network.nodes + network.trips)
        alone = csr_matrix(
            (np.ones(network.trips), (covers, np.arange(network.trips))),
            shape=(matrix.shape[0], network.trips),
        )
        matrix, cost = hstack([matrix, alone]).tocsr(), np.concatenate([cost, own])
    found = linprog(
        cost,
        A_eq=matrix[same],
        b_eq=lower[same],
        A_ub=matrix[~same],
        b_ub=upper[~same],
        bounds=(0, None),
        method="highs-ipm",
        options={"time_limit": seconds},
    )
    if found.status == 2:
        message = "the vehicles of the depots together can't drive all trips"
        raise NoFlowError(message)
    if found.status != 0:
        return None
    arcs = len(network.tail)
    return Relaxed(
        value=float(found.fun), flow=found.x[:arcs], reduced=found.lower.marginals[:arcs]
    )


def own_prices(network: Network) -> Floats:
    """Return what a vehicle for one trip only costs at least, shape (trips,)."""
    ends = 2 * network.layers
    out, home = np.full(network.nodes, np.inf), np.full(network.nodes, np.inf)
    leaving, coming = network.tail < ends, network.head < ends
    np.minimum.at(out, network.head[leaving], network.cost[leaving])
    np.minimum.at(home, network.tail[coming], network.cost[coming])
    prices = np.full(network.trips, np.inf)
    covers = network.trip >= 0
    np.minimum.at(
        prices,
        network.trip[covers],
        out[network.tail[covers]] + network.cost[covers] + home[network.head[covers]],
    )
    return prices


def whole(network: Network, *, seconds: float, gap: float = 0.0) -> Flow | None:
    """Return the best whole flow that HiGHS finds in some seconds, None when it finds none."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    matrix, lower, upper = _rows(network)
    most = np.where(network.trip >= 0, 1.0, network.vehicles_max[network.layer].astype(float))
    found = milp(
        network.cost,
        constraints=LinearConstraint(matrix, lower, upper),
        integrality=np.ones(len(network.cost)),
        bounds=Bounds(0, most),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    if found.x is None:
        return None
    vehicles = np.rint(found.x).astype(np.int64)
    return Flow(
        vehicles=vehicles,
        objective=float((vehicles * network.cost).sum()),
        bound=float(found.mip_dual_bound),
    )


def approximate(network: Network, *, seconds: float, threads: int, tolerance: float) -> Relaxed:
    """
    Return the LP of a large network nearly solved; ``value`` is a proven bound all the same.

    The prices that the first-order method finds for the trips are put into `bound_of`, which is
    exact for any prices.

    References
    ----------
    PDLP (Applegate and others 2021) in OR-Tools.

    """
    from ortools.pdlp import solvers_pb2
    from ortools.pdlp.python import pdlp

    matrix, lower, upper = _rows(network)
    program = pdlp.QuadraticProgram()
    program.objective_vector = network.cost
    program.constraint_matrix = matrix.tocsc()
    program.constraint_lower_bounds = np.where(lower == upper, lower, -np.inf)
    program.constraint_upper_bounds = upper
    program.variable_lower_bounds = np.zeros(len(network.cost))
    program.variable_upper_bounds = np.full(len(network.cost), np.inf)
    wishes = solvers_pb2.PrimalDualHybridGradientParams()
    wishes.num_threads = threads
    criteria = wishes.termination_criteria
    criteria.simple_optimality_criteria.eps_optimal_relative = tolerance
    criteria.simple_optimality_criteria.eps_optimal_absolute = tolerance
    criteria.time_sec_limit = seconds
    found = pdlp.primal_dual_hybrid_gradient(program, wishes)
    prices = np.asarray(found.dual_solution)
    return Relaxed(
        value=bound_of(network, prices[network.nodes : network.nodes + network.trips]),
        flow=np.asarray(found.primal_solution),
        reduced=network.cost - matrix.T @ prices,
    )


def bound_of(network: Network, prices: Floats) -> float:
    """
    Return the least cost when each trip may be driven or not for its price: a proven bound.

    A Lagrangian relaxation of "each trip once": the layers fall apart and each is an exact flow.
    """
    from ortools.graph.python import min_cost_flow

    covers = network.trip >= 0
    cost = network.cost - np.where(covers, prices[network.trip], 0.0)
    total = float(prices.sum())
    for layer in range(network.layers):
        mine = network.layer == layer
        most = network.vehicles_max[layer]
        solver = min_cost_flow.SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(
            np.append(network.tail[mine], 2 * layer),
            np.append(network.head[mine], 2 * layer + 1),
            np.append(np.where(covers[mine], 1, most), most),
            np.append(np.floor(cost[mine] * SCALE).astype(np.int64), 0),
        )
        supply = np.zeros(network.nodes, dtype=np.int64)
        supply[2 * layer], supply[2 * layer + 1] = most, -most
        solver.set_nodes_supplies(np.arange(network.nodes), supply)
        if solver.solve() != solver.OPTIMAL:
            message = f"the flow of layer {layer} was not solved"
            raise NoFlowError(message)
        total += solver.optimal_cost() / SCALE
    return total
