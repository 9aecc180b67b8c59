"""What the shop knows of somebody, for them."""

from typing import Any

from sportsbrain.shop.models import Order, OrderLine, Payment, Return, Ticket

FIELDS = (
    "number", "order_state", "placed_at", "email", "person", "address", "country", "language",
    "currency", "subtotal", "discount", "shipping", "duty", "tax", "total", "carrier",
)  # fmt: skip
LINE = ("number", "line", "sku", "title", "quantity", "unit_price", "discount", "tax", "total")


def known_of_buyer(*, games_id: int, email: str) -> dict[str, list[dict[str, Any]]]:
    """Return orders, lines, payments, returns and tickets of a mail address."""
    orders = Order.objects.filter(games_id=games_id, email__iexact=email).order_by("number")
    numbers = list(orders.values_list("number", flat=True))
    own = {"games_id": games_id}
    lines = OrderLine.objects.filter(**own, number__in=numbers).order_by("number", "line")
    paid = Payment.objects.filter(**own, order_number__in=numbers).order_by("pk")
    back = Return.objects.filter(**own, order_number__in=numbers).order_by("pk")
    held = Ticket.objects.filter(**own, order_number__in=numbers).order_by("pk")
    return {
        "orders": list(orders.values(*FIELDS)),
        "lines": list(lines.values(*LINE)),
        "payments": list(paid.values("order_number", "provider", "reference", "amount", "refunded",
                                     "payment_state")),
        "returns": list(back.values("order_number", "lines", "why", "return_state", "amount")),
        "tickets": list(held.values("order_number", "number", "seat", "starts_at",
                                    "ticket_state")),
    }  # fmt: skip
