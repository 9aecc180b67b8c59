"""Read payments: what waits for an answer, what has to go back, what does not add up."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Exists, F, OuterRef, Q, Sum

from sportsbrain.shop.models import Order, Payment, Refund
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.shop import OrderState, PaymentState, RefundState

PAID = (OrderState.PAID.value, OrderState.FULFILLED.value)
ENDED = (PaymentState.SUCCEEDED.value, PaymentState.CANCELLED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """A payment."""

    games_id: int
    order: int
    provider: str
    reference: str
    payment_state: str
    dispute_state: str
    amount: int
    refunded: int
    currency: str
    order_state: str = ""

    @property
    def amount_text(self) -> str:
        """Return the amount as people read it."""
        return text_of(self.amount, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """Money that has to go back, or went."""

    id: int
    order: int
    provider: str
    reference: str
    amount: int
    currency: str
    why: str
    refund_state: str
    answer: str
    due_at: dt.datetime

    @property
    def amount_text(self) -> str:
        """Return the amount as people read it."""
        return text_of(self.amount, self.currency)


def payment_of(*, provider: str, reference: str) -> PaymentRow | None:
    """Return a payment by the name its provider gave it: providers know no Games."""
    row = Payment.objects.filter(provider=provider, reference=reference).first()
    return _row(row) if row else None


def payments_of_order(*, games_id: int, order: int) -> tuple[PaymentRow, ...]:
    """Return the payments of an order, oldest first."""
    rows = Payment.objects.filter(games_id=games_id, order_number=order).order_by("pk")
    return tuple(_row(row) for row in rows)


def waiting_payments(
    *, games_id: int, provider: str, before: dt.datetime, limit: int = 200
) -> tuple[PaymentRow, ...]:
    """Return payments that began before a moment and have no end yet, those asked longest ago."""
    rows = Payment.objects.filter(games_id=games_id, provider=provider, created_at__lt=before)
    rows = rows.filter(Q(asked_at=None) | Q(asked_at__lt=before))
    rows = rows.exclude(payment_state__in=ENDED)
    some = list(rows.order_by(F("asked_at").asc(nulls_first=True), "pk")[:limit])
    orders = Order.objects.filter(games_id=games_id, number__in=[row.order_number for row in some])
    states = dict(orders.values_list("number", "order_state"))
    return tuple(replace(_row(row), order_state=states.get(row.order_number, "")) for row in some)


def refund_rows(
    *, games_id: int, state: RefundState | None = None, order: int = 0
) -> tuple[RefundRow, ...]:
    """Return refunds, oldest first."""
    rows = Refund.objects.filter(games_id=games_id).select_related("payment")
    if state:
        rows = rows.filter(refund_state=state.value)
    if order:
        rows = rows.filter(payment__order_number=order)
    return tuple(
        RefundRow(
            id=row.pk, order=row.payment.order_number, provider=row.payment.provider,
            reference=row.payment.reference, amount=row.amount, currency=row.payment.currency,
            why=row.why, refund_state=row.refund_state, answer=row.answer, due_at=row.due_at,
        )
        for row in rows.order_by("pk")
    )  # fmt: skip


def payment_troubles(*, games_id: int) -> tuple[str, ...]:
    """
    Return where payments and orders do not agree: nothing is paid without an order or a refund.

    Orders that say they were paid at a counter or by a test have no payment and are left out.
    """
    order = Order.objects.filter(games_id=OuterRef("games_id"), number=OuterRef("order_number"))
    money = Payment.objects.filter(games_id=games_id, payment_state=PaymentState.SUCCEEDED.value)
    given = Q(refund_state__in=[RefundState.DUE.value, RefundState.SENT.value])
    rows = money.annotate(
        owed=Sum("refunds__amount", filter=Q(refunds__in=Refund.objects.filter(given))),
        is_paid=Exists(order.filter(order_state__in=[*PAID, OrderState.REFUNDED.value])),
        waits=Exists(order.filter(order_state=OrderState.PLACED.value)),
    )
    in_part = Q(waits=True, provider="gift-card")  # the rest is still being paid another way
    lost = rows.filter(is_paid=False).exclude(in_part).exclude(refunded=F("amount")).order_by("pk")
    found = [
        f"order {row.order_number}: {text_of(row.amount, row.currency)} came by {row.provider},"
        " no order took it and no refund is due"
        for row in lost
        if (row.owed or 0) + row.refunded < row.amount
    ]
    twice = money.values("order_number").annotate(came=Sum(F("amount") - F("refunded")))
    totals = dict(
        Order.objects.filter(
            games_id=games_id, number__in=[row["order_number"] for row in twice]
        ).values_list("number", "total")
    )
    owed = dict(
        Refund.objects.filter(given, games_id=games_id)
        .values_list("payment__order_number")
        .annotate(n=Sum("amount"))
    )
    found += [
        f"order {row['order_number']}: more came than it costs, and no refund is due"
        for row in twice
        if row["came"] > totals.get(row["order_number"], 0) + owed.get(row["order_number"], 0)
        and row["order_number"] in totals
    ]
    refused = Refund.objects.filter(games_id=games_id, refund_state=RefundState.REFUSED.value)
    found += [
        f"order {row.payment.order_number}: its refund was refused: {row.answer}"
        for row in refused.select_related("payment").order_by("pk")
    ]
    return tuple(found)


def _row(row: Payment) -> PaymentRow:
    return PaymentRow(
        games_id=row.games_id, order=row.order_number, provider=row.provider,
        reference=row.reference, payment_state=row.payment_state, dispute_state=row.dispute_state,
        amount=row.amount, refunded=row.refunded, currency=row.currency,
    )  # fmt: skip
