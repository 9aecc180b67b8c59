"""
Payments: what a provider tells, in any order and as often as it likes, and what it does to orders.

A payment only goes up a ladder (created, processing, failed, cancelled, succeeded), a dispute up
its own (open, lost, won), and what was refunded only grows: the same events in any order end in the
same state.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from sportsbrain.ledger.actions import Entry, Want, claim, expire_holds, post, take
from sportsbrain.ledger.errors import HoldError
from sportsbrain.live.actions import append_update
from sportsbrain.shop.actions.gifts import end_gifts_of, spend_gift
from sportsbrain.shop.actions.letters import owe_letter
from sportsbrain.shop.actions.refunds import (
    GIFT,
    ON_ACCOUNT,
    account_of,
    came_for,
    owe_all,
    owe_refund,
)
from sportsbrain.shop.actions.royalties import owed, owing
from sportsbrain.shop.actions.sellers import payable_entries
from sportsbrain.shop.actions.tickets import end_tickets_of
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import DropLimit, GiftCard, Order, OrderLine, Payment, PaymentEvent
from sportsbrain.shop.queries import gift_hash, gift_skus
from sportsbrain.vocabulary.money import part_of
from sportsbrain.vocabulary.shop import DisputeState, LetterKind, OrderState, PaymentState
from sportsbrain.vocabulary.trade import MoveKind
from sportsbrain.world.queries import organisation_lines

LADDER = (
    PaymentState.CREATED,
    PaymentState.PROCESSING,
    PaymentState.FAILED,
    PaymentState.CANCELLED,
    PaymentState.SUCCEEDED,
)
DISPUTES = (DisputeState.NONE, DisputeState.OPEN, DisputeState.LOST, DisputeState.WON)
PAID_BEFORE = {OrderState.PAID.value, OrderState.FULFILLED.value, OrderState.REFUNDED.value}
ORDER_PAID, ORDER_EXPIRED, DISPUTED = "shop.paid", "shop.expired", "shop.disputed"
SWEPT_AT_ONCE = 500
FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """
    One event of a provider.

    ``refunded`` is all that went back so far, ``disputed`` what a bank withholds, in minor units.
    """

    event: str
    provider: str
    reference: str
    kind: str
    state: PaymentState | None = None
    refunded: int = 0
    dispute: DisputeState = DisputeState.NONE
    disputed: int = 0


@transaction.atomic
def begin_payment(
    *,
    games_id: int,
    order: int,
    provider: str,
    reference: str,
    now: dt.datetime,
    amount: int | None = None,
) -> int:
    """
    Keep that an order is being paid and return the amount; the same again changes nothing.

    ``amount``: what the provider was asked for, None: all that the order costs. What the provider
    told of it before is followed now.

    Raises
    ------
    ShopError
        When there is no such order.

    """
    _lock(games_id, provider, reference)
    row = Order.objects.filter(games_id=games_id, number=order).first()
    if row is None:
        message = f"there is no order {order}"
        raise ShopError(message)
    payment, is_new = Payment.objects.get_or_create(
        games_id=games_id, provider=provider, reference=reference,
        defaults={"order_number": order, "currency": row.currency, "created_at": now,
                  "amount": row.total if amount is None else amount},
    )  # fmt: skip
    if is_new:
        events = PaymentEvent.objects.filter(
            games_id=games_id, provider=provider, reference=reference
        )
        for event in events.order_by("pk"):
            _follow(payment, _told(event), now)
    return payment.amount


@transaction.atomic
def pay_nothing(*, games_id: int, order: int, now: dt.datetime) -> bool:
    """Let an order that costs nothing be paid: no provider takes nothing. False: it costs."""
    row = Order.objects.select_for_update().filter(games_id=games_id, number=order).first()
    if row is None or row.total or row.order_state != OrderState.PLACED.value:
        return False
    reference = f"free-{order}"
    begin_payment(games_id=games_id, order=order, provider=FREE, reference=reference, now=now)
    told = Told(event=f"{reference}-{games_id}", provider=FREE, reference=reference, kind="free",
                state=PaymentState.SUCCEEDED)  # fmt: skip
    return record_event(games_id=games_id, told=told, body={}, now=now)


@transaction.atomic
def pay_on_account(*, games_id: int, order: int, client: str, now: dt.datetime) -> None:
    """
    Let a delegation owe an order: it is paid, and stands in the receivables.

    Raises
    ------
    ShopError
        When there is no such delegation, or the order does not wait for payment.

    """
    known = {row.code for row in organisation_lines(games_id=games_id)}
    row = Order.objects.select_for_update().filter(games_id=games_id, number=order).first()
    if row is None or row.order_state != OrderState.PLACED.value:
        message = "this order does not wait for payment"
        raise ShopError(message)
    if client not in known:
        message = f"there is no delegation {client or 'without a code'}"
        raise ShopError(message)
    reference = f"{client}-{order}"
    begin_payment(games_id=games_id, order=order, provider=ON_ACCOUNT, reference=reference, now=now)
    told = Told(event=f"{reference}-{games_id}", provider=ON_ACCOUNT, reference=reference,
                kind="on account", state=PaymentState.SUCCEEDED)  # fmt: skip
    record_event(games_id=games_id, told=told, body={}, now=now)


@transaction.atomic
def pay_by_gift(*, games_id: int, order: int, code: str, now: dt.datetime) -> int:
    """
    Pay as much of an order as is left on a gift card, and return how much that was.

    What an order costs beyond it is paid another way, or the card has its money again.

    Raises
    ------
    ShopError
        When there is no such card, nothing is left of it, it is of another currency or was used
        for this order, or the order does not wait for payment or buys gift cards.

    """
    row = Order.objects.select_for_update().filter(games_id=games_id, number=order).first()
    if row is None or row.order_state != OrderState.PLACED.value:
        message = "this order does not wait for payment"
        raise ShopError(message)
    lines = OrderLine.objects.filter(games_id=games_id, number=order)
    if gift_skus(games_id=games_id, skus={line.sku for line in lines}):
        message = "a gift card does not buy gift cards: pay another way"
        raise ShopError(message)
    card = (
        GiftCard.objects.select_for_update()
        .filter(games_id=games_id, code_hash=gift_hash(code))
        .first()
    )
    if card is None:
        message = "there is no gift card with this code: look at it again"
        raise ShopError(message)
    disputed = Payment.objects.filter(
        games_id=games_id, order_number=card.order_number,
        dispute_state__in=[DisputeState.OPEN.value, DisputeState.LOST.value],
    )  # fmt: skip
    if disputed.exists():
        message = "the money that bought this card is disputed: pay another way"
        raise ShopError(message)
    if card.currency != row.currency:
        message = f"this card pays in {card.currency}, the order is in {row.currency}"
        raise ShopError(message)
    amount = min(card.worth - card.spent, row.total - came_for(games_id=games_id, order=order))
    reference = f"{card.pk}-{order}"
    was_used = Payment.objects.filter(games_id=games_id, provider=GIFT, reference=reference)
    if amount <= 0 or was_used.exists():
        message = "nothing is left on this card" if amount <= 0 else "this card was used already"
        raise ShopError(message)
    begin_payment(games_id=games_id, order=order, provider=GIFT, reference=reference, now=now,
                  amount=amount)  # fmt: skip
    told = Told(event=f"{reference}-{games_id}", provider=GIFT, reference=reference,
                kind="gift card", state=PaymentState.SUCCEEDED)  # fmt: skip
    record_event(games_id=games_id, told=told, body={}, now=now)
    return amount


@transaction.atomic
def record_event(*, games_id: int, told: Told, body: dict[str, Any], now: dt.datetime) -> bool:
    """
    Keep what a provider told and follow it; False when it told it before.

    An event of a payment that is not known yet is kept: `begin_payment` follows it.
    """
    _lock(games_id, told.provider, told.reference)
    _, is_new = PaymentEvent.objects.get_or_create(
        games_id=games_id, provider=told.provider, event=told.event,
        defaults={"kind": told.kind, "reference": told.reference, "body": body,
                  "told_state": told.state.value if told.state else "",
                  "refunded": told.refunded, "dispute_state": told.dispute.value,
                  "disputed": told.disputed, "received_at": now},
    )  # fmt: skip
    payment = Payment.objects.filter(
        games_id=games_id, provider=told.provider, reference=told.reference
    ).first()
    if is_new and payment is not None:
        _follow(payment, told, now)
    return is_new


def _told(event: PaymentEvent) -> Told:
    """Return what an event that was kept told."""
    return Told(
        event=event.event, provider=event.provider, reference=event.reference, kind=event.kind,
        state=PaymentState(event.told_state) if event.told_state else None,
        refunded=event.refunded, dispute=DisputeState(event.dispute_state),
        disputed=event.disputed,
    )  # fmt: skip


def _lock(games_id: int, provider: str, reference: str) -> None:
    """Let one writer at a time follow a payment: page, webhook and reconciliation meet here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))",
            [f"payment:{games_id}:{provider}:{reference}"],
        )


