"""Read stock, money and invoices; recount them independently of what the rows say."""

from .folios import (
    FolioRow,
    LineRow,
    StakeholderRow,
    differing_folios,
    folio_rows,
    line_rows,
    settlement,
)
from .money import AccountRow, InvoiceRow, account_rows, balance_of, invoice_rows
from .stock import (
    LocationRow,
    StockRow,
    differing,
    has_moves,
    location_rows,
    locations_of,
    stock_rows,
)

__all__ = [
    "AccountRow",
    "FolioRow",
    "InvoiceRow",
    "LineRow",
    "LocationRow",
    "StakeholderRow",
    "StockRow",
    "account_rows",
    "balance_of",
    "differing",
    "differing_folios",
    "folio_rows",
    "has_moves",
    "invoice_rows",
    "line_rows",
    "location_rows",
    "locations_of",
    "settlement",
    "stock_rows",
]
