"""
The markdown problem of one night: what is left, what will be asked for until the end, at a price.

Amounts are minor units of one currency, pieces are whole.
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen

TERMS = ("forgone", "labels")
DISPERSION_MAX = 50.0
SAME = 1e-9


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    An article.

    Parameters
    ----------
    price
        The full price, before any markdown.
    share
        What it costs today, of the full price.
    floor
        The least share that it may cost.
    pieces
        Left everywhere together.
    mean
        Asked for until the end at today's price.

    """

    code: str
    price: float
    share: float
    pieces: int
    mean: float
    floor: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Everything that a night's prices are judged by.

    Parameters
    ----------
    ladder
        Shares of the full price that may be asked.
    elasticity
        Demand goes with the price to the power of minus this.
    salvage
        What a piece left over earns, of the full price.
    label_cost
        Of a piece whose price changes.
    dispersion
        Of the negative-binomial demand: its variance is mean + mean² ÷ dispersion.
    pinned
        Items whose price stays.

    """

    items: tuple[Item, ...]
    ladder: tuple[float, ...]
    elasticity: float = 2.0
    salvage: float = 0.1
    label_cost: float = 5.0
    dispersion: float = 6.0
    pinned: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for item in self.items:
            if item.price <= 0 or item.pieces < 0 or item.mean < 0 or not 0 < item.share <= 1:
                message = f"{item.code}: a price above 0, a share of it, pieces and demand or none"
                raise ProblemError(message)
        if not self.ladder or not all(0 < share <= 1 for share in self.ladder):
            message = "the ladder has shares of the full price, above 0 and at most 1"
            raise ProblemError(message)
        if not 0 < self.dispersion <= DISPERSION_MAX or self.elasticity < 0 or self.label_cost < 0:
            message = f"dispersion is above 0 and at most {DISPERSION_MAX:g}; others not below 0"
            raise ProblemError(message)
        if not 0 <= self.salvage < 1:
            message = "what is left over earns less than the full price, and not below nothing"
            raise ProblemError(message)

    def choices(self, number: int) -> tuple[float, ...]:
        """Return the shares that an item may cost: today's first, then downwards."""
        item = self.items[number]
        if number in self.pinned:
            return (item.share,)
        lower = {share for share in self.ladder if item.floor - SAME <= share < item.share - SAME}
        return (item.share, *sorted(lower, reverse=True))

    def mean_at(self, number: int, share: float) -> float:
        """Return what is asked for until the end at a price."""
        item = self.items[number]
        return float(item.mean * (item.share / share) ** self.elasticity)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)
