"""Read the line of a drop: how many came from where, what was drawn."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.shop.models import Drop, DropPlace
from sportsbrain.shop.queries.line import fingerprint


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
