"""Issue invoices and credit notes: numbers without a gap, never changed afterwards."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F

from sportsbrain.ledger.errors import LedgerError
from sportsbrain.ledger.models import Invoice, InvoiceSeries


@transaction.atomic
def issue_invoice(
    *,
    games_id: int,
    series: str,
    ref: str,
    customer: dict[str, Any],
    currency: str,
    lines: list[dict[str, Any]],
    total: int,
    now: dt.datetime,
) -> int:
    """Issue the invoice of a thing and return its number; the same thing again: the same one."""
    row = _series(games_id, series)
    known = Invoice.objects.filter(games_id=games_id, ref=ref, credits__isnull=True).first()
    if known is not None:
        return known.number
    return _issue(row, ref=ref, customer=customer, currency=currency, lines=lines, total=total,
                  issued_at=now)  # fmt: skip


@transaction.atomic
def credit_invoice(
    *, games_id: int, series: str, ref: str, lines: list[dict[str, Any]], total: int,
    now: dt.datetime,
) -> int:  # fmt: skip
    """
    Issue a credit note that takes a part of the invoice of a thing back; return its number.

    Raises
    ------
    LedgerError
        Without an invoice, or when more is taken back than was asked.

    """
    row = _series(games_id, series)
    invoice = Invoice.objects.filter(games_id=games_id, ref=ref, credits__isnull=True).first()
    if invoice is None:
        message = f"{ref} has no invoice to take back"
        raise LedgerError(message)
    credited = sum(Invoice.objects.filter(credits=invoice).values_list("total", flat=True))
    if not 0 < total <= invoice.total - credited:
        message = f"{invoice.total - credited} are left of the invoice of {ref}, not {total}"
        raise LedgerError(message)
    return _issue(row, ref=ref, customer=invoice.customer, currency=invoice.currency, lines=lines,
                  total=total, issued_at=now, credits=invoice)  # fmt: skip


def _series(games_id: int, code: str) -> InvoiceSeries:
    """Return a series with its row locked: whoever issues is alone with it until the commit."""
    InvoiceSeries.objects.get_or_create(games_id=games_id, code=code)
    return InvoiceSeries.objects.select_for_update().get(games_id=games_id, code=code)


def _issue(row: InvoiceSeries, **values: Any) -> int:
    InvoiceSeries.objects.filter(pk=row.pk).update(last=F("last") + 1)
    invoice = Invoice.objects.create(
        games_id=row.games_id, series=row, number=row.last + 1, **values
    )
    return invoice.number
