"""
Tickets: places of a session as stock, numbers that a gate can read, and what a move is owed.

The stock of a session is its places. A ticket is issued when its order is paid; its proof is good
for the whole Games and opens its session, whenever that is.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions import issue_proofs, revoke_proofs
from sportsbrain.credentials.queries import were_shown
from sportsbrain.ledger.actions import (
    Move,
    Want,
    book,
    free_units,
    lock_stock,
    number_units,
    open_stock,
    save_location,
    take,
    take_units,
)
from sportsbrain.shop.actions.catalogue import (
    ProductValues,
    catalogue_changed,
    receive,
    save_products,
)
from sportsbrain.shop.actions.letters import owe_letter
from sportsbrain.shop.actions.returning import locked_order, take_back
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import (
    Order,
    OrderLine,
    Price,
    Product,
    Return,
    Ticket,
    TicketSession,
    Variant,
)
from sportsbrain.shop.queries import SessionTime, said
from sportsbrain.vocabulary.shop import (
    LetterKind,
    OrderState,
    ProductKind,
    ReturnState,
    TicketState,
)
from sportsbrain.vocabulary.trade import LocationKind, MoveKind, UnitState

KIND = "ticket"
PAID = (OrderState.PAID.value, OrderState.FULFILLED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Numbered seats: so many rows of so many."""

    name: str
    rows: int
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCategory:
    """A category of places: free seating of so many, or blocks of numbered seats."""

    code: str
    price: int
    places: int = 0
    blocks: tuple[Block, ...] = ()

    @property
    def count(self) -> int:
        """Return how many places there are."""
        return sum(b.rows * b.seats for b in self.blocks) if self.blocks else self.places


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionValues:
    """A session that tickets are sold for."""

    code: str
    venue: str
    discipline: str
    titles: dict[str, str]
    units: tuple[str, ...]
    starts_at: dt.datetime
    ends_before: dt.datetime
    categories: tuple[TicketCategory, ...]


@transaction.atomic
def open_tickets(
    *, games_id: int, sessions: Sequence[SessionValues], channel: str, now: dt.datetime
) -> int:
    """Sell tickets of sessions; those that are open already are left alone. Return how many."""
    fresh = _fresh(games_id, sessions)
    products, seated = [], []
    pieces: dict[tuple[str, str], int] = {}
    for session in fresh:
        save_location(games_id=games_id, code=session.code, kind=LocationKind.SESSION,
                      name=session_name(session.starts_at, session.titles))  # fmt: skip
        TicketSession.objects.create(
            games_id=games_id, code=session.code, venue=session.venue, units=list(session.units),
            discipline=session.discipline, starts_at=session.starts_at,
            ends_before=session.ends_before,
        )  # fmt: skip
        skus = {f"{session.code}-{c.code}": c for c in session.categories}
        products.append(
            ProductValues(
                code=f"T-{session.code}", titles=session.titles, kind=ProductKind.TICKET,
                variants={sku: {"category": c.code} for sku, c in skus.items()},
                prices={(sku, channel): c.price for sku, c in skus.items()},
                ends_before=session.ends_before,
                collections=("tickets",), discipline=session.discipline, session=session.code,
                starts_at=session.starts_at,
                seating={
                    sku: [[b.name, b.rows, b.seats] for b in c.blocks]
                    for sku, c in skus.items() if c.blocks
                },
            )
        )  # fmt: skip
        pieces |= {(sku, session.code): c.count for sku, c in skus.items() if not c.blocks}
        seated += [(sku, session.code, c.count) for sku, c in skus.items() if c.blocks]
    save_products(games_id=games_id, products=products)
    rows = open_stock(games_id=games_id, items=[(sku, place, "") for sku, place, _ in seated])
    for sku, place, count in seated:
        number_units(games_id=games_id, stock=rows[sku, place, ""], first=1, count=count, now=now)
    receive(games_id=games_id, pieces=pieces, ref="places", now=now)
    return len(fresh)


def _fresh(games_id: int, sessions: Sequence[SessionValues]) -> list[SessionValues]:
    """
    Return sessions none of whose units is on sale, each under a code that nobody has.

    Codes of the schedule count sessions in order of time: another one may have had this one before.
    """
    known = {row.code: set(row.units) for row in TicketSession.objects.filter(games_id=games_id)}
    sold = {unit for units in known.values() for unit in units}
    fresh, names = [], set(known)
    for session in sessions:
        if (session.code in known and not session.units) or sold & set(session.units):
            continue
        code = next(
            f"{session.code}{end}"
            for end in ("", *"BCDEFGHIJKLMNOPQRSTUVWXYZ")
            if f"{session.code}{end}" not in names
        )
        names.add(code)
        fresh.append(replace(session, code=code))
    return fresh


def seat_of(seating: Sequence[Sequence[Any]], serial: int) -> str:
    """Return block, row and seat of a numbered place, the first of the first row is 1."""
    at = serial - 1
    for name, rows, seats in seating:
        if at < rows * seats:
            return f"{name} {at // seats + 1}-{at % seats + 1}"
        at -= rows * seats
    message = f"there is no seat {serial}"
    raise ShopError(message)


