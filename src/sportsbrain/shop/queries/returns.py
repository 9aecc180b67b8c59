"""Read what came back, and what still may; invoices and credit notes of orders."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sportsbrain.ledger.queries import InvoiceRow, invoice_rows
from sportsbrain.shop.models import OrderLine, Return, Variant
from sportsbrain.vocabulary.shop import ProductKind, ReturnState

OPEN = (ReturnState.ASKED.value, ReturnState.RECEIVED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """Pieces that come back, by line."""

    number: int
    order: int
    lines: tuple[tuple[int, int], ...]
    why: str
    return_state: str
    amount: int
    asked_at: dt.datetime


def return_rows(
    *, games_id: int, order: int = 0, state: ReturnState | None = None
) -> tuple[ReturnRow, ...]:
    """Return returns, of one order or all, oldest first."""
    rows = Return.objects.filter(games_id=games_id)
    if order:
        rows = rows.filter(order_number=order)
    if state:
        rows = rows.filter(return_state=state.value)
    return tuple(
        ReturnRow(
            number=row.pk, order=row.order_number, lines=tuple((a, b) for a, b in row.lines),
            why=row.why, return_state=row.return_state, amount=row.amount, asked_at=row.asked_at,
        )
        for row in rows.order_by("pk")
    )  # fmt: skip


def left_to_return(*, games_id: int, number: int, lines: Sequence[OrderLine]) -> dict[int, int]:
    """Return how many pieces of each line may come back; tickets have their way, gifts none."""
    back: Counter[int] = Counter()
    rows = Return.objects.filter(games_id=games_id, order_number=number, return_state__in=OPEN)
    for row in rows:
        back.update({int(line): int(pieces) for line, pieces in row.lines})
    others = set(
        Variant.objects.filter(
            games_id=games_id, sku__in={line.sku for line in lines},
            product__kind__in=[ProductKind.TICKET.value, ProductKind.GIFT.value],
        ).values_list("sku", flat=True)
    )  # fmt: skip
    return {
        line.line: 0 if line.sku in others else line.quantity - back[line.line] for line in lines
    }


def invoices_of(*, games_id: int, order: int) -> tuple[InvoiceRow, ...]:
    """Return the invoice of an order and the credit notes that take parts of it back."""
    return invoice_rows(games_id=games_id, ref=f"order:{order}")
