"""
Ten thousand random interleavings: three writers at once, each on the same two pieces.

Each takes, holds, claims, releases, leases and gives back in an order drawn for it, at the same
moment as the others, on connections of their own; at the end the database must agree with what
they were told. And the two races that sold too much elsewhere: a pause between check and write.
"""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections, transaction

from sportsbrain.bench.rows import BenchRow
from sportsbrain.ledger.actions import (
    Move,
    Want,
    book,
    claim,
    end_leases,
    hold,
    lock_stock,
    open_stock,
    release,
    save_location,
    take,
    top_up_leases,
    use_leases,
)
from sportsbrain.ledger.errors import HoldError, OutOfStockError
from sportsbrain.ledger.queries import differing, stock_rows
from sportsbrain.reference.dice import Dice
from sportsbrain.vocabulary.trade import LocationKind, MoveKind

MANY, PIECES, WRITERS, STEPS = 10_000, 2, 3, 3
DOINGS = ("take", "hold", "claim", "release", "lease", "sell", "end", "back")


class _Writer:
    """What one writer did to one stock row, and was told."""

    def __init__(self, games_id: int, stock: int, name: str, dice: Dice) -> None:
        self.games_id, self.stock, self.name, self.dice = games_id, stock, name, dice
        self.now = dt.datetime.now(dt.UTC)
        self.sold = self.held = self.leased = 0
        self.holds: list[str] = []

    def step(self, number: int) -> None:
        doing = DOINGS[int(self.dice.unit() * len(DOINGS))]
        mine: dict[str, Any] = {"games_id": self.games_id, "now": self.now}
        till: dict[str, Any] = {**mine, "holder": self.name}
        later = self.now + dt.timedelta(hours=1)
        key = f"{self.name}-{number}"
        if doing == "take":
            want = Want(ref=key, lines=(((self.stock,), 1),))
            self.sold += take(wants=(want,), kind=MoveKind.SALE, **mine)[0] is not None
        elif doing == "hold":
            try:
                hold(key=key, lines=((self.stock, 1),), expires_at=later, **mine)
            except OutOfStockError:
                return
            self.holds.append(key)
        elif doing in {"claim", "release"} and self.holds:
            ended = self.holds.pop()
            if doing == "claim":
                self.sold += claim(key=ended, **mine)
            else:
                release(key=ended, **mine)
        elif doing == "lease":
            self.leased = top_up_leases(wanted={self.stock: 1}, expires_at=later, **till).get(
                self.stock, 0
            )
        elif doing == "sell" and self.leased:
            with transaction.atomic():
                used = use_leases(pieces={self.stock: 1}, **till).get(self.stock, 0)
                want = Want(ref=key, lines=(((self.stock,), 1),))
                self.sold += take(wants=(want,), kind=MoveKind.SALE, **mine)[0] is not None
            self.leased -= used
        elif doing == "end":
            end_leases(**till)
            self.leased = 0
        elif doing == "back" and self.sold:
            book(moves=[Move(stock=self.stock, kind=MoveKind.RETURN, quantity=1, ref=key)], **mine)
            self.sold -= 1


def interleavings(games_id: int, many: int = MANY) -> list[BenchRow]:
    """Let three writers loose on each of so many stock rows; compare with what they were told."""
    now = dt.datetime.now(dt.UTC)
    save_location(games_id=games_id, code="RACES", name="Races", kind=LocationKind.WAREHOUSE)
    items = [(f"race-{n}", "RACES", "") for n in range(many)]
    keys = list(open_stock(games_id=games_id, items=items).values())
    moves = [Move(stock=k, kind=MoveKind.RECEIPT, quantity=PIECES, ref="races") for k in keys]
    book(games_id=games_id, moves=moves, now=now)
    meet = threading.Barrier(WRITERS)

    def write(writer: int) -> list[tuple[int, int]]:
        told = []
        try:
            for n, stock in enumerate(keys):
                one = _Writer(games_id, stock, f"w{writer}-{n}", Dice(n * WRITERS + writer))
                meet.wait()
                for number in range(STEPS):
                    one.step(number)
                told.append((one.sold, len(one.holds) + one.leased))
        except BaseException:
            meet.abort()
            raise
        finally:
            connections.close_all()
        return told

    with ThreadPoolExecutor(WRITERS) as pool:
        told = list(pool.map(write, range(WRITERS)))
    rows = {row.id: row for row in stock_rows(games_id=games_id, location="RACES")}
    wrong = over = 0
    for n, key in enumerate(keys):
        row = rows[key]
        sold, held = sum(t[n][0] for t in told), sum(t[n][1] for t in told)
        wrong += (row.sold, row.held) != (sold, held)
        over += row.sold + row.held > PIECES
    return [
        BenchRow(line=1, case=f"{many:,} interleavings of {WRITERS} writers: oversold", value=over,
                 unit="rows", op="==", target=0),
        BenchRow(line=1, case="rows that are not what the writers were told", value=wrong,
                 unit="rows", op="==", target=0),
        BenchRow(line=1, case="rows that are not their moves after it",
                 value=len(differing(games_id=games_id)), unit="rows", op="==", target=0),
        *_proofs(games_id),
    ]  # fmt: skip


def _proofs(games_id: int) -> list[BenchRow]:
    """Pause between check and write, as it oversold elsewhere: through our door, and past it."""
    found = []
    for name, buy in (("through the door", _by_the_door), ("past it, without a lock", _past_it)):
        item = (f"proof {name}", "RACES", "")
        key = open_stock(games_id=games_id, items=[item])[item]
        now = dt.datetime.now(dt.UTC)
        book(games_id=games_id, now=now,
             moves=[Move(stock=key, kind=MoveKind.RECEIPT, quantity=1, ref="proof")])  # fmt: skip
        both = threading.Barrier(2)

        def run(n: int, buy: Any = buy, key: int = key, both: threading.Barrier = both) -> bool:
            try:
                return bool(buy(games_id, key, f"p{n}", both))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            sold = sum(pool.map(run, range(2)))
        found.append(
            BenchRow(line=2, case=f"a pause between check and write, {name}: sold of 1", value=sold,
                     unit="pieces", op="==", target=1)
        )  # fmt: skip
    return found


def _pause(both: threading.Barrier) -> None:
    """Wait for the other as long as it may come here at all."""
    try:
        both.wait(timeout=0.5)
    except threading.BrokenBarrierError:
        return


def _by_the_door(games_id: int, key: int, ref: str, both: threading.Barrier) -> bool:
    with transaction.atomic():
        free = lock_stock(games_id=games_id, keys=(key,))[key]
        _pause(both)  # the other waits at the lock: it can't be here
        if free < 1:
            return False
        want = Want(ref=ref, lines=(((key,), 1),))
        now = dt.datetime.now(dt.UTC)
        return take(games_id=games_id, wants=(want,), kind=MoveKind.SALE, now=now)[0] is not None


def _past_it(games_id: int, key: int, ref: str, both: threading.Barrier) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT on_hand - held - sold FROM ledger_stock WHERE id = %s", [key])
        (free,) = cursor.fetchone()
    _pause(both)  # both have seen one piece
    move = Move(stock=key, kind=MoveKind.SALE, quantity=1, ref=ref)
    try:
        book(games_id=games_id, moves=[move] if free else [], now=dt.datetime.now(dt.UTC))
    except (OutOfStockError, HoldError):
        return False
    return bool(free)
