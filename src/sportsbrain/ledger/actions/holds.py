"""Holds: pieces kept for somebody until a moment, then claimed, released or expired; once."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction

from sportsbrain.ledger.actions.bulk import copy_rows
from sportsbrain.ledger.actions.stock import Move, Taken, Want, book, take
from sportsbrain.ledger.errors import HoldError, OutOfStockError
from sportsbrain.ledger.models import Hold
from sportsbrain.vocabulary.trade import HoldState, MoveKind

SWEPT_AT_ONCE = 500
GONE = {HoldState.RELEASED.value, HoldState.EXPIRED.value}


@transaction.atomic(savepoint=False)
def hold_many(
    *, games_id: int, wants: Sequence[Want], expires_at: dt.datetime, now: dt.datetime
) -> tuple[Taken | None, ...]:
    """Keep pieces for those who want them, in their order; say what each got. Keys are new."""
    found = take(games_id=games_id, wants=wants, kind=MoveKind.HOLD, now=now)
    rows: dict[tuple[str, int], int] = {}
    for want, taken in zip(wants, found, strict=True):
        for stock, quantity in (piece for line in taken or () for piece in line):
            rows[want.ref, stock] = rows.get((want.ref, stock), 0) + quantity
    columns = ("games_id", "key", "stock_id", "quantity", "hold_state", "expires_at")
    if rows:
        copy_rows(
            "ledger_hold",
            columns,
            [
                (games_id, key, stock, quantity, HoldState.HELD.value, expires_at)
                for (key, stock), quantity in rows.items()
            ],
        )
    return found


@transaction.atomic
def hold(
    *,
    games_id: int,
    key: str,
    lines: Sequence[tuple[int, int]],
    expires_at: dt.datetime,
    now: dt.datetime,
) -> bool:
    """
    Keep (stock row, pieces) for somebody; False when the key keeps them already.

    Raises
    ------
    OutOfStockError
        When there is less; then nothing is kept.
    HoldError
        When the key was used and is over.

    """
    _lock(games_id, key)
    known = Hold.objects.filter(games_id=games_id, key=key).first()
    if known is not None:
        if known.hold_state != HoldState.HELD.value:
            message = f"the hold {key} is {known.hold_state}: begin again with another key"
            raise HoldError(message)
        return False
    want = Want(ref=key, lines=tuple(((stock,), quantity) for stock, quantity in lines))
    if hold_many(games_id=games_id, wants=(want,), expires_at=expires_at, now=now)[0] is None:
        message = "sold out: there is less than that"
        raise OutOfStockError(message)
    return True


def _lock(games_id: int, key: str) -> None:
    """Let one writer at a time begin or end a hold of a key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"hold:{games_id}:{key}"])


def claim(*, games_id: int, key: str, now: dt.datetime) -> bool:
    """
    Sell what a hold keeps; False when it was done before.

    Raises
    ------
    HoldError
        When it was released or has expired: what was kept may be somebody else's.

    """
    return _end(games_id, key, HoldState.CLAIMED, MoveKind.CLAIM, now)


def release(*, games_id: int, key: str, now: dt.datetime) -> bool:
    """
    Let go of what a hold keeps; False when it is gone already.

    Raises
    ------
    HoldError
        When it was claimed: then it is a return.

    """
    return _end(games_id, key, HoldState.RELEASED, MoveKind.RELEASE, now)


@transaction.atomic
def _end(games_id: int, key: str, state: HoldState, kind: MoveKind, now: dt.datetime) -> bool:
    _lock(games_id, key)
    rows = list(Hold.objects.filter(games_id=games_id, key=key).order_by("stock_id"))
    if not rows:
        message = f"there is no hold {key}"
        raise HoldError(message)
    found = rows[0].hold_state
    if found == state.value or (found in GONE and state.value in GONE):
        return False
    if found != HoldState.HELD.value:
        message = f"the hold {key} is {found}"
        raise HoldError(message)
    _finish(rows, state, kind, now)
    return True


def _finish(rows: list[Hold], state: HoldState, kind: MoveKind, now: dt.datetime) -> None:
    if rows:
        moves = [
            Move(stock=row.stock_id, kind=kind, quantity=row.quantity, ref=row.key) for row in rows
        ]
        book(games_id=rows[0].games_id, moves=moves, now=now)
        Hold.objects.filter(pk__in=[row.pk for row in rows]).update(hold_state=state.value)


@transaction.atomic
def expire_holds(
    *, games_id: int, now: dt.datetime, keys: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """
    Let go of holds whose time is over, some at once, and return their keys.

    ``keys``: only of these; what somebody else is ending just now is passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM (SELECT DISTINCT key FROM ledger_hold WHERE games_id = %s"
            " AND hold_state = 'held' AND expires_at <= %s AND (%s OR key = ANY(%s))"
            " ORDER BY key LIMIT %s) k WHERE pg_try_advisory_xact_lock(hashtext(%s || key))",
            [games_id, now, keys is None, list(keys or ()), SWEPT_AT_ONCE, f"hold:{games_id}:"],
        )
        due = [key for (key,) in cursor.fetchall()]
    rows = list(
        Hold.objects.filter(
            games_id=games_id, key__in=due, hold_state=HoldState.HELD.value
        ).order_by("stock_id", "pk")
    )
    _finish(rows, HoldState.EXPIRED, MoveKind.RELEASE, now)
    return tuple(dict.fromkeys(row.key for row in rows))
