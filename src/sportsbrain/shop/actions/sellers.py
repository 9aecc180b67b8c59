"""
What third-party sellers are owed.

The committee takes the money and remits the tax, they get the rest of their lines less the
commission. Owed when an order is paid, its part back with what comes
back, paid out when somebody does.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.db import connection, transaction

from sportsbrain.ledger.actions import Entry, post
from sportsbrain.ledger.queries import balance_of
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Order, OrderLine
from sportsbrain.vocabulary.money import part_of

PAYABLE, REF_MAX = "seller:", 24  # a posting has 60 letters


def payable_of(order: Order, line: OrderLine) -> int:
    """Return what the seller of a line gets: the line without tax, less the commission."""
    net = line.total - (line.tax if order.is_tax_included else 0)
    return int(net - line.commission) if line.seller else 0


def payable_entries(
    order: Order, parts: Iterable[tuple[OrderLine, int, int]], posting: str, sign: int
) -> list[Entry]:
    """
    Return the entries for pieces ``first`` to before ``last`` of lines: sign 1 owed, −1 back.

    What sellers are owed is taken off the revenue that the payment was booked as.
    """
    sums: Counter[str] = Counter()
    for line, first, last in parts:
        if line.seller:
            sums[line.seller] += part_of(payable_of(order, line), first, last, line.quantity)
    entries = []
    for seller, amount in sorted(sums.items()):
        entries += [
            Entry(posting=posting, account="revenue", currency=order.currency,
                  amount=sign * amount),
            Entry(posting=posting, account=f"{PAYABLE}{seller}", currency=order.currency,
                  amount=-sign * amount),
        ]  # fmt: skip
    return entries


@transaction.atomic
def pay_out(
    *, games_id: int, seller: str, currency: str, amount: int, ref: str, now: dt.datetime
) -> None:
    """
    Keep that a seller got money by a transfer; the same ref again changes nothing.

    Raises
    ------
    ShopError
        When it is nothing, or more than the seller is owed.

    """
    if not 0 < len(ref) <= REF_MAX:
        message = f"the number of a transfer has {REF_MAX} letters at most"
        raise ShopError(message)
    posting = f"payout:{seller}:{currency}:{ref}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"payout:{games_id}"])
        cursor.execute(
            "SELECT sum(amount) FROM ledger_entry WHERE games_id = %s AND posting = %s"
            " AND account LIKE 'seller:%%'",
            [games_id, posting],
        )
        (known,) = cursor.fetchone()
    if known is not None:
        if known == amount:
            return
        message = f"the transfer {ref} is kept already, with another amount"
        raise ShopError(message)
    owed = -balance_of(games_id=games_id, account=f"{PAYABLE}{seller}", currency=currency)
    if not 0 < amount <= owed:
        message = f"{seller} is owed less than that: look at the statement again"
        raise ShopError(message)
    entries = [
        Entry(posting=posting, account=f"{PAYABLE}{seller}", currency=currency, amount=amount),
        Entry(posting=posting, account="cash:payout", currency=currency, amount=-amount),
    ]
    post(games_id=games_id, entries=entries, now=now, is_part=True)
