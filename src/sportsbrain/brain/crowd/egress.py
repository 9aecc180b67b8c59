"""Let a crowd walk out: each person along ways with room and flow, then into vehicles."""

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.crowd import kernels
from sportsbrain.brain.crowd.outcome import EgressOutcome, WayOutcome
from sportsbrain.brain.crowd.parameters import LEVELS, WalkSet, level_of
from sportsbrain.brain.crowd.problem import Block, Egress, ProblemError, Way

RECORD = 10.0  # seconds between two looks at the ways
HOURS_MAX = 8.0
SLACK = 1.3
Floats = np.ndarray[Any, np.dtype[np.float64]]
Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """
    The ways as arrays, and the way that follows each on the nearest way to each exit.

    Parameters
    ----------
    arrays
        Of each way, as `kernels.walk` takes them.
    start
        (exit, place): the first way from a place to an exit, and the seconds it is away.

    """

    ways: tuple[Way, ...]
    arrays: tuple[Any, ...]
    start: dict[tuple[str, str], tuple[int, float]]


def network_of(problem: Egress, walk: WalkSet) -> Network:
    """Return the open ways with the flow and room that a walk set gives them."""
    ways = problem.open_ways
    speed = np.asarray([_speed(way, walk) for way in ways])
    flow = np.asarray([_flow(way, walk) for way in ways])
    length = np.asarray([way.length for way in ways])
    seconds = length / speed if len(ways) else length
    following = np.full((len(problem.exits), len(ways)), -1, dtype=np.int64)
    start: dict[tuple[str, str], tuple[int, float]] = {}
    for number, name in enumerate(problem.exits):
        nearest = _nearest(ways, seconds, name)
        for place, found in nearest.items():
            start[name, place] = found
        for k, way in enumerate(ways):
            onward = nearest.get(way.end)
            following[number, k] = onward[0] if onward and way.end != name else -1
    back = np.asarray(
        [
            way.length / walk.wave_of(min(f / way.width, 0.95 * walk.jam * walk.speed))
            for way, f in zip(ways, flow, strict=True)
        ]
    )
    arrays = (
        length,
        speed,
        flow,
        np.maximum(1.0, _room(ways, walk, flow * (seconds / walk.pace_least + back))),
        back,
        np.asarray([way.opens_at for way in ways], dtype=float),
        np.asarray([way.closes_at for way in ways], dtype=float),
        np.asarray([way.every for way in ways], dtype=float),
        following,
    )
    return Network(ways=ways, arrays=arrays, start=start)


def _speed(way: Way, walk: WalkSet) -> float:
    return walk.speed * (walk.stairs_share if way.kind == "stairs" else 1.0)


def _flow(way: Way, walk: WalkSet) -> float:
    if way.flow:
        return way.flow
    return way.width * (walk.flow_stairs if way.kind == "stairs" else walk.flow_level)


def _room(ways: tuple[Way, ...], walk: WalkSet, at_capacity: Floats) -> Floats:
    """
    Return the people that fit on each way.

    An opening holds at least those whom its flow needs: who is slow in it must not stop the rest.
    """
    fits = np.asarray([walk.jam * way.length * way.width for way in ways])
    is_opening = np.asarray([way.kind not in {"level", "stairs"} for way in ways], dtype=bool)
    return np.where(is_opening, np.maximum(fits, at_capacity), fits)


def _nearest(ways: tuple[Way, ...], seconds: Floats, exit_: str) -> dict[str, tuple[int, float]]:
    """Return the first way and the seconds to an exit from every place that reaches it."""
    into: dict[str, list[int]] = defaultdict(list)
    for k, way in enumerate(ways):
        into[way.end].append(k)
    found: dict[str, tuple[int, float]] = {}
    heap: list[tuple[float, int, str, int]] = [(0.0, 0, exit_, -1)]
    count = 0
    while heap:
        away, _, place, first = heapq.heappop(heap)
        if place in found:
            continue
        found[place] = (first, away)
        for k in into[place]:
            count += 1
            heapq.heappush(heap, (away + float(seconds[k]), count, ways[k].start, k))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crowd:
    """The people as arrays, and the exit of each."""

    arrays: tuple[Any, ...]
    order: Counts
    exit: Counts


def _crowd(problem: Egress, network: Network, walk: WalkSet, seed: int) -> _Crowd:
    """Return who leaves when from where to which exit."""
    dice = np.random.default_rng([seed, 0])
    exits, firsts, starts = [], [], []
    for block in problem.blocks:
        exit_, first = _way_out(problem, network, block)
        delay = np.zeros(block.people)
        if block.delay > 0:
            normal = dice.standard_normal(block.people)
            delay = np.minimum(block.delay_max, block.delay * np.exp(block.delay_spread * normal))
        exits.append(np.full(block.people, exit_, dtype=np.int64))
        firsts.append(np.full(block.people, first, dtype=np.int64))
        starts.append(block.leaves_at + delay)
    group = np.concatenate(exits) if exits else np.empty(0, dtype=np.int64)
    first_way = np.concatenate(firsts) if firsts else np.empty(0, dtype=np.int64)
    begins = np.concatenate(starts) if starts else np.empty(0)
    pace = np.clip(
        1.0 + walk.pace_spread * dice.standard_normal(len(group)), walk.pace_least, walk.pace_most
    )
    return _Crowd(
        arrays=(group, begins, first_way, pace),
        order=np.lexsort((begins, first_way)).astype(np.int64),
        exit=group,
    )


