"""
Stock: everything that changes it is a move, and the database adds moves up.

Rows are locked in the order of their keys, by one statement, before anybody decides: takers of the
same pieces stand in one line and nobody waits in a ring.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from sportsbrain.ledger.actions.bulk import copy_rows
from sportsbrain.ledger.errors import LedgerError, OutOfStockError
from sportsbrain.ledger.models import Stock, StockLocation
from sportsbrain.vocabulary.trade import LocationKind, MoveKind

# on_hand, held, sold of a move of one piece
EFFECTS: dict[MoveKind, tuple[int, int, int]] = {
    MoveKind.RECEIPT: (1, 0, 0),
    MoveKind.TRANSFER: (1, 0, 0),
    MoveKind.COUNT: (1, 0, 0),
    MoveKind.LOSS: (-1, 0, 0),
    MoveKind.HOLD: (0, 1, 0),
    MoveKind.RELEASE: (0, -1, 0),
    MoveKind.CLAIM: (0, -1, 1),
    MoveKind.SALE: (0, 0, 1),
    MoveKind.RETURN: (0, 0, -1),
}
SIGNED = {MoveKind.TRANSFER, MoveKind.COUNT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """So many pieces of a stock row move; only transfers and counts may be below zero."""

    stock: int
    kind: MoveKind
    quantity: int
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """
    What one order takes: every line, or nothing.

    A line is (stock rows it may come from, the better first; pieces): what the first row has not
    comes from the next.
    """

    ref: str
    lines: tuple[tuple[tuple[int, ...], int], ...]


Taken = tuple[tuple[tuple[int, int], ...], ...]  # (stock row, pieces) by line


def save_location(*, games_id: int, code: str, name: str, kind: LocationKind) -> int:
    """Make or rename a location and return its key."""
    row, _ = StockLocation.objects.update_or_create(
        games_id=games_id, code=code, defaults={"name": name, "kind": kind.value}
    )
    return row.pk


def open_stock(
    *, games_id: int, items: Iterable[tuple[str, str, str]]
) -> dict[tuple[str, str, str], int]:
    """
    Return the keys of stock rows by (item, location, bucket); new ones are empty.

    Raises
    ------
    LedgerError
        When a location is not there.

    """
    wanted = sorted(set(items))
    locations = dict(StockLocation.objects.filter(games_id=games_id).values_list("code", "pk"))
    missing = sorted({location for _, location, _ in wanted} - locations.keys())
    if missing:
        message = f"there is no location {missing[0]}: make it first"
        raise LedgerError(message)
    Stock.objects.bulk_create(
        [
            Stock(games_id=games_id, item=item, location_id=locations[location], bucket=bucket)
            for item, location, bucket in wanted
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )
    rows = Stock.objects.filter(games_id=games_id, item__in={item for item, _, _ in wanted})
    found = {
        (item, location, bucket): key
        for key, item, location, bucket in rows.values_list(
            "pk", "item", "location__code", "bucket"
        )
    }
    return {key: found[key] for key in wanted}


def book(*, games_id: int, moves: Sequence[Move], now: dt.datetime) -> None:
    """
    Book moves, all or none; stock rows follow.

    Raises
    ------
    OutOfStockError
        When a row would have more held and sold than there is.
    LedgerError
        When a quantity makes no sense or a row is not there.

    """
    for move in moves:
        if not move.quantity or (move.quantity < 0 and move.kind not in SIGNED):
            message = f"{move.kind.value} of {move.quantity} pieces: give a number above zero"
            raise LedgerError(message)
    try:
        with transaction.atomic():
            _insert(games_id, moves, now)
    except IntegrityError as error:
        if "stock_is_kept" in str(error):
            message = "there is less than that: look at the stock, nothing was changed"
            raise OutOfStockError(message) from error
        message = f"nothing was changed: {str(error).splitlines()[0]}"
        raise LedgerError(message) from error


def _insert(games_id: int, moves: Sequence[Move], now: dt.datetime) -> None:
    """Insert moves; stock rows follow by a trigger."""
    if moves:
        columns = (
            "games_id", "stock_id", "kind", "on_hand", "held", "sold", "ref", "moved_at",
        )  # fmt: skip
        rows = []
        for move in moves:
            on_hand, held, sold = EFFECTS[move.kind]
            n = move.quantity
            rows.append((games_id, move.stock, move.kind.value, on_hand * n, held * n, sold * n,
                         move.ref, now))  # fmt: skip
        copy_rows("ledger_move", columns, rows)


def lock_stock(*, games_id: int, keys: Iterable[int]) -> dict[int, int]:
    """Lock stock rows in the order of their keys; return how many pieces of each are free."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, on_hand - held - sold FROM ledger_stock"
            " WHERE games_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE",
            [games_id, sorted(set(keys))],
        )
        return dict(cursor.fetchall())


