"""Words of the shop: products, orders, payments."""

from enum import StrEnum


class ProductKind(StrEnum):
    """What is sold."""

    ARTICLE = "article"
    TICKET = "ticket"
    SERVICE = "service"
    GIFT = "gift"  # a gift card: untaxed, no promotion, no royalty; it pays what is taxed later


class PromotionKind(StrEnum):
    """What a promotion takes off."""

    PERCENT = "percent"  # parts per million of the lines it is for
    AMOUNT = "amount"  # minor units of the order


class OrderState(StrEnum):
    """Where an order stands."""

    PLACED = "placed"  # waits for payment, pieces are held
    PAID = "paid"
    FULFILLED = "fulfilled"
    EXPIRED = "expired"  # was not paid in time
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class PaymentState(StrEnum):
    """Where a payment stands."""

    CREATED = "created"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DisputeState(StrEnum):
    """Where the dispute of a buyer with the own bank stands."""

    NONE = ""
    OPEN = "open"  # the money is withheld
    LOST = "lost"
    WON = "won"  # the money came back


class ReturnState(StrEnum):
    """Where pieces that come back stand."""

    ASKED = "asked"  # the buyer sends or brings them
    RECEIVED = "received"  # they are here, the money goes back
    REFUSED = "refused"


class ParcelState(StrEnum):
    """Where a parcel is."""

    WAITS = "waits"
    SENT = "sent"
    ON_THE_WAY = "on the way"  # its carrier has seen it
    BACK = "back"  # it could not be delivered
    ARRIVED = "arrived"


class TicketState(StrEnum):
    """Where a ticket stands."""

    VALID = "valid"
    RETURNED = "returned"
    EXCHANGED = "exchanged"


class LetterKind(StrEnum):
    """What the shop writes to buyers."""

    PAID = "paid"
    RETURN_ASKED = "return-asked"
    RETURN_DONE = "return-done"
    SESSION_MOVED = "session-moved"
    SENT = "sent"


class TillWay(StrEnum):
    """How a customer pays at a till; the name of the provider of the payment."""

    CASH = "till-cash"
    CARD = "till-card"  # a terminal that is not ours: it says yes, the till believes it


class DutyTerms(StrEnum):
    """Who pays what the customs of a destination want."""

    INCLUDED = "included"  # the shop: it is charged with the order
    ON_ARRIVAL = "on arrival"  # the receiver, when the parcel comes


class RefundState(StrEnum):
    """Where money that goes back stands."""

    DUE = "due"
    SENT = "sent"  # the provider took it; what it tells is in the payment
    REFUSED = "refused"  # the provider won't: somebody has to look


class Outcome(StrEnum):
    """What became of a wish to buy."""

    PLACED = "placed"
    SOLD_OUT = "sold out"
    OVER_LIMIT = "over the limit"
    REFUSED = "refused"
    CONFLICT = "conflict"  # the key was used for something else
