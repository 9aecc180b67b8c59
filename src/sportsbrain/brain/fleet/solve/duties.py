"""Drivers: blocks cut where the rules ask for it, and pieces put together to duties."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.fleet.plan import Block, Duty
from sportsbrain.brain.fleet.problem import BlockProblem, DriverRules, Trip

Numbers = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Trips of one block that one driver can drive without leaving the vehicle."""

    block: str
    first: int
    last: int
    starts_at: int
    ends_at: int
    drives: int
    ends_in: int
    starts_in: int


def duties_of(
    problem: BlockProblem, blocks: tuple[Block, ...], rules: DriverRules
) -> tuple[tuple[Duty, ...], int]:
    """
    Return the duties of one day and a proven least number of drivers.

    A block is cut as late as the rules allow, which gives the fewest pieces, because every part of
    an allowed piece is allowed. Two pieces make a duty when a break fits between them: the most
    such pairs are a largest matching.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching

    pieces = [piece for block in blocks for piece in _cut(problem, block, rules)]
    pieces.sort(key=lambda p: (p.starts_at, p.block, p.first))
    one, other = _following(problem, pieces, rules)
    pairs = csr_matrix((np.ones(len(one)), (one, other)), shape=(len(pieces), len(pieces)))
    match = maximum_bipartite_matching(pairs, perm_type="column") if len(one) else []
    follows = {i: int(j) for i, j in enumerate(match) if j >= 0}
    duties: list[Duty] = []
    used: set[int] = set()
    for i in range(len(pieces)):
        if i in used:
            continue
        chain = [i]
        # a matching may chain three pieces; a duty is two, the third begins its own
        if i in follows and follows[i] not in used:
            chain.append(follows[i])
        used.update(chain)
        duties.append(
            Duty(
                code=f"D{len(duties) + 1:04}",
                pieces=tuple((pieces[n].block, pieces[n].first, pieces[n].last) for n in chain),
            )
        )
    return tuple(duties), _least_drivers(problem, blocks, rules)


def _times(problem: BlockProblem, depot: int, trips: list[Trip], n: int) -> tuple[int, int]:
    """Return when the vehicle begins its way to trip n, and is free after it."""
    trip = trips[n]
    before = (
        problem.dead_run(depot, trip.starts_in)
        if n == 0
        else problem.dead_run(trips[n - 1].ends_in, trip.starts_in)
    )
    after = problem.dead_run(trip.ends_in, depot) if n == len(trips) - 1 else 0
    return trip.departs_at - before, trip.arrives_at + after


def _cut(problem: BlockProblem, block: Block, rules: DriverRules) -> list[_Piece]:
    by_code = _by_code(problem)
    trips = [by_code[code] for code in block.trips]
    depot = next(d.place for d in problem.depots if d.code == block.depot)
    times = [_times(problem, depot, trips, n) for n in range(len(trips))]
    pieces: list[_Piece] = []
    first = 0
    while first < len(trips):
        last = first
        while last + 1 < len(trips) and _is_allowed(times[first : last + 2], rules):
            last += 1
        pieces.append(
            _Piece(
                block=block.code,
                first=first,
                last=last,
                starts_at=times[first][0],
                ends_at=times[last][1],
                drives=sum(end - start for start, end in times[first : last + 1]),
                starts_in=trips[first].starts_in,
                ends_in=trips[last].ends_in,
            )
        )
        first = last + 1
    return pieces


def _by_code(problem: BlockProblem) -> dict[str, Trip]:
    return {trip.code: trip for trip in problem.trips}


def _is_allowed(times: list[tuple[int, int]], rules: DriverRules) -> bool:
    """Tell whether one driver may drive these runs: spread, driving, breaks."""
    spread = times[-1][1] - times[0][0] + 2 * rules.sign_seconds
    if spread > rules.spread_seconds_max:
        return False
    if sum(end - start for start, end in times) > rules.drive_seconds_max:
        return False
    unbroken, ended = 0, times[0][0]
    for start, end in times:
        if start - ended >= rules.break_seconds:
            unbroken = 0
        unbroken += end - start
        ended = end
        if unbroken > rules.unbroken_seconds_max:
            return False
    return True


def _following(
    problem: BlockProblem, pieces: list[_Piece], rules: DriverRules
) -> tuple[Numbers, Numbers]:
    """Return the pairs of pieces that one driver may drive, with a break and the way between."""
    starts = np.asarray([piece.starts_at for piece in pieces], dtype=np.int64)
    ends = np.asarray([piece.ends_at for piece in pieces], dtype=np.int64)
    drives = np.asarray([piece.drives for piece in pieces], dtype=np.int64)
    goes = sorted({piece.starts_in for piece in pieces} | {piece.ends_in for piece in pieces})
    place = {number: n for n, number in enumerate(goes)}
    ways = np.asarray([[problem.dead_run(a, b) for b in goes] for a in goes], dtype=np.int64)
    after = [place[piece.ends_in] for piece in pieces]
    before = [place[piece.starts_in] for piece in pieces]
    least = np.maximum(rules.break_seconds, ways[np.ix_(after, before)])
    may = (
        (starts[None, :] - ends[:, None] >= least)
        & (ends[None, :] - starts[:, None] + 2 * rules.sign_seconds <= rules.spread_seconds_max)
        & (drives[:, None] + drives[None, :] <= rules.drive_seconds_max)
    )
    one, other = np.nonzero(np.triu(may, k=1))
    return one, other


def _least_drivers(problem: BlockProblem, blocks: tuple[Block, ...], rules: DriverRules) -> int:
    """Return a bound: all driving over the most one may drive; and vehicles out at one time."""
    by_code = _by_code(problem)
    drives, marks = 0, []
    for block in blocks:
        for code in block.trips:
            trip = by_code[code]
            drives += trip.arrives_at - trip.departs_at
            marks += [(trip.departs_at, 1), (trip.arrives_at, -1)]
    out = most = 0
    for _, step in sorted(marks):
        out += step
        most = max(most, out)
    return max(most, -(-drives // rules.drive_seconds_max))