@transaction.atomic(savepoint=False)
def take(
    *, games_id: int, wants: Sequence[Want], kind: MoveKind, now: dt.datetime
) -> tuple[Taken | None, ...]:
    """
    Give stock to those who want it, first come first served; say what each got, None nothing.

    One transaction of few statements settles any number of orders: this is what a drop runs on.
    """
    keys = {key for want in wants for options, _ in want.lines for key in options}
    free = lock_stock(games_id=games_id, keys=keys)
    found: list[Taken | None] = []
    moves: list[Move] = []
    for want in wants:
        taken = _taken(want, free)
        found.append(taken)
        pieces: dict[int, int] = defaultdict(int)
        for line in taken or ():
            for key, n in line:
                pieces[key] += n
        moves += [
            Move(stock=key, kind=kind, quantity=n, ref=want.ref)
            for key, n in sorted(pieces.items())
        ]
    _insert(games_id, moves, now)  # decided under the locks: it can't be refused
    return tuple(found)


def _taken(want: Want, free: dict[int, int]) -> Taken | None:
    """Return what an order gets and take it off what is free; None when a line falls short."""
    before: dict[int, int] = {}
    found = []
    for options, quantity in want.lines:
        line, missing = [], quantity
        for key in options:
            n = min(missing, free.get(key, 0))
            if n > 0:
                before.setdefault(key, free[key])
                free[key] -= n
                missing -= n
                line.append((key, n))
        if missing or quantity < 1:
            free.update(before)
            return None
        found.append(tuple(line))
    return tuple(found)


def transfer(
    *, games_id: int, source: int, target: int, quantity: int, ref: str, now: dt.datetime
) -> None:
    """
    Move free pieces from one stock row to another of the same item.

    Raises
    ------
    OutOfStockError
        When there are fewer free ones.
    LedgerError
        When the rows are of two items.

    """
    rows = dict(
        Stock.objects.filter(games_id=games_id, pk__in=[source, target]).values_list("pk", "item")
    )
    if len(rows) < 2 or rows[source] != rows[target] or quantity < 1:
        message = "a transfer moves pieces of one item between two of its rows"
        raise LedgerError(message)
    moves = [
        Move(stock=source, kind=MoveKind.TRANSFER, quantity=-quantity, ref=ref),
        Move(stock=target, kind=MoveKind.TRANSFER, quantity=quantity, ref=ref),
    ]
    book(games_id=games_id, moves=moves, now=now)


@transaction.atomic
def count_stock(
    *, games_id: int, counted: dict[int, int], ref: str, now: dt.datetime
) -> dict[int, int]:
    """
    Take what somebody counted as what is there, and return the differences.

    Counted is what lies there: what is held included, what is sold and gone not.

    Raises
    ------
    OutOfStockError
        When less is there than is held for people.

    """
    lock_stock(games_id=games_id, keys=counted)
    rows = Stock.objects.filter(games_id=games_id, pk__in=list(counted))
    found = {
        key: counted[key] - (on_hand - sold)
        for key, on_hand, sold in rows.values_list("pk", "on_hand", "sold")
    }
    moves = [
        Move(stock=key, kind=MoveKind.COUNT, quantity=n, ref=ref)
        for key, n in sorted(found.items())
        if n
    ]
    book(games_id=games_id, moves=moves, now=now)
    return {key: n for key, n in found.items() if n}
