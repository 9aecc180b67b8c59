"""What is read of the shop."""

from .letters import LetterRow, waiting_letters
from .links import link_of, number_of
from .orders import OrderCard, order_card
from .payments import (
    PaymentRow,
    RefundRow,
    payment_of,
    payment_troubles,
    refund_rows,
    waiting_payments,
)
from .pricing import PriceBook, Priced, PricedLine, PriceError, priced
from .returns import ReturnRow, invoices_of, return_rows
from .shelves import (
    PAGE,
    Asked,
    ProductCard,
    Shelf,
    book_of,
    has_shop,
    product_card,
    shelf_of,
    suggestions,
)
from .snapshot import DropRow, Sellable, Snapshot, snapshot_of, version_of
from .tickets import (
    Offer,
    SessionTime,
    TicketCard,
    has_keys,
    moved_holders,
    offers_for,
    orders_without_tickets,
    session_times,
    ticket_cards,
    ticket_proofs,
)

__all__ = [
    "PAGE",
    "Asked",
    "DropRow",
    "LetterRow",
    "Offer",
    "OrderCard",
    "PaymentRow",
    "PriceBook",
    "PriceError",
    "Priced",
    "PricedLine",
    "ProductCard",
    "RefundRow",
    "ReturnRow",
    "Sellable",
    "SessionTime",
    "Shelf",
    "Snapshot",
    "TicketCard",
    "book_of",
    "has_keys",
    "has_shop",
    "invoices_of",
    "link_of",
    "moved_holders",
    "number_of",
    "offers_for",
    "order_card",
    "orders_without_tickets",
    "payment_of",
    "payment_troubles",
    "priced",
    "product_card",
    "refund_rows",
    "return_rows",
    "session_times",
    "shelf_of",
    "snapshot_of",
    "suggestions",
    "ticket_cards",
    "ticket_proofs",
    "version_of",
    "waiting_letters",
    "waiting_payments",
]
