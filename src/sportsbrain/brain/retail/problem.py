"""
The retail problem of one night: what lies where, what will be asked for until the next delivery.

Amounts are minor units of one currency, pieces are whole. ``stock`` and ``means`` are by item, then
by store.
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen

TERMS = ("lost", "moves")
DISPERSION_MAX = 50.0


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article: what a sale earns beyond its cost, and the pieces in the warehouse."""

    code: str
    margin: float
    warehouse: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store: how many pieces it holds, of everything together."""

    code: str
    room: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Everything that a night's moves are judged by.

    Parameters
    ----------
    dispersion
        Of the negative-binomial demand: its variance is mean + mean² ÷ dispersion.
    move_cost
        Of a piece brought to a store, or taken back.
    trucks
        Pieces that can be brought to stores in a night.
    pinned
        (item, store) of which nobody moves anything.

    """

    items: tuple[Item, ...]
    stores: tuple[Store, ...]
    stock: tuple[tuple[int, ...], ...]
    means: tuple[tuple[float, ...], ...]
    dispersion: float = 2.0
    move_cost: float = 5.0
    trucks: int = 1_000_000
    pinned: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.items), len(self.stores))
        for name, rows in (("stock", self.stock), ("means", self.means)):
            if len(rows) != shape[0] or any(len(row) != shape[1] for row in rows):
                message = f"{name} has a row for each of {shape[0]} items, of {shape[1]} stores"
                raise ProblemError(message)
        if any(n < 0 for row in (*self.stock, *self.means) for n in row):
            message = "stock and demand are not below nothing"
            raise ProblemError(message)
        for item in self.items:
            if item.margin <= 0 or item.warehouse < 0:
                message = f"{item.code}: a sale earns something, and there are pieces or none"
                raise ProblemError(message)
        if not 0 < self.dispersion <= DISPERSION_MAX or self.move_cost < 0 or self.trucks < 0:
            message = f"dispersion is above 0 and at most {DISPERSION_MAX:g}; costs are not below 0"
            raise ProblemError(message)
        for number, store in enumerate(self.stores):
            held = sum(row[number] for row in self.stock)
            if held > store.room:
                message = f"{store.code} holds {held} pieces and has room for {store.room}"
                raise ProblemError(message)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)
