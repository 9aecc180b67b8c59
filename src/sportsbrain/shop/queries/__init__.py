"""What is read of the shop."""

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
    "PriceBook",
    "PriceError",
    "Priced",
    "PricedLine",
    "ProductCard",
    "Sellable",
    "Snapshot",
    "book_of",
    "collections_of",
    "has_shop",
    "order_card",
    "priced",
    "product_cards",
    "snapshot_of",
    "version_of",
]
