"""The one door for stock, money and invoices."""

from .bulk import copy_rows
from .folios import (
    LineValues,
    add_lines,
    invoice_folio,
    lock_folio,
    open_folio,
    reverse_line,
)
from .holds import claim, expire_holds, hold, hold_many, release
from .invoices import credit_invoice, issue_invoice
from .leases import end_leases, reclaim_leases, top_up_leases, use_leases
from .money import Entry, post
from .stock import (
    Move,
    Taken,
    Want,
    book,
    count_stock,
    lock_stock,
    open_stock,
    save_location,
    take,
    transfer,
)
from .units import free_units, number_units, take_units

__all__ = [
    "Entry",
    "LineValues",
    "Move",
    "Taken",
    "Want",
    "add_lines",
    "book",
    "claim",
    "copy_rows",
    "count_stock",
    "credit_invoice",
    "end_leases",
    "expire_holds",
    "free_units",
    "hold",
    "hold_many",
    "invoice_folio",
    "issue_invoice",
    "lock_folio",
    "lock_stock",
    "number_units",
    "open_folio",
    "open_stock",
    "post",
    "reclaim_leases",
    "release",
    "reverse_line",
    "save_location",
    "take",
    "take_units",
    "top_up_leases",
    "transfer",
    "use_leases",
]