def _follow(payment: Payment, told: Told, now: dt.datetime) -> None:
    """
    Go up the ladders, never down, and do what follows for the order once.

    The order is locked before the payment's row, as when things come back.
    """
    _order(payment.games_id, payment.order_number)
    payment.refresh_from_db()
    before = PaymentState(payment.payment_state)
    if told.state and LADDER.index(told.state) > LADDER.index(before):
        payment.payment_state = told.state.value
    was_disputed = DisputeState(payment.dispute_state)
    if DISPUTES.index(told.dispute) > DISPUTES.index(was_disputed):
        payment.dispute_state = told.dispute.value
    payment.disputed = max(payment.disputed, min(told.disputed, payment.amount))
    payment.refunded = max(payment.refunded, min(told.refunded, payment.amount))
    payment.save(update_fields=["payment_state", "refunded", "dispute_state", "disputed"])
    if payment.payment_state == PaymentState.SUCCEEDED.value:
        if before != PaymentState.SUCCEEDED:
            _paid(payment, now)
        _refunded(payment, now)
        _disputed(payment, now)
        if payment.dispute_state != was_disputed.value:
            append_update(
                games_id=payment.games_id, topic=DISPUTED, key=str(payment.pk), recorded_at=now,
                body={"order": payment.order_number, "dispute": payment.dispute_state},
            )  # fmt: skip


