"""
Gift cards: issued when their order is paid, spent like a payment, owed until then.

The ledger has what is owed on cards in the account ``gifts``: what all cards are worth, less what
was spent of them.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F

from sportsbrain.ledger.actions import Entry, post
from sportsbrain.shop.actions.returning import locked_order
from sportsbrain.shop.models import GiftCard, Order, OrderLine, Payment
from sportsbrain.shop.queries import gift_code, gift_hash, gift_skus

GIFTS = "gifts"


@transaction.atomic
def issue_gifts(*, games_id: int, order: int, now: dt.datetime) -> int:
    """
    Issue the gift cards of a paid order and return how many are new; the same again issues none.

    Raises
    ------
    ShopError
        When the order is not a paid one.

    """
    row = locked_order(games_id, order)
    lines = OrderLine.objects.filter(games_id=games_id, number=order)
    skus = gift_skus(games_id=games_id, skus={line.sku for line in lines})
    bought = [line for line in lines if line.sku in skus]
    if not bought or GiftCard.objects.filter(games_id=games_id, order_number=order).exists():
        return 0
    made = [
        GiftCard(
            games_id=games_id, order_number=order, line=line.line, piece=piece,
            code_hash=gift_hash(gift_code(games_id=games_id, order=order, line=line.line,
                                          piece=piece)),
            currency=row.currency, worth=line.unit_price, issued_at=now,
        )
        for line in bought
        for piece in range(1, line.quantity + 1)
    ]  # fmt: skip
    GiftCard.objects.bulk_create(made)
    _owe(row, sum(card.worth for card in made), f"gifts:{order}", now)
    return len(made)


def end_gifts_of(order: Order, now: dt.datetime) -> None:
    """Let the cards of a locked order whose money went back be worth what was spent of them."""
    rows = GiftCard.objects.select_for_update().filter(
        games_id=order.games_id, order_number=order.number, worth__gt=F("spent")
    )
    left = sum(card.worth - card.spent for card in rows.order_by("pk"))
    if left:
        rows.update(worth=F("spent"))
        _owe(order, -left, f"gifts-back:{order.number}", now)


def spend_gift(payment: Payment, amount: int) -> None:
    """Spend so much of the card of a payment, or put it back when below nothing."""
    GiftCard.objects.filter(games_id=payment.games_id, pk=card_of(payment)).update(
        spent=F("spent") + amount
    )


def card_of(payment: Payment) -> int:
    """Return the key of the card that a payment was made with."""
    return int(payment.reference.partition("-")[0])


def _owe(order: Order, amount: int, posting: str, now: dt.datetime) -> None:
    """Post that so much of what came in is owed on cards, and no revenue."""
    entries = [
        Entry(posting=posting, account=account, currency=order.currency, amount=n)
        for account, n in (("revenue", amount), (GIFTS, -amount))
    ]
    post(games_id=order.games_id, entries=entries, now=now, is_part=True)
