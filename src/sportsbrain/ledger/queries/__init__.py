"""Read stock, money and invoices; recount them independently of what the rows say."""

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
    "InvoiceRow",
    "LocationRow",
    "StockRow",
    "account_rows",
    "balance_of",
    "differing",
    "has_moves",
    "invoice_rows",
    "location_rows",
    "locations_of",
    "stock_rows",
]
