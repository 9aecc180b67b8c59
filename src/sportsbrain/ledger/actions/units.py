"""Numbered pieces and leases: the row is the serial; what a store may sell while it is offline."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction

from sportsbrain.ledger.actions.bulk import copy_rows
from sportsbrain.ledger.actions.stock import Move, book, lock_stock
from sportsbrain.ledger.errors import HoldError, LedgerError, OutOfStockError
from sportsbrain.ledger.models import StockLease, StockUnit
from sportsbrain.vocabulary.trade import HoldState, MoveKind, UnitState


@transaction.atomic
def number_units(*, games_id: int, stock: int, first: int, count: int, now: dt.datetime) -> None:
    """Receive numbered pieces: serials from ``first`` on, each a row."""
    copy_rows(
        "ledger_stockunit", ("games_id", "stock_id", "serial", "unit_state", "ref"),
        [(games_id, stock, first + n, UnitState.FREE.value, "") for n in range(count)],
    )  # fmt: skip
    move = Move(stock=stock, kind=MoveKind.RECEIPT, quantity=count, ref=f"serials from {first}")
    book(games_id=games_id, moves=(move,), now=now)


def take_units(
    *, games_id: int, stock: int, quantity: int, ref: str, state: UnitState
) -> tuple[int, ...]:
    """
    Bind free serials to an order, lowest first, passing over those others are taking.

    Raises
    ------
    OutOfStockError
        When there are fewer: then none is bound.

    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_stockunit u SET unit_state = %s, ref = %s FROM (SELECT id FROM"
            " ledger_stockunit WHERE games_id = %s AND stock_id = %s AND unit_state = 'free'"
            " ORDER BY serial LIMIT %s FOR UPDATE SKIP LOCKED) f WHERE u.id = f.id"
            " RETURNING u.serial",
            [state.value, ref, games_id, stock, quantity],
        )
        serials = sorted(serial for (serial,) in cursor.fetchall())
        if len(serials) < quantity:
            message = f"{len(serials)} numbered pieces are left, {quantity} were asked for"
            raise OutOfStockError(message)
    return tuple(serials)


def free_units(*, games_id: int, stock: int, serials: Sequence[int]) -> None:
    """Let serials go that somebody gave back: others may take them. The stock row is not moved."""
    StockUnit.objects.filter(games_id=games_id, stock_id=stock, serial__in=serials).update(
        unit_state=UnitState.FREE.value, ref=""
    )


@transaction.atomic
def lease(
    *,
    games_id: int,
    key: str,
    stock: int,
    holder: str,
    quantity: int,
    expires_at: dt.datetime,
    now: dt.datetime,
) -> int:
    """
    Hand pieces to a store that goes offline and return how many: what is free, at most.

    The same key again hands out nothing more.
    """
    free = lock_stock(games_id=games_id, keys=(stock,)).get(stock, 0)
    known = StockLease.objects.filter(games_id=games_id, key=key).first()
    if known is not None:
        is_same = (known.stock_id, known.holder) == (stock, holder)
        if known.lease_state != HoldState.HELD.value or not is_same:
            message = f"the lease {key} is over, or of another: begin again with another key"
            raise HoldError(message)
        return known.quantity
    given = min(quantity, free)
    if given < 1:
        message = "nothing is free to be handed out"
        raise OutOfStockError(message)
    move = Move(stock=stock, kind=MoveKind.HOLD, quantity=given, ref=key)
    book(games_id=games_id, moves=(move,), now=now)
    StockLease.objects.create(
        games_id=games_id, key=key, stock_id=stock, holder=holder, quantity=given,
        expires_at=expires_at,
    )  # fmt: skip
    return given


@transaction.atomic
def settle_lease(*, games_id: int, key: str, sold: int, now: dt.datetime) -> bool:
    """
    Book what a store sold of its lease and give the rest back; False when it was done before.

    Raises
    ------
    HoldError
        When there is no such lease.
    LedgerError
        When more was sold than was handed out, or another number was reported before.

    """
    row = StockLease.objects.select_for_update().filter(games_id=games_id, key=key).first()
    if row is None:
        message = f"there is no lease {key}"
        raise HoldError(message)
    if row.lease_state == HoldState.CLAIMED.value:
        if row.sold != sold:
            message = f"the lease {key} was settled with {row.sold} sold: report a return instead"
            raise LedgerError(message)
        return False
    if not 0 <= sold <= row.quantity:
        message = f"the lease {key} is of {row.quantity} pieces, {sold} can't be sold of it"
        raise LedgerError(message)
    moves = []
    if sold:
        moves.append(Move(stock=row.stock_id, kind=MoveKind.CLAIM, quantity=sold, ref=key))
    if row.quantity > sold:
        rest = row.quantity - sold
        moves.append(Move(stock=row.stock_id, kind=MoveKind.RELEASE, quantity=rest, ref=key))
    book(games_id=games_id, moves=moves, now=now)
    row.sold, row.lease_state = sold, HoldState.CLAIMED.value
    row.save(update_fields=["sold", "lease_state"])
    return True
