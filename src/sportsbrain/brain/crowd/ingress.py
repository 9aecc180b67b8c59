"""Let spectators come in, day after day: hub, walk, screening, walk, gates, walk, seat."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.crowd import kernels
from sportsbrain.brain.crowd.days import Day, day_of, takes_of
from sportsbrain.brain.crowd.outcome import BankOutcome, IngressOutcome
from sportsbrain.brain.crowd.parameters import WalkSet
from sportsbrain.brain.crowd.problem import Bank, Entrance, Ingress

MINUTE = 60.0
Floats = np.ndarray[Any, np.dtype[np.float64]]
Counts = np.ndarray[Any, np.dtype[np.int64]]


def served(bank: Bank, comes: Floats, takes: Floats) -> Floats:
    """Return when each person, in the order of coming, is served."""
    shifts = bank.shifts()
    begins = np.full(len(comes), kernels.NEVER)
    if not shifts:
        return begins
    opens = np.asarray([first for _, first, _ in shifts])
    closes = np.asarray([last for _, _, last in shifts])
    if bank.own_queues:
        lane = np.empty(len(comes), dtype=np.int64)
        kernels.own_queues(comes, takes, opens, closes, begins, lane)
    else:
        kernels.shared_queue(comes, takes, opens, closes, begins)
    return begins


@dataclass(slots=True)
class _Served:
    """What one bank did on each day."""

    waits: list[Floats]
    queues: list[Counts]
    unserved: int = 0


def simulate_ingress(problem: Ingress, walk: WalkSet, *, seed: int, days: int) -> IngressOutcome:
    """Return how a venue fills over so many simulated days with one walk set."""
    first = min(arrival.starts_at for arrival in problem.arrivals)
    banks = [b for e in problem.entrances for b in (*e.screening, e.gates)]
    last = max(*(bank.closes_at for bank in banks), problem.starts_at)
    minutes = int((last - first) // MINUTE) + 1
    books = {bank.code: _Served([], []) for bank in banks}
    kept, seats, came = [], [], 0
    for number in range(days):
        day = day_of(problem, walk, seed=seed, number=number)
        came += len(day.comes)
        waits, seated = [], []
        for index, entrance in enumerate(problem.entrances):
            mine = np.flatnonzero(day.entrance == index)
            for bank, comes, begins, seat in _through(problem, walk, day, entrance, mine):
                book = books[bank.code]
                counts = np.empty(minutes, dtype=np.int64)
                kernels.queue_by_minute(comes - first, begins - first, MINUTE, counts)
                book.queues.append(counts)
                book.waits.append(begins - comes)
                book.unserved += int(np.isinf(begins).sum())
                if bank is not entrance.gates:
                    waits.append(begins - comes)
                seated += [seat] if seat is not None else []
        all_waits = np.concatenate(waits) if waits else np.empty(0)
        kept.append(float((all_waits <= problem.promise_seconds).mean()) if len(all_waits) else 1.0)
        seats.append(np.concatenate(seated) if seated else np.empty(0))
    at_seat = np.concatenate(seats)
    return IngressOutcome(
        walk_set=walk.name,
        days=days,
        people=came / days,
        share_kept=float(np.mean(kept)),
        share_kept_p10=float(np.quantile(kept, 0.1)),
        share_seated=float((at_seat <= problem.starts_at).mean()) if len(at_seat) else 1.0,
        seated_p95=_quantile(at_seat, 0.95),
        banks=tuple(
            _bank(bank.code, books[bank.code], first, days, problem.promise_seconds)
            for bank in banks
        ),
        seed=seed,
    )


Passage = tuple[Bank, Floats, Floats, Floats | None]


def _through(
    problem: Ingress, walk: WalkSet, day: Day, entrance: Entrance, mine: Counts
) -> Iterator[Passage]:
    """Yield each bank of an entrance with who comes when and is served when; seats at the last."""
    speed = walk.speed * day.pace
    at = day.comes + entrance.walks[0] / speed
    done = np.full(len(day.comes), kernels.NEVER)
    names = [name for name, _ in problem.classes]
    left = mine
    for bank in entrance.screening:
        own, left = left, left[:0]
        if bank.takes:
            is_taken = np.isin(day.group[own], [names.index(name) for name in bank.takes])
            own, left = own[is_taken], own[~is_taken]
        own = own[np.argsort(at[own])]
        takes = takes_of(bank, day.screening[own], day.search[own])
        begins = served(bank, at[own], takes)
        done[own] = begins + takes
        yield bank, at[own], begins, None
    at = done + entrance.walks[1] / speed
    own = mine[np.argsort(at[mine])]
    own = own[: int(np.isfinite(at[own]).sum())]
    takes = takes_of(entrance.gates, day.gates[own])
    begins = served(entrance.gates, at[own], takes)
    seat = np.full(len(mine), kernels.NEVER)
    seat[: len(own)] = begins + takes + entrance.walks[2] / speed[own]
    yield entrance.gates, at[own], begins, seat


def _quantile(values: Floats, share: float) -> float:
    """Return a quantile, where nobody-ever is later than all; 0 of nobody."""
    if not len(values):
        return 0.0
    return float(np.sort(values)[min(len(values) - 1, int(share * len(values)))])


def _bank(code: str, book: _Served, first: float, days: int, promise: float) -> BankOutcome:
    waits = np.concatenate(book.waits) if book.waits else np.empty(0)
    queues = np.asarray(book.queues) if book.queues else np.zeros((1, 1))
    median = np.median(queues, axis=0)
    peak = int(median.argmax())
    return BankOutcome(
        code=code,
        people=len(waits) / days,
        wait_median=_quantile(waits, 0.5),
        wait_p95=_quantile(waits, 0.95),
        share_kept=float((waits <= promise).mean()) if len(waits) else 1.0,
        queue_median=tuple(float(x) for x in median),
        queue_p90=tuple(float(x) for x in np.quantile(queues, 0.9, axis=0)),
        starts_at=first,
        peak_at=first + MINUTE * (peak + 1) if median[peak] > 0 else None,
        unserved=book.unserved / days,
    )
