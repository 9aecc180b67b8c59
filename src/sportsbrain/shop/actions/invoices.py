"""Invoices of orders: issued when somebody asks, once, with what was frozen on the lines."""

import datetime as dt
from typing import Any

from sportsbrain.ledger.actions import issue_invoice
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Order, OrderLine
from sportsbrain.vocabulary.shop import OrderState

SERIES = "S"
OWED = (OrderState.PAID.value, OrderState.FULFILLED.value, OrderState.REFUNDED.value)


def invoice_order(*, games_id: int, order: int, now: dt.datetime) -> int:
    """
    Issue the invoice of an order and return its number; the same one each time.

    Raises
    ------
    ShopError
        When the order was not paid.

    """
    row = Order.objects.filter(games_id=games_id, number=order, order_state__in=OWED).first()
    if row is None:
        message = f"order {order} has no invoice: it was not paid"
        raise ShopError(message)
    lines: list[dict[str, Any]] = [
        {"title": line.title, "quantity": line.quantity, "total": line.total, "tax": line.tax,
         "tax_rate": line.tax_rate}
        for line in OrderLine.objects.filter(games_id=games_id, number=order).order_by("line")
    ]  # fmt: skip
    if row.shipping + row.duty:
        tax = row.tax - sum(int(line["tax"]) for line in lines)
        title = "shipping, duties" if row.duty else "shipping"
        lines.append({"title": title, "quantity": 1, "total": row.shipping + row.duty, "tax": tax,
                      "tax_rate": 0})  # fmt: skip
    customer = {**row.address, "email": row.email, "country": row.country}
    return issue_invoice(
        games_id=games_id, series=SERIES, ref=f"order:{order}", customer=customer,
        currency=row.currency, lines=lines, total=row.total, now=now,
    )  # fmt: skip
