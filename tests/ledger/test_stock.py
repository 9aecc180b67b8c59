"""Stock: the row is the sum of its moves, and never less than nothing is free."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.ledger.actions import (
    Entry,
    Move,
    Want,
    book,
    claim,
    count_stock,
    credit_invoice,
    end_leases,
    expire_holds,
    hold,
    issue_invoice,
    number_units,
    open_stock,
    post,
    release,
    take,
    take_units,
    top_up_leases,
    transfer,
    use_leases,
)
from sportsbrain.ledger.errors import (
    HoldError,
    LedgerError,
    OutOfStockError,
    UnbalancedError,
)
from sportsbrain.ledger.queries import account_rows, balance_of, differing, invoice_rows, stock_rows
from sportsbrain.vocabulary.trade import MoveKind, UnitState
from tests.ledger.shelves import LATER, NOW, shelves

pytestmark = pytest.mark.django_db


def row(games: int, n: int = 0) -> Any:
    return stock_rows(games_id=games)[n]


def figures(games: int, n: int = 0) -> tuple[int, int, int]:
    found = row(games, n)
    return found.on_hand, found.held, found.sold


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_stock SET on_hand = 100",
        "UPDATE ledger_stock SET sold = 1",
        "UPDATE ledger_move SET on_hand = 100",
        "DELETE FROM ledger_move",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_entry SET amount = 0",
        "UPDATE ledger_invoice SET total = 0",
        "DELETE FROM ledger_invoice",
        "INSERT INTO ledger_stock (games_id, item, location_id, bucket, on_hand, held, sold)"
        " SELECT games_id, 'x', location_id, '', 5, 0, 0 FROM ledger_stock",
    ],
)
def test_the_database_refuses_to_change_anything_behind_the_moves(statement: str) -> None:
    games, _ = shelves(5)
    post(
        games_id=games,
        entries=[Entry(posting="p", account="a", currency="EUR", amount=5),
                 Entry(posting="p", account="b", currency="EUR", amount=-5)],
        now=NOW,
    )  # fmt: skip
    issue_invoice(games_id=games, series="A", ref="1", customer={}, currency="EUR", lines=[],
                  total=5, now=NOW)  # fmt: skip
    with pytest.raises(DatabaseError, match=r"append only|moves alone|begins empty"), (
        transaction.atomic()
    ), connection.cursor() as cursor:  # fmt: skip
        cursor.execute(statement)
    assert figures(games) == (5, 0, 0)


def test_one_too_many_is_refused_and_nothing_of_the_batch_is_kept() -> None:
    games, (one, two) = shelves(5, 1)
    moves = [Move(stock=one, kind=MoveKind.SALE, quantity=5),
             Move(stock=two, kind=MoveKind.SALE, quantity=2)]  # fmt: skip
    with pytest.raises(OutOfStockError):
        book(games_id=games, moves=moves, now=NOW)
    assert (figures(games), figures(games, 1)) == ((5, 0, 0), (1, 0, 0))
    with pytest.raises(LedgerError, match="above zero"):
        book(games_id=games, moves=[Move(stock=one, kind=MoveKind.SALE, quantity=-1)], now=NOW)
    with pytest.raises(LedgerError, match="not there"):
        book(games_id=games, moves=[Move(stock=-1, kind=MoveKind.SALE, quantity=1)], now=NOW)


def test_who_comes_first_gets_it_and_an_order_is_whole_or_nothing() -> None:
    games, (one, two) = shelves(3, 1)
    wants = (
        Want(ref="A", lines=(((one,), 2), ((two,), 1))),
        Want(ref="B", lines=(((one,), 1), ((two,), 1))),
        Want(ref="C", lines=(((one,), 1), ((one,), 1))),
        Want(ref="D", lines=(((one,), 1),)),
    )
    found = take(games_id=games, wants=wants, kind=MoveKind.SALE, now=NOW)
    assert found == ((((one, 2),), ((two, 1),)), None, None, (((one, 1),),))
    assert (figures(games), figures(games, 1)) == ((3, 0, 3), (1, 0, 1))


def test_a_line_takes_from_the_better_row_first_and_the_rest_from_the_next() -> None:
    games, (one, two) = shelves(2, 2)
    wants = (
        Want(ref="A", lines=(((one, two), 3),)),
        Want(ref="B", lines=(((two,), 1), ((one, two), 1))),
        Want(ref="C", lines=(((one, two), 1),)),
    )
    found = take(games_id=games, wants=wants, kind=MoveKind.SALE, now=NOW)
    assert found == ((((one, 2), (two, 1)),), None, (((two, 1),),))


def test_a_hold_ends_once_and_says_when_it_is_over() -> None:
    games, (one,) = shelves(3)
    lines = ((one, 2),)
    assert hold(games_id=games, key="k", lines=lines, expires_at=LATER, now=NOW)
    assert not hold(games_id=games, key="k", lines=lines, expires_at=LATER, now=NOW)
    with pytest.raises(OutOfStockError):
        hold(games_id=games, key="l", lines=lines, expires_at=LATER, now=NOW)
    assert claim(games_id=games, key="k", now=NOW)
    assert not claim(games_id=games, key="k", now=NOW)
    assert figures(games) == (3, 0, 2)
    with pytest.raises(HoldError, match="claimed"):
        release(games_id=games, key="k", now=NOW)
    hold(games_id=games, key="m", lines=((one, 1),), expires_at=LATER, now=NOW)
    assert expire_holds(games_id=games, now=NOW) == ()
    assert expire_holds(games_id=games, now=LATER) == ("m",)
    assert not release(games_id=games, key="m", now=LATER)
    with pytest.raises(HoldError, match="expired"):
        claim(games_id=games, key="m", now=LATER)
    assert (figures(games), differing(games_id=games)) == ((3, 0, 2), ())


def test_transfers_and_counts_move_what_is_free_and_tell_the_difference() -> None:
    games, (one,) = shelves(10)
    (other,) = open_stock(games_id=games, items=[("item-0", "MAIN", "AAA")]).values()
    transfer(games_id=games, source=one, target=other, quantity=4, ref="t", now=NOW)
    with pytest.raises(OutOfStockError):
        transfer(games_id=games, source=one, target=other, quantity=7, ref="t", now=NOW)
    book(games_id=games, moves=[Move(stock=one, kind=MoveKind.SALE, quantity=2)], now=NOW)
    counted = {one: 3, other: 4}
    assert count_stock(games_id=games, counted=counted, ref="count", now=NOW) == {one: -1}
    assert figures(games) == (5, 0, 2)
    assert differing(games_id=games) == ()


def test_numbered_pieces_are_bound_once_lowest_first() -> None:
    games, (one,) = shelves(0)
    number_units(games_id=games, stock=one, first=1, count=5, now=NOW)
    bound: dict[str, Any] = {"games_id": games, "stock": one, "state": UnitState.SOLD}
    assert take_units(quantity=2, ref="A", **bound) == (1, 2)
    with pytest.raises(OutOfStockError):
        take_units(quantity=4, ref="B", **bound)
    assert take_units(quantity=3, ref="C", **bound) == (3, 4, 5)


def test_a_lease_is_topped_up_used_and_ended() -> None:
    games, (one,) = shelves(10)
    mine: dict[str, Any] = {"games_id": games, "holder": "till 7", "now": NOW}
    given: dict[str, Any] = {**mine, "expires_at": LATER}
    assert top_up_leases(wanted={one: 6}, **given) == {one: 6}
    assert top_up_leases(wanted={one: 6}, **given) == {one: 6}  # it has enough
    assert figures(games) == (10, 6, 0)
    assert use_leases(pieces={one: 4}, **mine) == {one: 4}
    assert figures(games) == (10, 2, 0)
    assert top_up_leases(wanted={one: 20}, **given) == {one: 10}  # what is free, at most
    assert use_leases(pieces={one: 12}, **mine) == {one: 10}
    assert use_leases(pieces={one: 1}, **{**mine, "holder": "another"}) == {}
    assert top_up_leases(wanted={one: 3}, **given) == {one: 3}
    assert differing(games_id=games) == ()
    assert end_leases(games_id=games, now=NOW, before=NOW) == 0
    assert end_leases(games_id=games, now=LATER, before=LATER) == 3
    assert end_leases(games_id=games, now=LATER, holder="till 7") == 0
    assert figures(games) == (10, 0, 0)
    assert differing(games_id=games) == ()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(["up", "use", "end"]), st.sampled_from("ab"),
                          st.integers(0, 7)), max_size=12))  # fmt: skip
def test_tills_never_have_more_than_there_is(steps: list[tuple[str, str, int]]) -> None:
    with transaction.atomic():
        games, (one,) = shelves(10)
        has = {"a": 0, "b": 0}
        for step, holder, n in steps:
            mine: dict[str, Any] = {"games_id": games, "holder": holder, "now": NOW}
            if step == "up":
                before, free = has[holder], 10 - sum(has.values())
                found = top_up_leases(wanted={one: n}, expires_at=LATER, **mine)
                more = min(n - before, free) if 2 * before <= n else 0
                has[holder] += max(0, more)
                assert found.get(one, 0) == has[holder]
            elif step == "use":
                used = use_leases(pieces={one: n}, **mine)
                assert used.get(one, 0) == min(n, has[holder])
                has[holder] -= used.get(one, 0)
            else:
                assert end_leases(**mine) == has[holder]
                has[holder] = 0
            assert figures(games) == (10, sum(has.values()), 0)
        assert differing(games_id=games) == ()
        transaction.set_rollback(True)


def test_postings_add_up_or_are_refused() -> None:
    games, _ = shelves(1)
    good = [Entry(posting="1", account="cash", currency="EUR", amount=120),
            Entry(posting="1", account="revenue", currency="EUR", amount=-100),
            Entry(posting="1", account="tax", currency="EUR", amount=-20)]  # fmt: skip
    post(games_id=games, entries=good, now=NOW)
    crossed = [Entry(posting="2", account="cash", currency="EUR", amount=1),
               Entry(posting="2", account="cash", currency="USD", amount=-1)]  # fmt: skip
    with pytest.raises(UnbalancedError, match="add up"):
        post(games_id=games, entries=[*good, *crossed], now=NOW)
    assert balance_of(games_id=games, account="cash", currency="EUR") == 120
    assert sum(row.amount for row in account_rows(games_id=games)) == 0


def test_invoices_are_numbered_without_a_gap_and_taken_back_at_most_once() -> None:
    games, _ = shelves(1)
    usual: dict[str, Any] = {
        "games_id": games, "series": "A", "customer": {"name": "Tova"}, "currency": "EUR",
        "lines": [], "now": NOW,
    }  # fmt: skip
    numbers = [issue_invoice(ref=ref, total=100, **usual) for ref in ("o1", "o2", "o1")]
    assert numbers == [1, 2, 1]
    back: dict[str, Any] = {"games_id": games, "series": "A", "ref": "o1", "lines": [], "now": NOW}
    assert credit_invoice(total=60, **back) == 3
    with pytest.raises(LedgerError, match="40 are left"):
        credit_invoice(total=41, **back)
    assert [(r.number, r.is_credit, r.total) for r in invoice_rows(games_id=games, ref="o1")] == [
        (1, False, 100), (3, True, 60),
    ]  # fmt: skip


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["hold", "claim", "release", "expire", "sale", "return", "receipt", "loss"]
        ),
        st.integers(0, 3),
        st.integers(1, 3),
    ),
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_whatever_happens_stock_is_its_moves_and_never_oversold(
    steps: list[tuple[str, int, int]],
) -> None:
    with transaction.atomic():
        games, (one,) = shelves(4)
        for n, (step, key, quantity) in enumerate(steps):
            now = NOW + dt.timedelta(minutes=n)
            try:
                if step == "hold":
                    hold(games_id=games, key=f"k{key}", lines=((one, quantity),),
                         expires_at=now + dt.timedelta(minutes=3), now=now)  # fmt: skip
                elif step == "claim":
                    claim(games_id=games, key=f"k{key}", now=now)
                elif step == "release":
                    release(games_id=games, key=f"k{key}", now=now)
                elif step == "expire":
                    expire_holds(games_id=games, now=now)
                else:
                    kind = MoveKind(step)
                    book(games_id=games, moves=[Move(stock=one, kind=kind, quantity=quantity)],
                         now=now)  # fmt: skip
            except LedgerError:
                continue
            on_hand, held, sold = figures(games)
            assert min(on_hand, held, sold) >= 0
            assert held + sold <= on_hand
        assert differing(games_id=games) == ()
        transaction.set_rollback(True)
