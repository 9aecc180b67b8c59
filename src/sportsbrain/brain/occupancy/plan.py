"""The answer of the occupancy forecast."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """
    The steps of today that are to come: people, and a band that nine of ten days stay in.

    ``quiet_until``: the first step to come that is a crowd, None when none is; ``quiet_from``: the
    first that is not, when it is a crowd now. ``errors`` and ``naive`` are mean absolute errors an
    hour ahead, of this way and of *as it is now*, on past days each left out once.
    """

    first: int
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    quiet_until: int | None
    quiet_from: int | None
    error: float
    naive: float
