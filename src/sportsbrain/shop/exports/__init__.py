"""What the shop gives away as files."""

from .epcis import epcis_document
from .offers import catalogue_table, linked_data, merchant_feed
from .parcels import parcel_pdf
from .tickets import tickets_pdf

__all__ = [
    "catalogue_table",
    "epcis_document",
    "linked_data",
    "merchant_feed",
    "parcel_pdf",
    "tickets_pdf",
]