@transaction.atomic
def issue_tickets(*, games: GamesRow, order: int, now: dt.datetime) -> int:
    """Give a paid order its tickets and return how many are new; the same again: none."""
    row = Order.objects.select_for_update().filter(games_id=games.id, number=order).first()
    if row is None or row.order_state not in PAID:
        return 0
    done = set(
        Ticket.objects.filter(games_id=games.id, order_number=order).values_list("line", flat=True)
    )
    lines = OrderLine.objects.filter(games_id=games.id, number=order).exclude(line__in=done)
    sessions, variants = _of_skus(games.id, {line.sku for line in lines})
    made: list[Ticket] = []
    for line in lines.order_by("line"):
        variant = variants.get(line.sku)
        if variant is None or variant.product.session not in sessions:
            continue
        for stock, count in line.pieces:
            made += _places(row, line, variant, sessions[variant.product.session], stock, count,
                            len(made), now)  # fmt: skip
    _keep(games, made, now)
    return len(made)


def _of_skus(games_id: int, skus: set[str]) -> tuple[dict[str, TicketSession], dict[str, Variant]]:
    found = Variant.objects.filter(games_id=games_id, sku__in=skus, product__kind=KIND)
    variants = {variant.sku: variant for variant in found.select_related("product")}
    codes = {variant.product.session for variant in variants.values()}
    rows = TicketSession.objects.filter(games_id=games_id, code__in=codes)
    return {row.code: row for row in rows}, variants


def _places(
    row: Order, line: OrderLine, variant: Variant, session: TicketSession, stock: int, count: int,
    first: int, now: dt.datetime,
) -> list[Ticket]:  # fmt: skip
    """Return tickets of pieces of one stock row, with their seats where they are numbered."""
    serials: Sequence[int | None] = [None] * count
    if variant.is_numbered:
        serials = take_units(games_id=row.games_id, stock=stock, quantity=count,
                             ref=str(row.number), state=UnitState.SOLD)  # fmt: skip
    return [
        Ticket(
            games_id=row.games_id, number=f"{row.number}-{line.line}-{first + n + 1}",
            order_number=row.number, line=line.line, sku=line.sku, session=session, stock=stock,
            serial=serial, seat=seat_of(variant.seating, serial) if serial else "",
            starts_at=session.starts_at, ends_before=session.ends_before, issued_at=now,
        )
        for n, serial in enumerate(serials)
    ]  # fmt: skip


def _keep(games: GamesRow, made: list[Ticket], now: dt.datetime) -> None:
    if made:
        numbers = tuple(ticket.number for ticket in made)
        indexes = issue_proofs(games=games, kind=KIND, numbers=numbers, now=now)
        for ticket in made:
            ticket.proof = indexes[ticket.number]
        Ticket.objects.bulk_create(made)


def session_name(starts_at: dt.datetime, titles: dict[str, str]) -> str:
    """Return what a gate reads of a session: when, then what; `follow` renews it when it moves."""
    return f"{starts_at:%Y-%m-%dT%H:%MZ} {said(titles, 'en')}"[:120]


@transaction.atomic
def keep_sessions(*, games_id: int, times: Sequence[SessionTime]) -> int:
    """
    Follow the schedule: sell moved sessions for their new time, cancelled ones not at all.

    Tickets that were sold keep the time they were sold for. Return how many sessions changed.
    """
    rows = {row.code: row for row in TicketSession.objects.filter(games_id=games_id)}
    changed = 0
    for time in times:
        row, products = rows[time.code], Product.objects.filter(games_id=games_id,
                                                                session=time.code)  # fmt: skip
        starts, ends = time.starts_at, time.ends_before
        is_on = starts is not None
        if products.exclude(is_live=is_on).update(is_live=is_on):
            changed += 1
        if starts is None or ends is None or (row.starts_at, row.ends_before) == (starts, ends):
            continue
        row.starts_at, row.ends_before = starts, ends
        row.save(update_fields=["starts_at", "ends_before"])
        products.update(starts_at=row.starts_at)
        Price.objects.filter(variant__product__in=products).update(ends_before=row.ends_before)
        titles = products.values_list("titles", flat=True).first() or {}
        save_location(games_id=games_id, code=time.code, kind=LocationKind.SESSION,
                      name=session_name(row.starts_at, titles))  # fmt: skip
        changed += 1
    if changed:
        catalogue_changed(games_id)
    return changed


def end_tickets_of(order: Order, now: dt.datetime) -> None:
    """End the tickets of a locked order whose money went back whole; their places are free."""
    rows = list(
        Ticket.objects.filter(
            games_id=order.games_id, order_number=order.number,
            ticket_state=TicketState.VALID.value,
        )
    )  # fmt: skip
    if not rows:
        return
    _end(order.games_id, rows, TicketState.RETURNED, now)
    moves = [
        Move(stock=row.stock, kind=MoveKind.RETURN, quantity=1, ref=f"refunded:{order.number}")
        for row in rows
    ]
    book(games_id=order.games_id, moves=moves, now=now)


