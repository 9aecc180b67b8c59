"""What no tours can beat: every stop has one stop before it, the cheapest that rules allow."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from sportsbrain.brain.dispatch.problem import Problem
from sportsbrain.brain.dispatch.solve.windows import Windows, windows_of

FORBIDDEN = 1e12
REQUESTS_MAX = 2000  # of more the table would not fit: no bound is told then
Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Flags = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def bound_of(problem: Problem) -> float:
    """
    Return a proven lower bound of the cost of a problem.

    Each pickup, dropoff and end of a vehicle is given one place before it and one after it, at
    least cost (assignment). Ways are left out that no tour can hold: those out of time, and those
    between two requests that no order of their four stops allows. A request may follow itself: it
    is refused then.
    """
    n, m = len(problem.requests), len(problem.vehicles)
    if not n or n > REQUESTS_MAX:
        return 0.0
    if not m:
        return float(sum(r.refusal_cost for r in problem.requests))
    windows = windows_of(problem)
    costs = np.asarray(problem.costs, dtype=float)
    places = np.asarray(
        [r.from_place for r in problem.requests] + [r.to_place for r in problem.requests]
    )
    starts = np.asarray([v.starts_in for v in problem.vehicles])
    ends = np.asarray([v.ends_in for v in problem.vehicles])
    table = np.full((2 * n + m, 2 * n + m), FORBIDDEN)  # from a stop or start, to a stop or end
    table[: 2 * n, : 2 * n] = np.where(
        _ways(problem, windows), costs[np.ix_(places, places)], FORBIDDEN
    )
    table[2 * n :, :n] = costs[np.ix_(starts, places[:n])]  # a vehicle goes to a pickup first
    table[n : 2 * n, 2 * n :] = costs[np.ix_(places[n:], ends)]  # and home from a dropoff
    table[2 * n + np.arange(m), 2 * n + np.arange(m)] = 0.0  # or stays where it is
    own = np.arange(2 * n)
    table[own, own] = np.tile([r.refusal_cost / 2 for r in problem.requests], 2)
    rows, columns = linear_sum_assignment(table)
    return float(table[rows, columns].sum())


def _ways(problem: Problem, windows: Windows) -> Flags:
    """Return which stops may follow which, in any tour."""
    n = len(problem.requests)
    arrive = (windows.first + windows.service)[:, None] + windows.times
    may: Flags = arrive <= windows.last[None, :] + 1e-6
    np.fill_diagonal(may, val=False)
    may[n + np.arange(n), np.arange(n)] = False  # nobody is fetched again
    people = np.asarray([r.people for r in problem.requests])
    seats = max(v.seats for v in problem.vehicles)
    fits = people[:, None] + people[None, :] <= seats
    i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    first_in_first_out = windows.fits(i, j, i + n, j + n) & fits  # i+ j+ i- j-
    last_in_first_out = windows.fits(i, j, j + n, i + n) & fits  # i+ j+ j- i-
    one_after_other = windows.fits(i, i + n, j, j + n)  # i+ i- j+ j-
    may[:n, :n] &= first_in_first_out | last_in_first_out
    may[n:, n:] &= first_in_first_out | last_in_first_out.T  # j+ i+ i- j-, then i- j-
    crossed = first_in_first_out.T | np.eye(n, dtype=bool)  # j+ i+ j- i-: i+ j-
    may[:n, n:] &= crossed
    may[n:, :n] &= one_after_other
    return may
