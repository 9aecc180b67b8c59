"""What the shop gives away as files."""

from .invoices import invoice_pdf
from .tickets import tickets_pdf

__all__ = ["invoice_pdf", "tickets_pdf"]
