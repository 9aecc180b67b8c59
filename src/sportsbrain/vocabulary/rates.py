"""
Words of the rate card: what delegations order, how scarce things are shared, what spaces owe.

Amounts are whole minor units of one currency; rates are parts per million.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from enum import StrEnum

from sportsbrain.vocabulary.money import MILLION, share_of, split

DAY = dt.timedelta(days=1)
FIRST_HOUR, LAST_HOUR = 7, 22  # hours that can be booked begin from, and before


class RatePeriod(StrEnum):
    """What a piece of an item is booked for."""

    ONCE = "once"  # for the whole Games
    DAY = "day"
    HOUR = "hour"


class AllotmentRule(StrEnum):
    """Who gets what is scarce."""

    FIRST = "first"  # who comes first
    QUOTA = "quota"  # in proportion to people
    LOTTERY = "lottery"  # by a draw with a published seed
    PRICE = "price"  # to who bids most, all at the highest bid that went without


class WishState(StrEnum):
    """Where a wish for something scarce stands."""

    OPEN = "open"
    GRANTED = "granted"  # all of it
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class LineKind(StrEnum):
    """What a line of a folio is."""

    CHARGE = "charge"
    DEPOSIT = "deposit"
    REVERSAL = "reversal"  # takes another line back
    PAYMENT = "payment"


def price_on(
    windows: Sequence[tuple[dt.date, int]], *, price: int, on: dt.date,
) -> int:  # fmt: skip
    """Return what a piece costs that is ordered on a day: the price of the newest window begun."""
    begun = [window for window in windows if window[0] <= on]
    return max(begun)[1] if begun else price


def surcharge_on(price: int, *, rate: int, late_days: int, on: dt.date, first: dt.date) -> int:
    """Return what comes on top of a price when an order is later than ``late_days`` before use."""
    return share_of(price, rate) if (first - on).days < late_days else 0


def shares_of(net: int, shares: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Return what of an amount is whose, to the minor unit: shares in parts per million."""
    parts = split(net, [rate for _, rate in shares])
    return tuple((who, part) for (who, _), part in zip(shares, parts, strict=True))


def rent_due(*, minimum: int, share: int, turnover: int) -> int:
    """Return the rent of a lease: a share of the turnover, the minimum at least."""
    return max(minimum, share_of(turnover, share))


def slots_of(
    period: str, *, first: dt.date, after: dt.date, hours: tuple[int, int] | None = None
) -> Iterator[str]:
    """Yield the buckets of stock that a booking takes: ``""``, days, or hours of days."""
    if period == RatePeriod.ONCE.value:
        yield ""
        return
    day = first
    while day < after:
        if period == RatePeriod.DAY.value:
            yield day.isoformat()
        else:
            for hour in range(*(hours or (FIRST_HOUR, LAST_HOUR))):
                yield f"{day.isoformat()}T{hour:02}"
        day += DAY


def is_shared_out(shares: Sequence[tuple[str, int]]) -> bool:
    """Tell whether shares are somebody's, above zero, and a whole together."""
    return (
        bool(shares)
        and all(who and rate > 0 for who, rate in shares)
        and sum(rate for _, rate in shares) == MILLION
    )
