"""
Place orders: the one path to an order, for a page, a program and a drop alike.

Any number of wishes is settled in one transaction of few statements: keys that were used are
answered again, prices come from a snapshot, stock is taken under its locks in the order of the
wishes, limits end at a CHECK, and everything that follows is written at once. Nobody is answered
before the commit.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from sportsbrain.ledger.actions import (
    Entry,
    Taken,
    Want,
    copy_rows,
    hold_many,
    lock_stock,
    post,
    take,
)
from sportsbrain.live.actions import append_update
from sportsbrain.shop.actions.royalties import owed, owing
from sportsbrain.shop.queries import (
    HOME,
    DropRow,
    PriceBook,
    Priced,
    PriceError,
    Snapshot,
    admitted,
    household_of,
    place_of,
)
from sportsbrain.vocabulary.shop import OrderState, Outcome
from sportsbrain.vocabulary.trade import MoveKind

ORDER_MADE = "shop.ordered"
HELD_FOR = dt.timedelta(minutes=15)
TRIES = 8
RACES = ("idem_key_key", "order_key_once", "drop_limit", "deadlock detected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What somebody wants to buy.

    ``key`` is the buyer's own name of this wish: the same key and body again is the same order.
    ``body`` is the fingerprint of everything else. ``is_paid``: paid already (a counter, a test).
    ``place`` is the signed word of a place in the line of a drop that has one.
    """

    key: str
    body: str
    channel: str
    lines: tuple[tuple[str, int], ...]
    country: str
    person: str = ""
    email: str = ""
    language: str = "en"
    drop: str = ""
    place: str = ""
    codes: tuple[str, ...] = ()
    address: dict[str, str] = field(default_factory=dict)
    is_shipped: bool = False
    is_paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a wish; ``why`` says what to do when there is no order."""

    outcome: Outcome
    order: int = 0
    total: int = 0
    currency: str = ""
    expires_at: dt.datetime | None = None
    why: str = ""


@dataclass(slots=True, kw_only=True)
class _Ready:
    """A wish that may become an order: priced, with the rows it takes from."""

    index: int
    wish: Wish
    priced: Priced
    lines: tuple[tuple[tuple[int, ...], int], ...]
    number: int = 0
    taken: Taken = ()


def place_orders(
    book: PriceBook, *, wishes: Sequence[Wish], now: dt.datetime
) -> tuple[Answer, ...]:
    """
    Settle wishes in their order and say what became of each.

    Two processes that settle the same key at once: one of them begins again and finds the order.
    """
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _settle(book, wishes, now)
        except (IntegrityError, OperationalError) as error:
            if attempt + 1 == TRIES or not any(word in str(error) for word in RACES):
                raise
    raise AssertionError  # the loop returns or raises


def _settle(book: PriceBook, wishes: Sequence[Wish], now: dt.datetime) -> tuple[Answer, ...]:
    snapshot = book.snapshot
    if not all(wish.key.isprintable() and wish.person.isprintable() for wish in wishes):
        message = "keys and people are printable words"
        raise ValueError(message)
    answers: list[Answer | None] = [None] * len(wishes)
    known = _known(snapshot.games_id, [wish.key for wish in wishes])
    first: dict[str, int] = {}
    ready: list[_Ready] = []
    for index, wish in enumerate(wishes):
        if wish.key in known:
            answers[index] = _again(wish, *known[wish.key])
        elif wish.key in first:
            continue  # twice in one batch: answered like the first, below
        else:
            first[wish.key] = index
            found = _ready(book, index, wish, now)
            if isinstance(found, Answer):
                answers[index] = found
            else:
                ready.append(found)
    placed = _take(snapshot, ready, answers, now)
    _answer_settled(snapshot.games_id, ready, answers)
    _write(snapshot, placed, now)
    for one in placed:
        is_open = not one.wish.is_paid
        answers[one.index] = Answer(
            outcome=Outcome.PLACED, order=one.number, total=one.priced.total,
            currency=one.priced.currency, expires_at=now + HELD_FOR if is_open else None,
        )  # fmt: skip
    return tuple(
        answer or _same(wish, wishes[first[wish.key]], answers[first[wish.key]])
        for answer, wish in zip(answers, wishes, strict=True)
    )


def _answer_settled(games_id: int, ready: list[_Ready], answers: list[Answer | None]) -> None:
    """
    Give those who got nothing the order that their key has got meanwhile.

    Another process may settle the same key between our look at the keys and our turn at the locks:
    what made a limit full or took the last piece can be this very order. It is seen now.
    """
    refused = [one for one in ready if answers[one.index] is not None]
    if not refused:
        return
    known = _known(games_id, [one.wish.key for one in refused])
    for one in refused:
        if one.wish.key in known:
            answers[one.index] = _again(one.wish, *known[one.wish.key])


def _same(wish: Wish, other: Wish, answer: Answer | None) -> Answer:
    if answer is None or wish.body != other.body:
        return Answer(outcome=Outcome.CONFLICT, why="this key is of another order: use a new one")
    return answer


def _known(games_id: int, keys: list[str]) -> dict[str, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idem_key, body_hash, order_state, number, total, currency, expires_at"
            " FROM shop_order"
            " WHERE games_id = %s AND idem_key = ANY(string_to_array(%s, chr(31)))",
            [games_id, "\x1f".join(keys)],
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _again(
    wish: Wish,
    body: str,
    state: str,
    number: int,
    total: int,
    currency: str,
    expires_at: dt.datetime | None,
) -> Answer:
    if body != wish.body:
        return Answer(outcome=Outcome.CONFLICT, why="this key is of another order: use a new one")
    if state in {OrderState.EXPIRED.value, OrderState.CANCELLED.value}:
        return Answer(outcome=Outcome.REFUSED, order=number,
                      why=f"the order {number} is {state}: begin again with a new key")  # fmt: skip
    return Answer(outcome=Outcome.PLACED, order=number, total=total, currency=currency,
                  expires_at=expires_at)  # fmt: skip


def _ready(book: PriceBook, index: int, wish: Wish, now: dt.datetime) -> _Ready | Answer:
    """Return a wish with its price and stock rows, or why it can't be."""
    snapshot = book.snapshot
    drop = snapshot.drops.get(wish.drop) if wish.drop else None
    if wish.drop and (drop is None or now < drop.starts_at or not wish.person):
        why = "this sale has not begun" if drop else f"there is no sale {wish.drop}"
        return Answer(outcome=Outcome.REFUSED, why=why if wish.person else "say who buys")
    if drop and drop.admitted_a_second and not _has_turn(snapshot.games_id, drop, wish, now):
        return Answer(outcome=Outcome.REFUSED, why="it is not your turn yet: stand in the line")
    if any(sku != drop.sku for sku, _ in wish.lines) if drop else _in_drop(snapshot, wish):
        return Answer(outcome=Outcome.REFUSED, why="this is sold in its sale alone")
    try:
        found = book.priced(
            channel=wish.channel, lines=wish.lines, country=wish.country,
            codes=wish.codes, is_shipped=wish.is_shipped, now=now,
        )  # fmt: skip
    except PriceError as error:
        return Answer(outcome=Outcome.REFUSED, why=str(error))
    lines = [
        (snapshot.sellables[line.sku].stock.get(wish.channel, ()), line.quantity)
        for line in found.lines
    ]
    lines += [((key,), 1) for key in found.counted]
    return _Ready(index=index, wish=wish, priced=found, lines=tuple(lines))


