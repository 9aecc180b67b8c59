"""A Games with shelves: what the tests of the ledger begin with."""

import datetime as dt

from sportsbrain.committee.actions import save_games
from sportsbrain.ledger.actions import Move, book, open_stock, save_location
from sportsbrain.vocabulary.trade import LocationKind, MoveKind

NOW = dt.datetime(2030, 6, 1, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=10)


def shelves(*counts: int, code: str = "SHOP30") -> tuple[int, tuple[int, ...]]:
    """Return a Games and stock rows of one warehouse with so many pieces each."""
    games, _ = save_games(
        code=code,
        values={
            "name": "Shop Games", "city": "Lumar", "time_zone": "Europe/Lisbon",
            "starts_on": dt.date(2030, 7, 19), "ends_on": dt.date(2030, 8, 4),
        },
        actor="test",
    )  # fmt: skip
    save_location(games_id=games.id, code="MAIN", name="Main", kind=LocationKind.WAREHOUSE)
    items = [(f"item-{n}", "MAIN", "") for n in range(len(counts))]
    keys = tuple(open_stock(games_id=games.id, items=items).values())
    moves = [
        Move(stock=key, kind=MoveKind.RECEIPT, quantity=n, ref="delivery")
        for key, n in zip(keys, counts, strict=True)
        if n
    ]
    book(games_id=games.id, moves=moves, now=NOW)
    return games.id, keys
