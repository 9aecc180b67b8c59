"""Rows of everything that can run out or be owed, split by subject."""

from .folios import Folio, FolioLine
from .invoices import Invoice, InvoiceSeries
from .money import MoneyEntry
from .stock import Hold, Stock, StockLease, StockLocation, StockMove, StockUnit

__all__ = [
    "Folio",
    "FolioLine",
    "Hold",
    "Invoice",
    "InvoiceSeries",
    "MoneyEntry",
    "Stock",
    "StockLease",
    "StockLocation",
    "StockMove",
    "StockUnit",
]
