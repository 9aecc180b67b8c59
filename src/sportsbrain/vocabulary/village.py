"""Words of the village: stays."""

from enum import StrEnum


class StayState(StrEnum):
    """Where a stay stands; but for the cancelled, its nights are taken."""

    RESERVED = "reserved"
    IN_HOUSE = "in house"
    MOVED = "moved"  # these nights were slept there, later ones elsewhere
    DEPARTED = "departed"
    CANCELLED = "cancelled"


OPEN = (StayState.RESERVED, StayState.IN_HOUSE)
GUEST = "guest"  # the role of who sleeps in a bed that a delegation ordered