def _order(games_id: int, number: int) -> Order:
    found: Order = Order.objects.select_for_update().get(games_id=games_id, number=number)
    return found


def _set(order: Order, state: OrderState) -> None:
    rows = Order.objects.filter(games_id=order.games_id, number=order.number)
    rows.update(order_state=state.value, expires_at=None)


def _paid(payment: Payment, now: dt.datetime) -> None:
    """Sell what was held; what was let go meanwhile is taken again, or the money goes back."""
    order = _order(payment.games_id, payment.order_number)
    key = f"payment:{payment.pk}"
    post(games_id=order.games_id, entries=_received(order, payment, key), now=now, is_part=True)
    if payment.provider == GIFT:
        spend_gift(payment, payment.amount)
    if order.order_state in PAID_BEFORE:
        owe_refund(payment, None, key=key, why="paid twice", now=now)
        return
    came = came_for(games_id=order.games_id, order=order.number)
    if came < order.total:
        if order.order_state != OrderState.PLACED.value:
            owe_refund(payment, None, key=key, why="it was not paid whole in time", now=now)
        return
    try:
        claim(games_id=order.games_id, key=str(order.number), now=now)
    except HoldError:
        if not _taken_again(order, now):
            owe_all(order, why="sold out before it was paid", now=now)
            return
    if came > order.total:
        owe_refund(payment, came - order.total, key=f"over:{payment.pk}",
                   why="more came than it costs", now=now)  # fmt: skip
    _set(order, OrderState.PAID)
    lines = OrderLine.objects.filter(games_id=order.games_id, number=order.number).exclude(
        seller=""
    )
    whole = [(line, 0, line.quantity) for line in lines]
    entries = payable_entries(order, whole, f"sellers:{order.number}", 1)
    post(games_id=order.games_id, entries=entries, now=now, is_part=True)
    owe_letter(order, key=f"paid:{order.number}", kind=LetterKind.PAID, now=now)
    append_update(games_id=order.games_id, topic=ORDER_PAID, key=str(order.number),
                  body={"order": order.number}, recorded_at=now)  # fmt: skip


def _received(order: Order, payment: Payment, posting: str) -> list[Entry]:
    """
    Return the entries of money that came in: revenue without tax, tax, each to its account.

    Of an order that is paid in parts each part has its part of the tax.
    """
    others = Payment.objects.filter(
        games_id=order.games_id, order_number=order.number,
        payment_state=PaymentState.SUCCEEDED.value,
    ).exclude(pk=payment.pk)  # fmt: skip
    before = sum(others.values_list("amount", flat=True))
    first = before if before + payment.amount <= order.total else 0
    tax = part_of(order.tax, first, first + payment.amount, order.total) if order.total else 0
    amounts = {
        account_of(payment): payment.amount,
        "revenue": -(payment.amount - tax),
        f"tax:{order.country}": -tax,
    }
    return [
        Entry(posting=posting, account=account, currency=payment.currency, amount=amount)
        for account, amount in amounts.items()
    ]


def _taken_again(order: Order, now: dt.datetime) -> bool:
    """Take the pieces of an expired order once more, within the limit; owe its royalties."""
    lines = list(OrderLine.objects.filter(games_id=order.games_id, number=order.number))
    if order.drop and not _fits_limit(order, sum(line.quantity for line in lines)):
        return False
    wanted: Counter[int] = Counter()
    for line in lines:
        for stock, quantity in line.pieces:
            wanted[stock] += quantity
    want = Want(ref=str(order.number), lines=tuple(((s,), n) for s, n in sorted(wanted.items())))
    if take(games_id=order.games_id, wants=(want,), kind=MoveKind.SALE, now=now)[0] is None:
        return False
    if order.drop:
        _limits_of(order).update(quantity=F("quantity") + sum(line.quantity for line in lines))
    sums = owed((order.currency, line.royalties) for line in lines)
    post(games_id=order.games_id, entries=owing(sums, f"royalty:{order.number}", 1), now=now,
         is_part=True)  # fmt: skip
    return True