def _has_turn(games_id: int, drop: DropRow, wish: Wish, now: dt.datetime) -> bool:
    """Tell whether a wish comes with a place of its person that was let in."""
    found = place_of(games_id=games_id, drop=drop.code, word=wish.place)
    if found is None or found[0] != wish.person:
        return False
    return found[1] <= admitted(drop.starts_at, drop.admitted_a_second, now)


def _in_drop(snapshot: Snapshot, wish: Wish) -> bool:
    skus = {sku for sku, _ in wish.lines}
    return any(row.sku in skus for row in snapshot.drops.values())


def _take(
    snapshot: Snapshot, ready: list[_Ready], answers: list[Answer | None], now: dt.datetime
) -> list[_Ready]:
    """Give stock to those whose limit allows it, first come first served."""
    if not ready:
        return []
    games_id = snapshot.games_id
    allowed = _within_limits(snapshot, ready, answers)
    _number(allowed)
    placed = []
    for is_paid in (True, False):
        some = [one for one in allowed if one.wish.is_paid == is_paid]
        wants = [Want(ref=str(one.number), lines=one.lines) for one in some]
        if not wants:
            continue
        if is_paid:
            found = take(games_id=games_id, wants=wants, kind=MoveKind.SALE, now=now)
        else:
            found = hold_many(games_id=games_id, wants=wants, expires_at=now + HELD_FOR, now=now)
        for one, taken in zip(some, found, strict=True):
            if taken is None:
                answers[one.index] = _gone(games_id, one)
            else:
                one.taken = taken
                placed.append(one)
    _count_limits(games_id, placed, snapshot)
    return placed