def _way_out(problem: Egress, network: Network, block: Block) -> tuple[int, int]:
    """Return the nearest exit of a block that can be reached, and the first way to it."""
    best: tuple[float, int, int] | None = None
    for number, name in enumerate(problem.exits):
        found = network.start.get((name, block.place))
        if (block.exits and name not in block.exits) or found is None or found[0] < 0:
            continue
        if best is None or found[1] < best[0]:
            best = (found[1], number, found[0])
    if best is None:
        allowed = ", ".join(block.exits or problem.exits)
        message = f"{block.code}: no open way leads from {block.place} to {allowed}"
        raise ProblemError(message)
    return best[1], best[2]


def simulate_egress(
    problem: Egress, walk: WalkSet, *, seed: int, step: float = 1.0
) -> EgressOutcome:
    """
    Return how a venue empties with one walk set.

    Raises
    ------
    ProblemError
        When somebody can reach no exit.

    """
    network = network_of(problem, walk)
    crowd = _crowd(problem, network, walk, seed)
    people = len(crowd.exit)
    records = int(_horizon(network, crowd) // RECORD) + 1
    out = np.full(people, kernels.NEVER)
    on_way = np.zeros((records, len(network.ways)), dtype=np.int64)
    if people:
        given = (*network.arrays, *crowd.arrays, crowd.order, step, out, on_way, RECORD)
        kernels.walk(*given)
    ordered = np.sort(out)
    counts = np.bincount(crowd.exit, minlength=len(problem.exits))
    return EgressOutcome(
        walk_set=walk.name,
        people=people,
        out_p95=_share(ordered, 0.95),
        out_p99=_share(ordered, 0.99),
        out_last=_share(ordered, 1.0),
        exits=tuple((name, int(n)) for name, n in zip(problem.exits, counts, strict=True)),
        ways=tuple(_way(way, on_way[:, k]) for k, way in enumerate(network.ways)),
        gone_p95=_gone(problem, crowd, out),
        left=int(np.isinf(out).sum()),
        seed=seed,
    )


def _horizon(network: Network, crowd: _Crowd) -> float:
    """Return seconds in which everybody is out, as far as flows and ways say."""
    if not len(crowd.exit):
        return RECORD
    _, begins, _, pace = crowd.arrays
    length, speed, flow = network.arrays[:3]
    longest = float((length / speed).sum() / pace.min())
    drained = len(crowd.exit) / max(1e-3, float(flow.min()))
    lifts = float(network.arrays[7].max(initial=0.0))
    return min(HOURS_MAX * 3600, float(begins.max()) + SLACK * (longest + drained) + lifts + 60)


def _share(ordered: Floats, share: float) -> float:
    """Return when a share of people is out; 0 of nobody."""
    if not len(ordered):
        return 0.0
    return float(ordered[max(0, int(np.ceil(share * len(ordered))) - 1)])


def _way(way: Way, on_way: Counts) -> WayOutcome:
    area = way.width * way.length
    density = on_way / area
    minutes: dict[str, float] = {name: 0.0 for name, _ in (*LEVELS, ("F", 0.0))}
    marks = np.searchsorted([most for _, most in LEVELS], density, side="left")
    names = [name for name, _ in LEVELS] + ["F"]
    for k, name in enumerate(names):
        minutes[name] = float(on_way[marks == k].sum()) * RECORD / 60.0
    most = float(density.max(initial=0.0))
    return WayOutcome(
        code=way.code,
        density_most=most,
        people=int(on_way.max(initial=0)),
        level=level_of(most),
        person_minutes=tuple(minutes.items()),
    )


def _gone(problem: Egress, crowd: _Crowd, out: Floats) -> float | None:
    """Return when 95 % of those whose exit has vehicles sit in one."""
    boarded = []
    for departure in problem.departures:
        number = problem.exits.index(departure.exit)
        comes = np.sort(out[crowd.exit == number])
        boards, ride = np.empty(len(comes)), np.empty(len(comes), dtype=np.int64)
        kernels.hub(
            comes,
            np.asarray(departure.leaves_at, dtype=float),
            np.asarray(departure.room, dtype=np.int64),
            boards,
            ride,
        )
        boarded.append(boards)
    return _share(np.sort(np.concatenate(boarded)), 0.95) if boarded else None
