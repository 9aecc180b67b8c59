"""
Pieces that come back: asked for, received, paid back to the minor unit.

The k-th piece of a line is worth what k pieces are less what k − 1 are: what comes back in any
steps adds up to what was paid, and so do its royalties.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import transaction

from sportsbrain.ledger.actions import Move, book, credit_invoice, post
from sportsbrain.shop.actions.invoices import invoice_order
from sportsbrain.shop.actions.letters import owe_letter
from sportsbrain.shop.actions.refunds import owe_order
from sportsbrain.shop.actions.royalties import owed, owing
from sportsbrain.shop.actions.sellers import payable_entries
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Order, OrderLine, Return
from sportsbrain.shop.queries import left_to_return
from sportsbrain.vocabulary.money import part_of
from sportsbrain.vocabulary.shop import LetterKind, OrderState, ReturnState
from sportsbrain.vocabulary.trade import MoveKind

RETURN_DAYS = 30
OPEN = (ReturnState.ASKED, ReturnState.RECEIVED)
CREDITS = "C"


def locked_order(games_id: int, number: int) -> Order:
    """
    Return an order, alone until the commit.

    Raises
    ------
    ShopError
        When there is none, or it was not paid.

    """
    row = Order.objects.select_for_update().filter(games_id=games_id, number=number).first()
    if row is None or row.order_state not in {OrderState.PAID.value, OrderState.FULFILLED.value}:
        message = f"nothing of order {number} can come back: it is not a paid one"
        raise ShopError(message)
    return row


def back_of(
    games_id: int, number: int, states: Sequence[ReturnState], *, but: int = 0
) -> Counter[int]:
    """Return how many pieces of each line are in returns of some states, without one of them."""
    found: Counter[int] = Counter()
    rows = Return.objects.filter(games_id=games_id, order_number=number, return_state__in=states)
    for row in rows.exclude(pk=but):
        found.update({int(line): int(pieces) for line, pieces in row.lines})
    return found


@transaction.atomic
def ask_return(
    *, games_id: int, order: int, pieces: Mapping[int, int], why: str, now: dt.datetime
) -> int:
    """
    Keep that a buyer gives pieces back, by line, and return the number of the return.

    Raises
    ------
    ShopError
        When there are not so many left of a line, or it is too late.

    """
    row = locked_order(games_id, order)
    if now > row.placed_at + dt.timedelta(days=RETURN_DAYS):
        message = f"things come back within {RETURN_DAYS} days"
        raise ShopError(message)
    wanted = {line: n for line, n in pieces.items() if n > 0}
    lines = list(OrderLine.objects.filter(games_id=games_id, number=order))
    left = left_to_return(games_id=games_id, number=order, lines=lines)  # tickets: their own way
    if not wanted or any(n > left.get(line, 0) for line, n in wanted.items()):
        message = "there are not so many pieces left to give back: look at the numbers again"
        raise ShopError(message)
    made = Return.objects.create(
        games_id=games_id, order_number=order, lines=sorted(wanted.items()), why=why[:200],
        asked_at=now,
    )  # fmt: skip
    owe_letter(row, key=f"return:{made.pk}", kind=LetterKind.RETURN_ASKED, now=now)
    return made.pk


@transaction.atomic
def receive_return(
    *, games_id: int, number: int, by: str, now: dt.datetime, is_sellable: bool = True
) -> int:
    """
    Take pieces back and return what is paid back; the same again changes nothing.

    Raises
    ------
    ShopError
        When there is no such return, or it was refused.

    """
    made = Return.objects.filter(games_id=games_id, pk=number).first()
    if made is None:
        message = f"there is no return {number}"
        raise ShopError(message)
    row = locked_order(games_id, made.order_number)
    made.refresh_from_db()  # as it is now that we are alone with its order
    if made.return_state == ReturnState.RECEIVED.value:
        return made.amount
    if made.return_state == ReturnState.REFUSED.value:
        message = f"the return {number} was refused: ask again"
        raise ShopError(message)
    pieces = {int(line): int(n) for line, n in made.lines}
    made.amount = take_back(row, pieces, ref=f"return:{made.pk}", but=made.pk, now=now,
                            is_sellable=is_sellable)  # fmt: skip
    made.return_state, made.ended_at, made.ended_by = ReturnState.RECEIVED.value, now, by[:80]
    made.save()
    owe_letter(row, key=f"returned:{made.pk}", kind=LetterKind.RETURN_DONE, now=now)
    return made.amount


@transaction.atomic
def refuse_return(*, games_id: int, number: int, why: str, by: str, now: dt.datetime) -> None:
    """Refuse a return that was asked for: its pieces can be asked for again."""
    rows = Return.objects.filter(games_id=games_id, pk=number, return_state=ReturnState.ASKED.value)
    if not rows.update(return_state=ReturnState.REFUSED.value, why=why[:200], ended_at=now,
                       ended_by=by[:80]):  # fmt: skip
        message = f"there is no return {number} that waits"
        raise ShopError(message)


def take_back(
    row: Order, pieces: Mapping[int, int], *, ref: str, now: dt.datetime, but: int,
    is_sellable: bool = True, places: Sequence[int] = (),
) -> int:  # fmt: skip
    """
    Book pieces of a locked order back, owe their money, credit its invoice; return the money.

    ``places``: the stock rows of tickets, one each; other pieces go where they came from. When
    everything is back, what was paid for shipping goes back too.
    """
    lines = {
        line.line: line
        for line in OrderLine.objects.filter(games_id=row.games_id, number=row.number)
    }
    before = back_of(row.games_id, row.number, (ReturnState.RECEIVED,), but=but)
    moves = [Move(stock=key, kind=MoveKind.RETURN, quantity=1, ref=ref) for key in places]
    amount, royalties, credited, parts = 0, [], [], []
    for number, count in sorted(pieces.items()):
        line, first = lines[number], before[number]
        last = first + count
        tax = part_of(line.tax, first, last, line.quantity)
        value = part_of(line.total, first, last, line.quantity)
        value += 0 if row.is_tax_included else tax
        amount += value
        credited.append({"title": line.title, "quantity": count, "total": value, "tax": tax})
        royalties.append(
            [(contract, who, part_of(n, first, last, line.quantity))
             for contract, who, n in line.royalties]
        )  # fmt: skip
        parts.append((line, first, last))
        if not places:
            moves += _moves(line, first, last, ref, is_sellable=is_sellable)
        before[number] = last
    is_all = all(before[number] == line.quantity for number, line in lines.items())
    if is_all and row.shipping + row.duty:
        paid = row.total - sum(_paid_for(row, line) for line in lines.values())
        amount += paid
        credited.append({"title": "shipping, duties", "quantity": 1, "total": paid, "tax": 0})
    book(games_id=row.games_id, moves=moves, now=now)
    sums = owed((row.currency, line) for line in royalties)
    entries = owing(sums, f"royalty-{ref}", -1)
    entries += payable_entries(row, parts, f"sellers-{ref}", -1)
    post(games_id=row.games_id, entries=entries, now=now, is_part=True)
    if amount:
        owe_order(games_id=row.games_id, order=row.number, amount=amount, key=ref,
                  why="came back", now=now)  # fmt: skip
        invoice_order(games_id=row.games_id, order=row.number, now=now)
        credit_invoice(games_id=row.games_id, series=CREDITS, ref=f"order:{row.number}",
                       lines=credited, total=amount, now=now)  # fmt: skip
    return amount


def _paid_for(row: Order, line: OrderLine) -> int:
    return int(line.total) + (0 if row.is_tax_included else int(line.tax))


def _moves(line: OrderLine, first: int, last: int, ref: str, *, is_sellable: bool) -> list[Move]:
    """Return moves of pieces ``first`` to before ``last`` to the rows that they were taken from."""
    moves, at = [], 0
    for stock, taken in line.pieces:
        n = min(last, at + taken) - max(first, at)
        if n > 0:
            moves.append(Move(stock=stock, kind=MoveKind.RETURN, quantity=n, ref=ref))
            if not is_sellable:
                moves.append(Move(stock=stock, kind=MoveKind.LOSS, quantity=n, ref=ref))
        at += taken
    return moves
