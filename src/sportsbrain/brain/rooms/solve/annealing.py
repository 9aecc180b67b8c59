"""Two searches beside the bound while there is time, or one after the other by count."""

import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from sportsbrain.brain.rooms.problem import Problem
from sportsbrain.brain.rooms.solve.bounds.prices import Prices
from sportsbrain.brain.rooms.solve.holdings import Holdings
from sportsbrain.brain.rooms.solve.needs import Need
from sportsbrain.vocabulary.planning import Progress, Stop

WARM, COOL = 0.10, 0.004  # temperatures, in prices of a split
SHARE = 0.96  # of the time; the rest is for beds
CHUNK_SECONDS = 0.2
LOOK_SECONDS = 0.5
MOVES = 20_000  # of a round, and of the first chunk
ROUNDS_OF_BOUND = 400
HASTE = 300_000  # moves to cool down with when it is cancelled

Held = Mapping[int, Iterable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Apartments by need, and the bound."""

    held: list[list[int]]
    bound: float


def anneal(
    problem: Problem,
    needs: list[Need],
    held: Held,
    *,
    seed: int,
    stop: Stop,
    clock: Callable[[], float],
    began: float,
) -> Generator[Progress, bool, Found]:
    """Yield progress and return the best holdings of two searches with the bound."""
    first = Holdings(problem, needs, held, seed=seed)
    prices = Prices(problem)
    if stop.deterministic or stop.rounds:
        return (yield from _by_count(first, prices, stop, clock, began))
    second = Holdings(problem, needs, held, seed=seed + 1)
    return (yield from _by_clock((first, second), prices, stop, clock, began))


def _by_count(
    search: Holdings, prices: Prices, stop: Stop, clock: Callable[[], float], began: float
) -> Generator[Progress, bool, Found]:
    for _ in range(ROUNDS_OF_BOUND):
        if not prices.step():
            break
    for number in range(stop.rounds):
        _cool(search, number / stop.rounds, (number + 1) / stop.rounds, MOVES)
        if (yield _progress(search, prices, clock() - began)):
            _cool(search, (number + 1) / stop.rounds, 1.0, HASTE)
            break
    return Found(held=search.held(), bound=prices.bound)


def _by_clock(
    searches: tuple[Holdings, Holdings],
    prices: Prices,
    stop: Stop,
    clock: Callable[[], float],
    began: float,
) -> Generator[Progress, bool, Found]:
    until = began + stop.seconds * SHARE
    first, second = searches
    is_over = threading.Event()

    def search() -> None:
        _cool_until(first, until, clock, is_over)

    def prove_and_search() -> None:
        while not is_over.is_set() and clock() < until and prices.step():
            pass
        _cool_until(second, until, clock, is_over)

    with ThreadPoolExecutor(max_workers=2) as hands:
        work = [hands.submit(search), hands.submit(prove_and_search)]
        try:
            while wait(work, timeout=LOOK_SECONDS).not_done:
                if (yield _progress(first, prices, clock() - began)):
                    break
        finally:  # also when it is closed: nobody works on
            is_over.set()
    for done in work:
        done.result()  # what went wrong there goes wrong here
    best = min(searches, key=lambda search: search.cost)
    return Found(held=best.held(), bound=prices.bound)


def _cool_until(
    search: Holdings, until: float, clock: Callable[[], float], is_over: threading.Event
) -> None:
    """Cool down as time goes by; in haste when it is over before."""
    begin = now = clock()
    moves, share = MOVES, 0.0
    while share < 1.0 and not is_over.is_set():
        following = min(1.0, (now + CHUNK_SECONDS - begin) / max(CHUNK_SECONDS, until - begin))
        _cool(search, share, following, moves)
        spent = clock() - now
        moves = max(1000, int(moves * min(4.0, CHUNK_SECONDS / max(1e-3, spent))))
        now, share = now + spent, max(following, (now + spent - begin) / max(1e-3, until - begin))
    if share < 1.0:
        _cool(search, share, 1.0, HASTE)


def _cool(search: Holdings, share: float, following: float, moves: int) -> None:
    warm, cool = (
        search.scale * WARM * (COOL / WARM) ** min(1.0, part) for part in (share, following)
    )
    search.cool(warm=warm, cool=cool, moves=moves)


def _progress(search: Holdings, prices: Prices, seconds: float) -> Progress:
    return Progress(
        step="apartments",
        seconds=seconds,
        objective=search.cost,
        bound=prices.bound,
        note=f"{search.cost:,.0f} for apartments, at least {prices.bound:,.0f}",
    )
