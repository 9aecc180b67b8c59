"""What is different between two plans of one service: figures and lists with their reasons."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any


class Better(IntEnum):
    """Which way a figure gets better."""

    LESS = -1
    NEITHER = 0
    MORE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure before and after; None where a plan does not know it."""

    key: str
    before: float | None
    after: float | None
    unit: str = ""
    better: Better = Better.LESS

    @property
    def difference(self) -> float | None:
        """Return after − before."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """
    The things behind a figure, the first of them.

    ``columns`` names them; ``total`` says how many there are in all.
    """

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything that is different in one service."""

    figures: tuple[Figure, ...] = ()
    listings: tuple[Listing, ...] = ()

    def row(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        found = asdict(self)
        for figure, own in zip(found["figures"], self.figures, strict=True):
            figure["difference"] = own.difference
            figure["better"] = int(own.better)
        return found


def listing(
    key: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, rows_max: int = 200
) -> Listing:
    """Return a listing of the first rows."""
    return Listing(key=key, columns=columns, rows=tuple(rows[:rows_max]), total=len(rows))


def stated(
    before: dict[str, Any], after: dict[str, Any], keys: dict[str, tuple[str, Better]]
) -> tuple[Figure, ...]:
    """Return the figures that the statistics of two plans state, by key: (unit, better)."""
    return tuple(
        Figure(key=key, before=before.get(key), after=after.get(key), unit=unit, better=better)
        for key, (unit, better) in keys.items()
    )
