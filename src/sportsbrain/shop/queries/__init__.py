"""What is read of the shop."""

from .payments import (
    PaymentRow,
    RefundRow,
    payment_of,
    payment_troubles,
    refund_rows,
    waiting_payments,
)
from .pricing import PriceBook, Priced, PricedLine, PriceError, priced
from .shelves import (
    PAGE,
    OrderCard,
    ProductCard,
    book_of,
    collections_of,
    has_shop,
    order_card,
    product_cards,
)
from .snapshot import DropRow, Sellable, Snapshot, snapshot_of, version_of

__all__ = [
    "PAGE",
    "DropRow",
    "OrderCard",
    "PaymentRow",
    "PriceBook",
    "PriceError",
    "Priced",
    "PricedLine",
    "ProductCard",
    "RefundRow",
    "Sellable",
    "Snapshot",
    "book_of",
    "collections_of",
    "has_shop",
    "order_card",
    "payment_of",
    "payment_troubles",
    "priced",
    "product_cards",
    "refund_rows",
    "snapshot_of",
    "version_of",
    "waiting_payments",
]
