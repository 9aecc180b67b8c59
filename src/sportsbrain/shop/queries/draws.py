"""Read the line of a drop: how many came from where, what was drawn."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.ledger.queries import stock_rows
from sportsbrain.shop.models import Drop, DropPlace
from sportsbrain.shop.queries.line import admitted, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRow:
    """The draw of a drop: its fingerprint before, its seed after, how many took part."""

    fingerprint: str
    seed: str
    drawn_at: dt.datetime | None
    people: int


def people_at(*, games_id: int, drop: str, address: str) -> int:
    """Return how many stand in a line from one address."""
    return DropPlace.objects.filter(games_id=games_id, drop=drop, address=address).count()


def draw_of(*, games_id: int, drop: str) -> DrawRow:
    """Return what anybody may know of a draw: its seed only when it is over."""
    row = Drop.objects.get(games_id=games_id, code=drop)
    return DrawRow(
        fingerprint=fingerprint(row.seed), seed=row.seed if row.drawn_at else "",
        drawn_at=row.drawn_at, people=row.drawn,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRow:
    """A drop while it runs: how many wait, were let in, bought, hold pieces, and what is left."""

    code: str
    starts_at: dt.datetime
    waiting: int
    let_in: int
    sold: int
    held: int
    left: int

    @property
    def share(self) -> int:
        """Return how much of the pieces is sold, in percent."""
        return 100 * self.sold // max(1, self.sold + self.held + self.left)


def dial_rows(*, games_id: int, now: dt.datetime) -> tuple[DialRow, ...]:
    """Return drops with where they stand now."""
    found = []
    for row in Drop.objects.filter(games_id=games_id).order_by("starts_at"):
        stock = stock_rows(games_id=games_id, items=(row.sku,))
        people = DropPlace.objects.filter(games_id=games_id, drop=row.code).count()
        begun = now >= row.starts_at
        found.append(
            DialRow(
                code=row.code, starts_at=row.starts_at, waiting=people,
                let_in=min(people, admitted(row.starts_at, row.admitted_a_second, now))
                if begun else 0,
                sold=sum(s.sold for s in stock), held=sum(s.held for s in stock),
                left=sum(s.free for s in stock),
            )
        )  # fmt: skip
    return tuple(found)
