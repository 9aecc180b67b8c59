"""Numbered pieces: the row is the serial."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction

from sportsbrain.ledger.actions.bulk import copy_rows
from sportsbrain.ledger.actions.stock import Move, book
from sportsbrain.ledger.errors import OutOfStockError
from sportsbrain.ledger.models import StockUnit
from sportsbrain.vocabulary.trade import MoveKind, UnitState


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
