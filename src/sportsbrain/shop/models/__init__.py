"""Rows of the shop, split by subject."""

from .catalogue import (
    CatalogueState,
    Channel,
    Price,
    Product,
    Promotion,
    Seller,
    ShippingRate,
    TaxRate,
    Variant,
)
from .drops import Drop, DropLimit
from .licensing import Contract, Licensee, RoyaltyRate
from .orders import Order, OrderLine, Payment, PaymentEvent, Refund

__all__ = [
    "CatalogueState",
    "Channel",
    "Contract",
    "Drop",
    "DropLimit",
    "Licensee",
    "Order",
    "OrderLine",
    "Payment",
    "PaymentEvent",
    "Price",
    "Product",
    "Promotion",
    "Refund",
    "RoyaltyRate",
    "Seller",
    "ShippingRate",
    "TaxRate",
    "Variant",
]
