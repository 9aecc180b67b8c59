"""Words of trade: stock, holds, units."""

from enum import StrEnum


class LocationKind(StrEnum):
    """What a stock location is."""

    WAREHOUSE = "warehouse"
    STORE = "store"
    VILLAGE = "village"
    SESSION = "session"


class MoveKind(StrEnum):
    """Why stock changes."""

    RECEIPT = "receipt"  # pieces came
    TRANSFER = "transfer"  # pieces went from one row to another
    COUNT = "count"  # somebody counted, and it differed
    LOSS = "loss"  # broken, stolen, gone
    HOLD = "hold"  # kept for somebody
    RELEASE = "release"  # not kept any more
    CLAIM = "claim"  # what was kept is sold
    SALE = "sale"  # sold at once
    RETURN = "return"  # came back


class HoldState(StrEnum):
    """Where a hold or a lease stands."""

    HELD = "held"
    CLAIMED = "claimed"
    RELEASED = "released"
    EXPIRED = "expired"


class UnitState(StrEnum):
    """Where a numbered piece is."""

    FREE = "free"
    HELD = "held"
    SOLD = "sold"
    RETURNED = "returned"
