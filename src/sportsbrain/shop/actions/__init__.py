"""The one door for writes of the shop."""

from .catalogue import (
    ProductValues,
    save_channel,
    save_drop,
    save_products,
    save_promotion,
    save_royalties,
    save_shipping,
    save_taxes,
)
from .placing import Answer, Wish, place_orders

__all__ = [
    "Answer",
    "ProductValues",
    "Wish",
    "place_orders",
    "save_channel",
    "save_drop",
    "save_products",
    "save_promotion",
    "save_royalties",
    "save_shipping",
    "save_taxes",
]
