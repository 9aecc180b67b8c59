"""Read stock, money and invoices; recount them independently of what the rows say."""

from .money import AccountRow, InvoiceRow, account_rows, balance_of, invoice_rows
from .stock import StockRow, differing, stock_rows

__all__ = [
    "AccountRow",
    "InvoiceRow",
    "StockRow",
    "account_rows",
    "balance_of",
    "differing",
    "invoice_rows",
    "stock_rows",
]
