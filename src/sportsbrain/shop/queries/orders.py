"""Read orders as their buyers see them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, Sum

from sportsbrain.shop.models import Order, OrderLine, Payment
from sportsbrain.shop.queries.returns import left_to_return
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.shop import OrderState, PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCard:
    """One line of an order as its buyer sees it; ``may_return``: pieces that may come back."""

    line: int
    title: str
    quantity: int
    unit_price: int
    total_text: str
    may_return: int

    @property
    def choices(self) -> range:
        """Return how many pieces may be chosen."""
        return range(self.may_return + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """An order as its buyer sees it; ``came``: what was paid of one that waits for the rest."""

    number: int
    order_state: str
    placed_at: dt.datetime
    expires_at: dt.datetime | None
    currency: str
    total: int
    total_text: str
    came: int
    came_text: str
    due: int
    due_text: str
    tax_text: str
    discount: int
    discount_text: str
    shipping: int
    shipping_text: str
    duty: int
    duty_text: str
    duty_due: int
    duty_due_text: str
    address: dict[str, str]
    lines: tuple[LineCard, ...]


def order_card(*, games_id: int, number: int) -> OrderCard | None:
    """Return an order, None when there is none."""
    row = Order.objects.filter(games_id=games_id, number=number).first()
    if row is None:
        return None
    lines = list(OrderLine.objects.filter(games_id=games_id, number=number).order_by("line"))
    left = left_to_return(games_id=games_id, number=number, lines=lines)
    came = _came(games_id, number) if row.order_state == OrderState.PLACED.value else 0
    return OrderCard(
        number=row.number,
        order_state=row.order_state,
        placed_at=row.placed_at,
        expires_at=row.expires_at,
        currency=row.currency,
        total=row.total,
        total_text=text_of(row.total, row.currency),
        came=came,
        came_text=text_of(came, row.currency),
        due=row.total - came,
        due_text=text_of(row.total - came, row.currency),
        tax_text=text_of(row.tax, row.currency),
        discount=row.discount,
        discount_text=text_of(row.discount, row.currency),
        shipping=row.shipping,
        shipping_text=text_of(row.shipping, row.currency),
        duty=row.duty,
        duty_text=text_of(row.duty, row.currency),
        duty_due=row.duty_due,
        duty_due_text=text_of(row.duty_due, row.currency),
        address=row.address,
        lines=tuple(
            LineCard(line=line.line, title=line.title, quantity=line.quantity,
                     unit_price=line.unit_price, may_return=left[line.line],
                     total_text=text_of(line.total, row.currency))
            for line in lines
        ),
    )  # fmt: skip


def _came(games_id: int, number: int) -> int:
    """Return what was paid of an order that waits for the rest."""
    rows = Payment.objects.filter(
        games_id=games_id, order_number=number, payment_state=PaymentState.SUCCEEDED.value
    )
    return int(rows.aggregate(n=Sum("amount"))["n"] or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineOfList:
    """An order in a list of the office."""

    number: int
    order_state: str
    placed_at: dt.datetime
    email: str
    channel: str
    total_text: str


def found_orders(*, games_id: int, text: str, limit: int = 20) -> tuple[OrderLineOfList, ...]:
    """Return orders by number or e-mail, the newest when nothing is asked."""
    rows = Order.objects.filter(games_id=games_id)
    word = text.strip().replace("\x00", "")
    if word.isdecimal() and len(word) < 18:
        rows = rows.filter(number=int(word))
    elif word:
        rows = rows.filter(Q(email__icontains=word) | Q(idem_key=word))
    return tuple(
        OrderLineOfList(
            number=row.number, order_state=row.order_state, placed_at=row.placed_at,
            email=row.email, channel=row.channel, total_text=text_of(row.total, row.currency),
        )
        for row in rows.order_by("-number")[:limit]
    )  # fmt: skip
