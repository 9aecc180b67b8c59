"""Book what trucks brought: the moves of a plan, once."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from sportsbrain.ledger.actions import Move, book, lock_stock, open_stock
from sportsbrain.ledger.queries import has_moves, location_rows, stock_rows
from sportsbrain.plans.actions import publish_version
from sportsbrain.plans.queries import version_items
from sportsbrain.shop.errors import ShopError
from sportsbrain.vocabulary.trade import LocationKind, MoveKind

PLANNER = "retail"


@transaction.atomic
def book_hauls(
    *, games_id: int, hauls: Sequence[tuple[str, str, int]], ref: str, now: dt.datetime
) -> tuple[int, int]:
    """
    Book (SKU, store, pieces) between the warehouses and the stores; below nothing they come back.

    What is not there any more is left out: somebody bought it meanwhile. Return how many pieces
    were moved and how many were left out.

    Raises
    ------
    ShopError
        When these moves were booked before, or there is no warehouse.

    """
    if has_moves(games_id=games_id, ref=ref):
        message = "these moves were booked before"
        raise ShopError(message)
    houses = [
        row.code for row in location_rows(games_id=games_id)
        if row.kind == LocationKind.WAREHOUSE.value
    ]  # fmt: skip
    if not houses:
        message = "there is no warehouse to bring things from"
        raise ShopError(message)
    skus = tuple({sku for sku, _, _ in hauls})
    items = [(sku, place, "") for sku, place, _ in hauls]
    rows = open_stock(games_id=games_id, items=[*items, *((sku, houses[0], "") for sku in skus)])
    known = {
        (row.item, row.location): row.id
        for row in stock_rows(games_id=games_id, items=skus)
        if not row.bucket
    }
    free = lock_stock(games_id=games_id, keys=known.values())
    moves: list[Move] = []
    moved = missed = 0
    for sku, place, pieces in hauls:
        target = rows[sku, place, ""]
        if pieces > 0:
            sources = [known[sku, house] for house in houses if (sku, house) in known]
            targets = [target]
        else:
            sources, targets = [target], [rows[sku, houses[0], ""]]
        left = abs(pieces)
        for source in sources:
            n = min(left, free.get(source, 0))
            if n > 0:
                free[source] -= n
                left -= n
                moves += [
                    Move(stock=source, kind=MoveKind.TRANSFER, quantity=-n, ref=ref),
                    Move(stock=targets[0], kind=MoveKind.TRANSFER, quantity=n, ref=ref),
                ]
        moved += abs(pieces) - left
        missed += left
    book(games_id=games_id, moves=moves, now=now)
    return moved, missed


@transaction.atomic
def carry_out(*, games_id: int, number: int, actor: str, now: dt.datetime) -> tuple[int, int]:
    """
    Book the moves of a version of the retail plan and put it in force; see `book_hauls`.

    Raises
    ------
    UnknownVersionError
        When there is no such version.
    ShopError
        When it was booked before.

    """
    items = version_items(games_id=games_id, planner=PLANNER, number=number)
    hauls = [(str(sku), str(place), int(pieces)) for sku, place, pieces in items["hauls"]]
    done = book_hauls(games_id=games_id, hauls=hauls, ref=f"{PLANNER}:{number}", now=now)
    publish_version(games_id=games_id, planner=PLANNER, number=number, actor=actor, now=now)
    return done