def _gone(games_id: int, one: _Ready) -> Answer:
    """Return what is gone: the pieces, or the uses of a code."""
    counted = one.priced.counted
    if counted and min(lock_stock(games_id=games_id, keys=counted).values(), default=0) < 1:
        return Answer(outcome=Outcome.REFUSED, why="the code is used up: leave it out")
    return Answer(outcome=Outcome.SOLD_OUT, why="sold out")


def _within_limits(
    snapshot: Snapshot, ready: list[_Ready], answers: list[Answer | None]
) -> list[_Ready]:
    """Return those who may buy so many of a drop; limits of people are read under their locks."""
    people = {(one.wish.drop, who) for one in ready for who, _ in _limits(snapshot, one.wish)}
    have: dict[tuple[str, str], int] = {}
    if people:
        have = _locked_limits(snapshot.games_id, people)
    allowed = []
    for one in ready:
        asked = sum(n for _, n in one.wish.lines)
        limits = _limits(snapshot, one.wish)
        why = next(
            (f"{most} a {'household' if who[0] == HOME else 'person'}, and this would be more"
             for who, most in limits if have.get((one.wish.drop, who), 0) + asked > most), "",
        )  # fmt: skip
        if why:
            answers[one.index] = Answer(outcome=Outcome.OVER_LIMIT, why=why)
            continue
        for who, _ in limits:
            have[one.wish.drop, who] = have.get((one.wish.drop, who), 0) + asked
        allowed.append(one)
    return allowed


def _limits(snapshot: Snapshot, wish: Wish) -> tuple[tuple[str, int], ...]:
    """Return (who, so many at most): the person of a drop, and the household it is sent to."""
    if not wish.drop:
        return ()
    drop = snapshot.drops[wish.drop]
    home = _household(snapshot, wish)
    return ((wish.person, drop.person_max), *([(home, drop.household_max)] if home else ()))


def _household(snapshot: Snapshot, wish: Wish) -> str:
    if not wish.drop or not snapshot.drops[wish.drop].household_max:
        return ""
    return household_of(wish.address, wish.country)


