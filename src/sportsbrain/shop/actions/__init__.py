"""The one door for writes of the shop."""

from .begin import begin_shop
from .catalogue import (
    ProductValues,
    receive,
    save_channel,
    save_drop,
    save_products,
    save_promotion,
    save_royalties,
    save_shipping,
    save_taxes,
)
from .paying import Told, begin_payment, expire_orders, record_event
from .placing import HELD_FOR, Answer, Wish, place_orders
from .refunds import ON_ACCOUNT, owe_order, refund_answered

__all__ = [
    "HELD_FOR",
    "ON_ACCOUNT",
    "Answer",
    "ProductValues",
    "Told",
    "Wish",
    "begin_payment",
    "begin_shop",
    "expire_orders",
    "owe_order",
    "place_orders",
    "receive",
    "record_event",
    "refund_answered",
    "save_channel",
    "save_drop",
    "save_products",
    "save_promotion",
    "save_royalties",
    "save_shipping",
    "save_taxes",
]
