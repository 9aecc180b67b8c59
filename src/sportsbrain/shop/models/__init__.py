"""Rows of the shop, split by subject."""

from .catalogue import (
    CatalogueState,
    Channel,
    Destination,
    Price,
    Product,
    Promotion,
    Seller,
    ShippingRate,
    TaxRate,
    Variant,
)
from .drops import Drop, DropLimit, DropPlace
from .gifts import GiftCard
from .licensing import Contract, Licensee, RoyaltyRate
from .orders import Order, OrderLine, Payment, PaymentEvent, Refund
from .parcels import Parcel, ParcelEvent
from .returns import Letter, Return
from .tickets import Ticket, TicketSession
from .tills import Till, TillClerk, TillCount, TillTrouble

__all__ = [
    "CatalogueState",
    "Channel",
    "Contract",
    "Destination",
    "Drop",
    "DropLimit",
    "DropPlace",
    "GiftCard",
    "Letter",
    "Licensee",
    "Order",
    "OrderLine",
    "Parcel",
    "ParcelEvent",
    "Payment",
    "PaymentEvent",
    "Price",
    "Product",
    "Promotion",
    "Refund",
    "Return",
    "RoyaltyRate",
    "Seller",
    "ShippingRate",
    "TaxRate",
    "Ticket",
    "TicketSession",
    "Till",
    "TillClerk",
    "TillCount",
    "TillTrouble",
    "Variant",
]
