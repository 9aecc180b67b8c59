"""What is different for the shop between two plans: a night's moves, tickets that were sold."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, version_items
from sportsbrain.shop.queries.tickets import session_times, sold_tickets
from sportsbrain.vocabulary.comparison import Better, Difference, Figure, listing
from sportsbrain.vocabulary.money import DIGITS, text_of


def retail_difference(*, games: GamesRow, before: int, after: int) -> Difference:
    """Return what moves in one plan and not in the other: pins and shirts, by store."""
    one, other = (_hauls(games, number) for number in (before, after))
    moved = {key: other[key] - one[key] for key in one.keys() | other.keys()}
    rows = [
        (sku, store, f"{one[sku, store]:,} → {other[sku, store]:,}")
        for (sku, store), n in sorted(moved.items(), key=lambda row: (-abs(row[1]), row[0]))
        if n
    ]
    figure = Figure(key="pieces_moved", before=float(sum(map(abs, one.values()))),
                    after=float(sum(map(abs, other.values()))), better=Better.NEITHER)  # fmt: skip
    return Difference(
        figures=(figure,), listings=(listing("hauls", ("article", "store", "pieces"), rows),)
    )


def _hauls(games: GamesRow, number: int) -> Counter[tuple[str, str]]:
    items = version_items(games_id=games.id, planner="retail", number=number)
    return Counter({(sku, store): int(pieces) for sku, store, pieces in items["hauls"]})


def tickets_difference(*, games: GamesRow, before: Sources, after: Sources) -> Difference:
    """
    Return which tickets may be given back or exchanged under one timetable and under another.

    Those are the holders' rights (`SessionTime.is_moved_for`): sold for another time, or for a
    session that does not take place; money is what was paid for them.
    """
    one, other = (session_times(games=games, sources=some) for some in (before, after))
    counts: Counter[str] = Counter()
    amounts: Counter[tuple[str, str]] = Counter()
    rows = []
    for sold in sold_tickets(games_id=games.id):
        old, new = one[sold.session], other[sold.session]
        for word, time in (("before", old), ("after", new)):
            if time.is_moved_for(sold.sold_for):
                counts[word] += sold.tickets
                amounts[word, sold.currency] += sold.amount
                counts[f"{word}:gone"] += sold.tickets * (time.starts_at is None)
        if new.is_moved_for(sold.sold_for) and new.starts_at != old.starts_at:
            times = _when(sold.sold_for, games), _when(new.starts_at, games)
            paid = text_of(sold.amount, sold.currency)
            rows.append((sold.tickets, (sold.session, *times, f"{sold.tickets:,}", paid)))
    rows.sort(key=lambda row: (-row[0], row[1]))
    figures = [
        Figure(key="tickets_moved", before=counts["before"], after=counts["after"]),
        Figure(key="tickets_gone", before=counts["before:gone"], after=counts["after:gone"]),
    ]
    for currency in sorted({currency for _, currency in amounts}):
        was, becomes = (_units(amounts[word, currency], currency) for word in ("before", "after"))
        figures.append(Figure(key="ticket_money", before=was, after=becomes, unit=currency))
    columns = ("session", "sold for", "now", "tickets", "paid")
    return Difference(
        figures=tuple(figures),
        listings=(listing("ticket_sessions", columns, [row for _, row in rows]),),
    )


def _when(moment: dt.datetime | None, games: GamesRow) -> str:
    return f"{moment.astimezone(ZoneInfo(games.time_zone)):%d %b %H:%M}" if moment else "—"


def _units(amount: int, currency: str) -> float:
    """Return minor units as units, for a figure."""
    return float(amount / 10 ** DIGITS.get(currency, 2))
