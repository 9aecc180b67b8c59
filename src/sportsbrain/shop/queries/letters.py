"""Read what has to be written to buyers."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.shop.models import Letter, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """A mail that waits."""

    id: int
    kind: str
    order: int
    email: str
    language: str
    due_at: dt.datetime


def waiting_letters(*, games_id: int, limit: int = 200) -> tuple[LetterRow, ...]:
    """Return mails that were not sent yet, oldest first."""
    rows = Letter.objects.filter(games_id=games_id, sent_at__isnull=True).order_by("due_at", "pk")
    found = list(rows[:limit])
    numbers = {row.order_number for row in found}
    orders = {
        row.number: row for row in Order.objects.filter(games_id=games_id, number__in=numbers)
    }
    return tuple(
        LetterRow(
            id=row.pk, kind=row.kind, order=row.order_number,
            email=orders[row.order_number].email, language=orders[row.order_number].language,
            due_at=row.due_at,
        )
        for row in found
        if row.order_number in orders
    )  # fmt: skip