def _fits_limit(order: Order, pieces: int) -> bool:
    """Tell whether somebody may still have so many of a drop; the limits stay locked."""
    limits = _limits_of(order).select_for_update().order_by("person")
    return all(limit.quantity + pieces <= limit.person_max for limit in limits)


def _limits_of(order: Order) -> "QuerySet[DropLimit]":
    """Return what limits an order of a drop: what its person has, and its household."""
    who = [order.person, order.household] if order.household else [order.person]
    return DropLimit.objects.filter(games_id=order.games_id, drop=order.drop, person__in=who)


def _refunded(payment: Payment, now: dt.datetime) -> None:
    """Post what went back since the last time; the ledger says how much that is."""
    _settle(payment, "refunds", payment.refunded, now)
    others = Payment.objects.filter(
        games_id=payment.games_id, order_number=payment.order_number,
        payment_state=PaymentState.SUCCEEDED.value, refunded__lt=F("amount"),
    )  # fmt: skip
    if payment.amount and payment.refunded == payment.amount and not others.exists():
        order = _order(payment.games_id, payment.order_number)
        if order.order_state in {OrderState.PAID.value, OrderState.FULFILLED.value}:
            end_tickets_of(order, now)
            end_gifts_of(order, now)
            _set(order, OrderState.REFUNDED)


def _disputed(payment: Payment, now: dt.datetime) -> None:
    """Post what a bank withholds, or that it came back."""
    is_withheld = payment.dispute_state in {DisputeState.OPEN.value, DisputeState.LOST.value}
    _settle(payment, "disputes", payment.disputed if is_withheld else 0, now)
    if payment.dispute_state == DisputeState.LOST.value:
        end_gifts_of(_order(payment.games_id, payment.order_number), now)


def _settle(payment: Payment, account: str, wanted: int, now: dt.datetime) -> None:
    """Bring what an account has of a payment to an amount; the ledger says what it has."""
    posting = f"{account}:{payment.pk}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE games_id = %s"
            " AND posting = %s AND account = %s",
            [payment.games_id, posting, account],
        )
        (posted,) = cursor.fetchone()
    more = wanted - int(posted)
    if more and payment.provider == GIFT:
        spend_gift(payment, -more)
    if more:
        entries = [
            Entry(posting=posting, account=where, currency=payment.currency, amount=amount)
            for where, amount in ((account, more), (account_of(payment), -more))
        ]
        post(games_id=payment.games_id, entries=entries, now=now, is_part=True)


@transaction.atomic
def expire_orders(*, games_id: int, now: dt.datetime) -> int:
    """
    Let orders go that were not paid in time: pieces, limits and royalties are free again.

    Orders are locked before limits, limits before stock, as when orders are placed and paid; an
    order that is being paid just now is passed over. Returns how many orders went.
    """
    open_orders = Order.objects.select_for_update(skip_locked=True).filter(
        games_id=games_id, order_state=OrderState.PLACED.value, expires_at__lte=now
    )
    rows = {row.number: row for row in open_orders.order_by("expires_at")[:SWEPT_AT_ONCE]}
    people = {
        (row.drop, who)
        for row in rows.values() if row.drop
        for who in (row.person, row.household) if who
    }  # fmt: skip
    limits = {
        (limit.drop, limit.person): limit
        for limit in DropLimit.objects.select_for_update()
        .filter(games_id=games_id, drop__in={d for d, _ in people},
                person__in={p for _, p in people})
        .order_by("drop", "person")
    }  # fmt: skip
    keys = expire_holds(games_id=games_id, now=now, keys=tuple(str(number) for number in rows))
    gone = [rows[int(key)] for key in keys]
    numbers = [row.number for row in gone]
    Order.objects.filter(games_id=games_id, number__in=numbers).update(
        order_state=OrderState.EXPIRED.value
    )
    lines = list(OrderLine.objects.filter(games_id=games_id, number__in=numbers))
    for line in lines:
        row = rows[line.number]
        for who in (row.person, row.household) if row.drop else ():
            if who:
                limits[row.drop, who].quantity -= line.quantity
    DropLimit.objects.bulk_update(limits.values(), ["quantity"], batch_size=500)
    if numbers:
        posting = f"royalty-back:{min(numbers)}-{max(numbers)}"
        sums = owed((rows[line.number].currency, line.royalties) for line in lines)
        post(games_id=games_id, entries=owing(sums, posting, -1), now=now, is_part=True)
        for row in gone:
            owe_all(row, why="it was not paid whole in time", now=now)
        append_update(games_id=games_id, topic=ORDER_EXPIRED, key=str(numbers[0]),
                      body={"orders": numbers}, recorded_at=now)  # fmt: skip
    return len(numbers)
