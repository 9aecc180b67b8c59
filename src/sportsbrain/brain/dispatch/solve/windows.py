"""When each stop can begin at all, and whether stops can follow each other."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from sportsbrain.brain.dispatch.problem import Problem

EPS = 1e-6
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """
    The stops of a problem: pickups of all requests, then their dropoffs.

    Parameters
    ----------
    first, last, service
        Earliest and latest begin, and how long a stop takes, shape (2 × requests,).
    times
        Ways between stops, shape (2 × requests, 2 × requests).

    """

    first: Numbers
    last: Numbers
    service: Numbers
    times: Numbers

    def fits(self, *stops: Any) -> Flags:
        """Tell whether stops can follow each other in this order, element by element of arrays."""
        at = self.first[stops[0]]
        found = np.ones(at.shape, dtype=np.bool_)
        for before, stop in pairwise(stops):
            at = np.maximum(at + self.service[before] + self.times[before, stop], self.first[stop])
            found &= at <= self.last[stop] + EPS
        return found


def windows_of(problem: Problem) -> Windows:
    """Return the stops with windows as narrow as ways, rides and vehicles make them anyway."""
    requests, vehicles = problem.requests, problem.vehicles
    n = len(requests)
    times = np.asarray(problem.times, dtype=float)
    one = np.asarray([r.from_place for r in requests], dtype=int)
    other = np.asarray([r.to_place for r in requests], dtype=int)
    first = np.asarray([[r.pickup_window[0], r.dropoff_window[0]] for r in requests], dtype=float)
    last = np.asarray([[r.pickup_window[1], r.dropoff_window[1]] for r in requests], dtype=float)
    boarding = np.asarray([r.boarding for r in requests], dtype=float)
    leaving = np.asarray([r.leaving for r in requests], dtype=float)
    ride = np.asarray([r.ride_max or np.inf for r in requests], dtype=float)
    direct = times[one, other]
    starts = np.asarray([v.starts_in for v in vehicles], dtype=int)
    ends = np.asarray([v.ends_in for v in vehicles], dtype=int)
    out = np.asarray([v.from_at for v in vehicles], dtype=float)
    back = np.asarray([v.until for v in vehicles], dtype=float)
    first[:, 0] = np.maximum(first[:, 0], (out[:, None] + times[np.ix_(starts, one)]).min(axis=0))
    home = (back[:, None] - times[np.ix_(other, ends)].T).max(axis=0)
    last[:, 1] = np.minimum(last[:, 1], home - leaving)
    first[:, 1] = np.maximum(first[:, 1], first[:, 0] + boarding + direct)
    last[:, 0] = np.minimum(last[:, 0], last[:, 1] - boarding - direct)
    first[:, 0] = np.maximum(first[:, 0], first[:, 1] - ride - boarding)
    last[:, 1] = np.minimum(last[:, 1], last[:, 0] + boarding + ride)
    stops = np.concatenate([one, other])
    return Windows(
        first=first.T.reshape(2 * n),
        last=last.T.reshape(2 * n),
        service=np.concatenate([boarding, leaving]),
        times=times[np.ix_(stops, stops)],
    )
