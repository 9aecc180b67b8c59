"""The one door for writes of the shop."""

from .begin import begin_shop, begin_tickets
from .catalogue import (
    ProductValues,
    receive,
    save_channel,
    save_destination,
    save_drop,
    save_products,
    save_promotion,
    save_royalties,
    save_seller,
    save_shipping,
    save_taxes,
)
from .gifts import issue_gifts
from .hauls import book_hauls, carry_out
from .invoices import invoice_order
from .labels import LABELS_MAX, end_label, make_labels
from .letters import letter_sent, tell_holders
from .line import draw_places, join_line
from .markdowns import mark_down
from .parcels import follow_parcel, make_parcels, send_parcel
from .paying import (
    Told,
    begin_payment,
    expire_orders,
    pay_by_gift,
    pay_nothing,
    pay_on_account,
    record_event,
)
from .placing import HELD_FOR, Answer, Wish, place_orders
from .privacy import Erased, erase_buyer
from .refunds import GIFT, ON_ACCOUNT, owe_order, payment_asked, refund_answered
from .returning import ask_return, receive_return, refuse_return
from .sellers import pay_out
from .tickets import (
    Block,
    SessionValues,
    TicketCategory,
    exchange_tickets,
    give_back_tickets,
    issue_tickets,
    keep_sessions,
    open_tickets,
)
from .tills import (
    SaleAnswer,
    TillSale,
    close_till,
    close_trouble,
    count_drawer,
    keep_strange_sale,
    retry_sale,
    sale_of,
    save_till,
    seat_clerk,
    sell_at_till,
    stock_till,
    unseat_clerk,
)

__all__ = [
    "GIFT",
    "HELD_FOR",
    "LABELS_MAX",
    "ON_ACCOUNT",
    "Answer",
    "Block",
    "Erased",
    "ProductValues",
    "SaleAnswer",
    "SessionValues",
    "TicketCategory",
    "TillSale",
    "Told",
    "Wish",
    "ask_return",
    "begin_payment",
    "begin_shop",
    "begin_tickets",
    "book_hauls",
    "carry_out",
    "close_till",
    "close_trouble",
    "count_drawer",
    "draw_places",
    "end_label",
    "erase_buyer",
    "exchange_tickets",
    "expire_orders",
    "follow_parcel",
    "give_back_tickets",
    "invoice_order",
    "issue_gifts",
    "issue_tickets",
    "join_line",
    "keep_sessions",
    "keep_strange_sale",
    "letter_sent",
    "make_labels",
    "make_parcels",
    "mark_down",
    "open_tickets",
    "owe_order",
    "pay_by_gift",
    "pay_nothing",
    "pay_on_account",
    "pay_out",
    "payment_asked",
    "place_orders",
    "receive",
    "receive_return",
    "record_event",
    "refund_answered",
    "refuse_return",
    "retry_sale",
    "sale_of",
    "save_channel",
    "save_destination",
    "save_drop",
    "save_products",
    "save_promotion",
    "save_royalties",
    "save_seller",
    "save_shipping",
    "save_taxes",
    "save_till",
    "seat_clerk",
    "sell_at_till",
    "send_parcel",
    "stock_till",
    "tell_holders",
    "unseat_clerk",
]
