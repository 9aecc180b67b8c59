"""Read stock, and recount it from its moves."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from sportsbrain.ledger.models import Stock, StockLocation, StockMove


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """A stock row."""

    id: int
    item: str
    location: str
    bucket: str
    on_hand: int
    held: int
    sold: int

    @property
    def free(self) -> int:
        """Return how many pieces anybody may still take."""
        return self.on_hand - self.held - self.sold


def stock_rows(
    *, games_id: int, items: tuple[str, ...] = (), location: str = ""
) -> tuple[StockRow, ...]:
    """Return stock by item, location and bucket."""
    rows = Stock.objects.filter(games_id=games_id)
    if items:
        rows = rows.filter(item__in=items)
    if location:
        rows = rows.filter(location__code=location)
    fields = ("id", "item", "location__code", "bucket", "on_hand", "held", "sold")
    return tuple(
        StockRow(
            id=key, item=item, location=place, bucket=bucket, on_hand=on_hand, held=held, sold=sold
        )
        for key, item, place, bucket, on_hand, held, sold in rows.order_by(
            "item", "location__code", "bucket"
        ).values_list(*fields)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationRow:
    """Where stock lies."""

    code: str
    name: str
    kind: str


def location_rows(*, games_id: int) -> tuple[LocationRow, ...]:
    """Return stock locations by code."""
    rows = StockLocation.objects.filter(games_id=games_id).order_by("code")
    return tuple(LocationRow(code=row.code, name=row.name, kind=row.kind) for row in rows)


def locations_of(*, games_id: int, keys: Iterable[int]) -> dict[int, str]:
    """Return where stock rows lie, by their keys."""
    rows = Stock.objects.filter(games_id=games_id, pk__in=set(keys))
    return dict(rows.values_list("pk", "location__code"))


def has_moves(*, games_id: int, ref: str) -> bool:
    """Tell whether something was booked under a word."""
    return StockMove.objects.filter(games_id=games_id, ref=ref).exists()


def differing(*, games_id: int) -> tuple[str, ...]:
    """Return what does not add up: rows that are not their moves, holds that are not held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.item, s.on_hand, s.held, s.sold, coalesce(m.on_hand, 0),"
            " coalesce(m.held, 0), coalesce(m.sold, 0), coalesce(h.held, 0)"
            " FROM ledger_stock s"
            " LEFT JOIN (SELECT stock_id, sum(on_hand) AS on_hand, sum(held) AS held,"
            " sum(sold) AS sold FROM ledger_move WHERE games_id = %s GROUP BY 1) m"
            " ON m.stock_id = s.id"
            " LEFT JOIN (SELECT stock_id, sum(quantity) AS held FROM ("
            " SELECT stock_id, quantity FROM ledger_hold"
            " WHERE games_id = %s AND hold_state = 'held'"
            " UNION ALL SELECT stock_id, quantity - sold FROM ledger_stocklease"
            " WHERE games_id = %s) b GROUP BY 1) h ON h.stock_id = s.id"
            " WHERE s.games_id = %s AND ((s.on_hand, s.held, s.sold) IS DISTINCT FROM"
            " (coalesce(m.on_hand, 0), coalesce(m.held, 0), coalesce(m.sold, 0))"
            " OR s.held <> coalesce(h.held, 0)) ORDER BY s.id",
            [games_id] * 4,
        )
        return tuple(
            f"stock {key} of {item}: on hand {a}, held {b}, sold {c};"
            f" moves say {d}, {e}, {f}; {g} are held by somebody"
            for key, item, a, b, c, d, e, f, g in cursor.fetchall()
        )