def _theirs(games_id: int, order: int, numbers: Sequence[str]) -> list[Ticket]:
    """
    Return valid tickets of an order.

    Raises
    ------
    ShopError
        When one of them is not.

    """
    rows = Ticket.objects.filter(
        games_id=games_id, order_number=order, number__in=numbers,
        ticket_state=TicketState.VALID.value,
    ).select_related("session").order_by("pk")  # fmt: skip
    found = list(rows)
    if not found or len(found) != len(set(numbers)):
        message = "choose tickets of this order that are still valid"
        raise ShopError(message)
    if were_shown(games_id=games_id, kind=KIND, numbers=tuple(row.number for row in found)):
        message = "a ticket that was used at a gate stays as it is"
        raise ShopError(message)
    return found


def _end(games_id: int, rows: list[Ticket], state: TicketState, now: dt.datetime) -> None:
    """End tickets: gates refuse them from the next list on, their seats are free."""
    Ticket.objects.filter(pk__in=[row.pk for row in rows]).update(ticket_state=state.value)
    revoke_proofs(games_id=games_id, kind=KIND, numbers=tuple(r.number for r in rows), now=now)
    for stock in {row.stock for row in rows}:
        serials = [row.serial for row in rows if row.stock == stock and row.serial is not None]
        free_units(games_id=games_id, stock=stock, serials=serials)


@transaction.atomic
def give_back_tickets(
    *, games: GamesRow, order: int, numbers: Sequence[str], why: str, now: dt.datetime
) -> int:
    """
    Take tickets back, free their places, owe their money and return how much that is.

    Who may is decided before: a session that moved or is cancelled, or a desk.

    Raises
    ------
    ShopError
        When they are not valid tickets of the order.

    """
    row = locked_order(games.id, order)
    rows = _theirs(games.id, order, numbers)
    _end(games.id, rows, TicketState.RETURNED, now)
    pieces: dict[int, int] = {}
    for ticket in rows:
        pieces[ticket.line] = pieces.get(ticket.line, 0) + 1
    made = Return.objects.create(
        games_id=games.id, order_number=order, lines=sorted(pieces.items()), why=why[:200],
        return_state=ReturnState.RECEIVED.value, asked_at=now, ended_at=now,
    )  # fmt: skip
    made.amount = take_back(row, pieces, ref=f"return:{made.pk}", but=made.pk, now=now,
                            places=[ticket.stock for ticket in rows])  # fmt: skip
    made.save(update_fields=["amount"])
    owe_letter(row, key=f"returned:{made.pk}", kind=LetterKind.RETURN_DONE, now=now)
    return made.amount


@transaction.atomic
def exchange_tickets(
    *, games: GamesRow, order: int, numbers: Sequence[str], sku: str, stock: Sequence[int],
    price: int, now: dt.datetime,
) -> int:  # fmt: skip
    """
    Give places of another session that cost the same for tickets of one that moved; say how many.

    ``stock`` are the rows of the other places, the better first, ``price`` what one costs now.

    Raises
    ------
    ShopError
        When they are not valid tickets of the order, when the others cost more or less, or are
        gone.

    """
    row = locked_order(games.id, order)
    rows = _theirs(games.id, order, numbers)
    sessions, variants = _of_skus(games.id, {sku})
    variant = variants.get(sku)
    if variant is None or variant.product.session in {ticket.session.code for ticket in rows}:
        message = "choose places of another session"
        raise ShopError(message)
    lines = {line.line: line for line in OrderLine.objects.filter(games_id=games.id, number=order)}
    if any(lines[ticket.line].unit_price != price for ticket in rows):
        message = "these places do not cost what yours did: take other ones, or your money back"
        raise ShopError(message)
    lock_stock(games_id=games.id, keys={*stock, *(ticket.stock for ticket in rows)})
    want = Want(ref=f"exchange:{order}", lines=((tuple(stock), len(rows)),))
    (taken,) = take(games_id=games.id, wants=(want,), kind=MoveKind.SALE, now=now)
    if taken is None:
        message = "there are not so many places left there"
        raise ShopError(message)
    _end(games.id, rows, TicketState.EXCHANGED, now)
    moves = [
        Move(stock=ticket.stock, kind=MoveKind.RETURN, quantity=1, ref=f"exchange:{order}")
        for ticket in rows
    ]
    book(games_id=games.id, moves=moves, now=now)
    count = Ticket.objects.filter(games_id=games.id, order_number=order).count()
    made: list[Ticket] = []
    for key, n in taken[0]:
        made += _places(row, lines[rows[0].line], variant, sessions[variant.product.session], key,
                        n, count + len(made), now)  # fmt: skip
    for ticket, old in zip(made, rows, strict=True):
        ticket.line, ticket.sku = old.line, sku
    _keep(games, made, now)
    return len(made)