def _locked_limits(games_id: int, people: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return how many pieces people and households have, (drop, who), with their rows locked."""
    have: dict[tuple[str, str], int] = {}
    for drop in sorted({drop for drop, _ in people}):
        persons = sorted(person for code, person in people if code == drop)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT person, quantity FROM shop_droplimit WHERE games_id = %s AND drop = %s"
                " AND person = ANY(string_to_array(%s, chr(31))) ORDER BY person FOR UPDATE",
                [games_id, drop, "\x1f".join(persons)],
            )
            have |= {(drop, person): n for person, n in cursor.fetchall()}
    return have


def _number(allowed: list[_Ready]) -> None:
    if allowed:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval('shop_order_number') FROM generate_series(1, %s)", [len(allowed)]
            )
            for one, (number,) in zip(allowed, cursor.fetchall(), strict=True):
                one.number = number


def _count_limits(games_id: int, placed: list[_Ready], snapshot: Snapshot) -> None:
    """Add what was bought to the limits of people; the CHECK has the last word."""
    counts: dict[tuple[str, int], Counter[str]] = {}
    for one in placed:
        pieces = sum(n for _, n in one.wish.lines)
        for who, most in _limits(snapshot, one.wish):
            counts.setdefault((one.wish.drop, most), Counter())[who] += pieces
    for (drop, most), people in sorted(counts.items()):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO shop_droplimit (games_id, drop, person, quantity, person_max)"
                " SELECT %s, %s, n.key, n.value::int, %s FROM jsonb_each_text(%s) n ORDER BY n.key"
                " ON CONFLICT (games_id, drop, person)"
                " DO UPDATE SET quantity = shop_droplimit.quantity + excluded.quantity,"
                " person_max = excluded.person_max",
                [games_id, drop, most, json.dumps(people)],
            )


ORDER_COLUMNS = (
    "games_id", "placed_at", "number", "idem_key", "body_hash", "order_state", "channel", "drop",
    "person", "household", "email", "language", "country", "address", "currency", "is_tax_included",
    "subtotal", "discount", "shipping", "tax", "total", "promotions", "catalogue_version",
    "expires_at", "duty", "duty_due", "is_shipped", "carrier",
)  # fmt: skip
LINE_COLUMNS = (
    "games_id", "number", "line", "sku", "title", "quantity", "unit_price", "discount", "tax_rate",
    "tax", "total", "seller", "commission", "royalties", "pieces",
)  # fmt: skip


def _write(snapshot: Snapshot, placed: list[_Ready], now: dt.datetime) -> None:
    """Write orders, lines, royalties and news of a batch, a statement each."""
    if not placed:
        return
    games_id = snapshot.games_id
    orders = [(games_id, now, *_order_row(snapshot, one, now)) for one in placed]
    copy_rows("shop_order", ORDER_COLUMNS, orders)
    lines = [(games_id, *row) for one in placed for row in _line_rows(one)]
    copy_rows("shop_orderline", LINE_COLUMNS, lines)
    post(games_id=games_id, entries=_royalty_entries(placed), now=now, is_part=True)
    numbers = [one.number for one in placed]
    append_update(games_id=games_id, topic=ORDER_MADE, key=str(numbers[0]),
                  body={"orders": numbers}, recorded_at=now)  # fmt: skip


def _order_row(snapshot: Snapshot, one: _Ready, now: dt.datetime) -> tuple[Any, ...]:
    wish, cost = one.wish, one.priced
    state = OrderState.PAID if wish.is_paid else OrderState.PLACED
    return (
        one.number, wish.key, wish.body, state.value, wish.channel, wish.drop, wish.person,
        _household(snapshot, wish), wish.email, wish.language, wish.country,
        json.dumps(wish.address) if wish.address else "{}",
        cost.currency, cost.is_tax_included, cost.subtotal, cost.discount, cost.shipping, cost.tax,
        cost.total, _json(cost.promotions), snapshot.version,
        None if wish.is_paid else now + HELD_FOR, cost.duty, cost.duty_due, wish.is_shipped,
        cost.carrier,
    )  # fmt: skip


def _line_rows(one: _Ready) -> list[tuple[Any, ...]]:
    return [
        (
            one.number, n + 1, line.sku, line.title, line.quantity, line.unit_price, line.discount,
            line.tax_rate, line.tax, line.total, line.seller, line.commission,
            _json(line.royalties), json.dumps(one.taken[n]),
        )
        for n, line in enumerate(one.priced.lines)
    ]  # fmt: skip


def _royalty_entries(placed: list[_Ready]) -> list[Entry]:
    """
    Return what these orders owe to licensees, a posting for the batch.

    Lines keep what each of them owes; a return posts its part back.
    """
    lines = ((one.priced.currency, line.royalties) for one in placed for line in one.priced.lines)
    return owing(owed(lines), f"royalty:{placed[0].number}-{placed[-1].number}", 1)


@lru_cache(maxsize=4096)
def _json(value: tuple[Any, ...]) -> str:
    """Return a value that many orders share as JSON."""
    return json.dumps(value)
