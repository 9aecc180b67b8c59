"""
Money that goes back: owed once for each reason, never more than came, sent by its provider.

What is owed is a row; whoever speaks with providers sends it, with the row's key, until it is sent.
What went back is only what a provider tells (`record_event`).
"""

import datetime as dt

from django.db import transaction
from django.db.models import Sum

from sportsbrain.live.actions import append_update
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Order, Payment, Refund
from sportsbrain.vocabulary.shop import PaymentState, RefundState

REFUND_DUE = "shop.refund-due"
ON_ACCOUNT, GIFT = "account", "gift-card"


def account_of(payment: Payment) -> str:
    """Return where money lies: with a provider, owed by a delegation, owed on gift cards."""
    if payment.provider == GIFT:
        return "gifts"
    if payment.provider == ON_ACCOUNT:
        return f"receivable:{payment.reference.rpartition('-')[0]}"
    return f"cash:{payment.provider}"


def left_of(payment: Payment) -> int:
    """Return what of a payment neither went back nor is due to."""
    return payment.amount - max(_owed(payment), payment.refunded)


def _owed(payment: Payment) -> int:
    """Return what of a payment we owe back, or sent."""
    kept = payment.refunds.exclude(refund_state=RefundState.REFUSED.value)
    return int(kept.aggregate(n=Sum("amount"))["n"] or 0)


@transaction.atomic
def owe_refund(
    payment: Payment, amount: int | None, *, key: str, why: str, now: dt.datetime
) -> bool:
    """
    Keep that money of a payment has to go back, None: all that is left; False when it was before.

    The payment's row is locked: together refunds are never more than came.

    Raises
    ------
    ShopError
        When less is left of the payment.

    """
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    if Refund.objects.filter(games_id=row.games_id, key=key).exists():
        return False
    left = left_of(row)
    if amount is None:
        amount = left
        if not left:
            return False
    if amount > left:
        message = f"{left} {row.currency} are left of this payment, {amount} can't go back"
        raise ShopError(message)
    Refund.objects.create(games_id=row.games_id, payment=row, key=key, amount=amount, why=why,
                          due_at=now)  # fmt: skip
    append_update(
        games_id=row.games_id, topic=REFUND_DUE, key=key, recorded_at=now,
        body={"order": row.order_number, "amount": amount, "why": why},
    )  # fmt: skip
    return True


@transaction.atomic
def owe_order(
    *, games_id: int, order: int, amount: int, key: str, why: str, now: dt.datetime
) -> bool:
    """
    Keep that money of an order has to go back: gift cards last, the payment with most left first.

    Raises
    ------
    ShopError
        When its payments together have not so much left.

    """
    if Refund.objects.filter(games_id=games_id, key=key).exists():
        return False
    rows = sorted(_came(games_id, order), key=lambda row: (row.provider == GIFT, -left_of(row)))
    if not rows:
        message = f"the order {order} was not paid by a provider: give the money back at a desk"
        raise ShopError(message)
    name = key
    for number, row in enumerate(rows, 1):
        part = amount if number == len(rows) else min(amount, left_of(row))
        if part:
            owe_refund(row, part, key=name, why=why, now=now)
            name = f"{key}/{number + 1}"
        amount -= part
    return True


def came_for(*, games_id: int, order: int) -> int:
    """Return what came for an order and is not owed back."""
    return sum(row.amount - _owed(row) for row in _came(games_id, order))


def owe_all(order: Order, *, why: str, now: dt.datetime) -> None:
    """Keep that everything that came for an order has to go back."""
    for row in _came(order.games_id, order.number):
        owe_refund(row, None, key=f"payment:{row.pk}", why=why, now=now)


def _came(games_id: int, order: int) -> list[Payment]:
    """Return the payments of an order that came, oldest first."""
    return list(
        Payment.objects.filter(
            games_id=games_id, order_number=order, payment_state=PaymentState.SUCCEEDED.value
        ).order_by("pk")
    )


def payment_asked(*, games_id: int, provider: str, reference: str, now: dt.datetime) -> None:
    """Keep that a provider was asked for a payment: the others are asked before it is again."""
    Payment.objects.filter(games_id=games_id, provider=provider, reference=reference).update(
        asked_at=now
    )


@transaction.atomic
def refund_answered(
    *, games_id: int, refund: int, is_sent: bool, answer: str, now: dt.datetime
) -> None:
    """Keep what a provider said to a refund: sent, or refused and why."""
    Refund.objects.filter(games_id=games_id, pk=refund).update(
        refund_state=(RefundState.SENT if is_sent else RefundState.REFUSED).value,
        answer=answer[:200], sent_at=now,
    )  # fmt: skip
