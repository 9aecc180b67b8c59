"""Read accounts and invoices."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from sportsbrain.ledger.models import Invoice, MoneyEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """What an account comes to in a currency: debit above zero, in minor units."""

    account: str
    currency: str
    amount: int


def account_rows(*, games_id: int, starts_with: str = "") -> tuple[AccountRow, ...]:
    """Return accounts by name and currency."""
    rows = MoneyEntry.objects.filter(games_id=games_id)
    if starts_with:
        rows = rows.filter(account__startswith=starts_with)
    found = rows.values_list("account", "currency").annotate(amount=Sum("amount"))
    return tuple(
        AccountRow(account=account, currency=currency, amount=amount)
        for account, currency, amount in found.order_by("account", "currency")
    )


def balance_of(*, games_id: int, account: str, currency: str) -> int:
    """Return what one account comes to."""
    rows = MoneyEntry.objects.filter(games_id=games_id, account=account, currency=currency)
    return int(rows.aggregate(amount=Sum("amount"))["amount"] or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """An invoice or credit note."""

    series: str
    number: int
    ref: str
    is_credit: bool
    customer: dict[str, Any]
    currency: str
    lines: list[dict[str, Any]]
    total: int
    issued_at: dt.datetime


def invoice_rows(*, games_id: int, ref: str = "", starts_with: str = "") -> tuple[InvoiceRow, ...]:
    """Return invoices and credit notes: of one thing, of those that begin so, or all."""
    rows = Invoice.objects.filter(games_id=games_id).select_related("series")
    if ref:
        rows = rows.filter(ref=ref)
    if starts_with:
        rows = rows.filter(ref__startswith=starts_with)
    return tuple(
        InvoiceRow(
            series=row.series.code,
            number=row.number,
            ref=row.ref,
            is_credit=row.credits_id is not None,
            customer=row.customer,
            currency=row.currency,
            lines=row.lines,
            total=row.total,
            issued_at=row.issued_at,
        )
        for row in rows.order_by("series__code", "number")
    )
