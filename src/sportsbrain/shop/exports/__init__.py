"""What the shop gives away as files."""

from .epcis import epcis_document
from .invoices import invoice_pdf
from .tickets import tickets_pdf

__all__ = ["epcis_document", "invoice_pdf", "tickets_pdf"]
