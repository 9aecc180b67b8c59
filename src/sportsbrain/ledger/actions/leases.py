"""
Leases: pieces that a till may sell while it has no network.

They are held like those of a hold, so nobody else sells them. One row a holder and stock row: it is
topped up, used, and ended; what it still has is ``quantity - sold``.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from sportsbrain.ledger.actions.stock import Move, book, lock_stock
from sportsbrain.ledger.models import Stock, StockLease
from sportsbrain.vocabulary.trade import MoveKind


@transaction.atomic
def top_up_leases(
    *,
    games_id: int,
    holder: str,
    wanted: Mapping[int, int],
    expires_at: dt.datetime,
    now: dt.datetime,
) -> dict[int, int]:
    """
    Hand pieces to a holder, (stock row → how many it should have), and return what it has.

    Rows of which it has more than half of that are left alone; there may be less free than wanted.
    """
    mine = StockLease.objects.filter(games_id=games_id, holder=holder)
    has_now = {row.stock_id: row.quantity - row.sold for row in mine}
    short = [stock for stock, n in wanted.items() if 2 * has_now.get(stock, 0) <= n]
    some = Stock.objects.filter(games_id=games_id, pk__in=short)
    some = some.filter(on_hand__gt=F("held") + F("sold"))  # the others need not be locked
    free = lock_stock(games_id=games_id, keys=some.values_list("pk", flat=True))
    rows = _rows(games_id, holder)
    moves, changed, new = [], [], []
    for stock in sorted(free):
        row = rows.get(stock)
        has = row.quantity - row.sold if row else 0
        more = min(wanted[stock] - has, free[stock]) if 2 * has <= wanted[stock] else 0
        if more <= 0:
            continue
        moves.append(Move(stock=stock, kind=MoveKind.HOLD, quantity=more, ref=holder))
        if row:
            row.quantity += more
            changed.append(row)
        else:
            new.append(StockLease(games_id=games_id, holder=holder, stock_id=stock, quantity=more,
                                  expires_at=expires_at))  # fmt: skip
    book(games_id=games_id, moves=moves, now=now)
    StockLease.objects.bulk_update(changed, ["quantity"])
    StockLease.objects.bulk_create(new)
    mine.update(expires_at=expires_at)
    return {row.stock_id: row.quantity - row.sold for row in mine.all() if row.stock_id in wanted}


def _rows(games_id: int, holder: str) -> dict[int, StockLease]:
    rows = StockLease.objects.select_for_update().filter(games_id=games_id, holder=holder)
    return {row.stock_id: row for row in rows.order_by("stock_id")}


@transaction.atomic
def use_leases(
    *, games_id: int, holder: str, pieces: Mapping[int, int], now: dt.datetime
) -> dict[int, int]:
    """
    Let go of pieces that a holder sells in this transaction, and return how many of each it had.

    Their stock rows stay locked until its end: nobody comes between.
    """
    lock_stock(games_id=games_id, keys=pieces)
    rows = _rows(games_id, holder)
    used = {
        stock: min(n, rows[stock].quantity - rows[stock].sold)
        for stock, n in sorted(pieces.items())
        if stock in rows
    }
    used = {stock: n for stock, n in used.items() if n > 0}
    book(
        games_id=games_id, now=now,
        moves=[Move(stock=stock, kind=MoveKind.RELEASE, quantity=n, ref=holder)
               for stock, n in used.items()],
    )  # fmt: skip
    for stock, n in used.items():
        StockLease.objects.filter(pk=rows[stock].pk).update(sold=F("sold") + n)
    return used


@transaction.atomic
def reclaim_leases(*, games_id: int, pieces: Mapping[int, int], now: dt.datetime) -> None:
    """Take pieces back from whoever has them, (stock row → how many): they turned up elsewhere."""
    lock_stock(games_id=games_id, keys=pieces)
    rows = StockLease.objects.select_for_update().filter(
        games_id=games_id, stock_id__in=list(pieces), quantity__gt=F("sold")
    )
    left, moves, changed = dict(pieces), [], []
    for row in rows.order_by("stock_id", "pk"):
        n = min(left[row.stock_id], row.quantity - row.sold)
        if n > 0:
            left[row.stock_id] -= n
            row.quantity -= n
            changed.append(row)
            moves.append(
                Move(stock=row.stock_id, kind=MoveKind.RELEASE, quantity=n, ref=row.holder)
            )
    book(games_id=games_id, moves=moves, now=now)
    StockLease.objects.bulk_update(changed, ["quantity"])


@transaction.atomic
def end_leases(
    *, games_id: int, now: dt.datetime, holder: str = "", before: dt.datetime | None = None
) -> int:
    """
    Take back what holders have, of one or of those whose time is over; return how many pieces.

    A till that sold of it meanwhile still tells what: then it is a difference of the count.
    """
    rows = StockLease.objects.filter(games_id=games_id, quantity__gt=F("sold"))
    if holder:
        rows = rows.filter(holder=holder)
    if before:
        rows = rows.filter(expires_at__lte=before)
    lock_stock(games_id=games_id, keys=[*rows.values_list("stock_id", flat=True)])
    found = list(rows.select_for_update().order_by("stock_id", "pk"))
    moves = [
        Move(stock=row.stock_id, kind=MoveKind.RELEASE, quantity=row.quantity - row.sold,
             ref=row.holder)
        for row in found
    ]  # fmt: skip
    book(games_id=games_id, moves=moves, now=now)
    StockLease.objects.filter(pk__in=[row.pk for row in found]).update(quantity=F("sold"))
    return sum(move.quantity for move in moves)
