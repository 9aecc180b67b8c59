"""Eight writers at once: every piece is somebody's once, whatever the order of the lines."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from sportsbrain.ledger.actions import (
    Want,
    claim,
    hold,
    number_units,
    release,
    take,
    take_units,
)
from sportsbrain.ledger.errors import OutOfStockError
from sportsbrain.ledger.queries import differing, stock_rows
from sportsbrain.reference.dice import Dice
from sportsbrain.vocabulary.trade import MoveKind, UnitState
from tests.ledger.shelves import LATER, NOW, shelves

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, EACH = 8, 60


def test_exactly_what_is_there_is_sold_also_in_opposite_orders() -> None:
    games, keys = shelves(50, 70)

    def write(writer: int) -> list[int]:
        dice = Dice(writer)
        sold = [0, 0]
        try:
            for number in range(EACH):
                order = keys if writer % 2 else keys[::-1]
                lines = tuple((key, 1) for key in order if dice.unit() < 0.8) or ((keys[0], 1),)
                name = f"{writer}-{number}"
                if dice.unit() < 0.5:
                    want = Want(ref=name, lines=tuple(((key,), n) for key, n in lines))
                    kind = MoveKind.SALE
                    if take(games_id=games, wants=(want,), kind=kind, now=NOW)[0] is None:
                        continue
                else:
                    try:
                        hold(games_id=games, key=name, lines=lines, expires_at=LATER, now=NOW)
                    except OutOfStockError:
                        continue
                    if dice.unit() < 0.3:
                        release(games_id=games, key=name, now=NOW)
                        continue
                    claim(games_id=games, key=name, now=NOW)
                for key, quantity in lines:
                    sold[keys.index(key)] += quantity
        finally:
            connections.close_all()
        return sold

    with ThreadPoolExecutor(WRITERS) as pool:
        found = list(pool.map(write, range(WRITERS)))
    rows = {row.id: row for row in stock_rows(games_id=games)}
    assert [rows[key].sold for key in keys] == [sum(s[n] for s in found) for n in (0, 1)]
    assert all(row.sold <= row.on_hand and row.held == 0 for row in rows.values())
    assert differing(games_id=games) == ()


def test_each_serial_is_bound_to_one_order() -> None:
    games, (one,) = shelves(0)
    number_units(games_id=games, stock=one, first=1, count=100, now=NOW)

    def write(writer: int) -> list[int]:
        found: list[int] = []
        try:
            while True:
                found += take_units(games_id=games, stock=one, quantity=1, ref=f"w{writer}",
                                    state=UnitState.SOLD)  # fmt: skip
        except OutOfStockError:
            return found
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        found = [serial for some in pool.map(write, range(WRITERS)) for serial in some]
    assert sorted(found) == list(range(1, 101))
