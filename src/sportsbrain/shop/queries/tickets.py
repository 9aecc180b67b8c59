"""Read tickets and their sessions: as they were sold, and as they are now."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, schedule_now
from sportsbrain.shop.models import Order, OrderLine, Ticket, TicketSession, Variant
from sportsbrain.shop.queries.snapshot import Snapshot, said
from sportsbrain.vocabulary.proofs import Proof
from sportsbrain.vocabulary.sessions import TimedUnit
from sportsbrain.vocabulary.shop import OrderState, ProductKind, TicketState

PAID = (OrderState.PAID.value, OrderState.FULFILLED.value)
DAY = dt.timedelta(days=1)
TOLERANCE = dt.timedelta(minutes=15)  # a session that begins so much later is the same evening
OFFERED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTime:
    """When a session is: as sold and now, None when none of its units takes place."""

    code: str
    venue: str
    discipline: str
    sold_starts_at: dt.datetime
    sold_ends_before: dt.datetime
    starts_at: dt.datetime | None
    ends_before: dt.datetime | None

    def is_moved_for(self, sold_for: dt.datetime) -> bool:
        """Tell whether it is at another time than it was sold for, or does not take place."""
        return self.starts_at is None or abs(self.starts_at - sold_for) > TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCard:
    """A ticket as its holder sees it."""

    number: str
    line: int
    sku: str
    title: str
    category: str
    seat: str
    ticket_state: str
    proof: int
    sold_for: dt.datetime
    session: SessionTime

    @property
    def is_valid(self) -> bool:
        """Tell whether it opens its session."""
        return self.ticket_state == TicketState.VALID.value

    def may_change(self, now: dt.datetime) -> bool:
        """Tell whether it may be exchanged or given back: it moved, and has not begun."""
        if not self.is_valid or not self.session.is_moved_for(self.sold_for):
            return False
        return self.session.starts_at is None or now < self.session.starts_at


def has_tickets(*, games_id: int) -> bool:
    """Tell whether a Games sells tickets to its sessions."""
    return TicketSession.objects.filter(games_id=games_id).exists()


def session_times(
    *, games: GamesRow, codes: tuple[str, ...] = (), sources: Sources | None = None
) -> dict[str, SessionTime]:
    """Return ticketed sessions by code, with the time of their units now, or in other versions."""
    rows = TicketSession.objects.filter(games_id=games.id)
    if codes:
        rows = rows.filter(code__in=codes)
    schedule = schedule_now(games=games, sources=sources or Sources())
    units = {unit.code: unit for unit in schedule.units}
    found = {}
    for row in rows.order_by("starts_at", "code"):
        some = [units[code] for code in row.units if code in units]
        if not row.units:  # a session of its own, of no units: it is when it was said
            some = [_promised(row, schedule.epoch)]
        starts = min((u.starts_at for u in some), default=None)
        ends = max((u.ends_before for u in some), default=None)
        found[row.code] = SessionTime(
            code=row.code, venue=some[0].venue if some else row.venue, discipline=row.discipline,
            sold_starts_at=row.starts_at, sold_ends_before=row.ends_before,
            starts_at=None if starts is None else schedule.epoch + dt.timedelta(seconds=starts),
            ends_before=None if ends is None else schedule.epoch + dt.timedelta(seconds=ends),
        )  # fmt: skip
    return found


def _promised(row: TicketSession, epoch: dt.datetime) -> TimedUnit:
    """Return a session that names no units as a unit at the time that was promised."""
    return TimedUnit(
        code=row.code, event="", discipline=row.discipline, venue=row.venue,
        starts_at=int((row.starts_at - epoch).total_seconds()),
        ends_before=int((row.ends_before - epoch).total_seconds()),
    )  # fmt: skip


def ticket_cards(
    *, games: GamesRow, order: int = 0, numbers: tuple[str, ...] = (), language: str = "en"
) -> tuple[TicketCard, ...]:
    """Return tickets of an order, or by their numbers."""
    some = Ticket.objects.filter(games_id=games.id).select_related("session")
    some = some.filter(order_number=order) if order else some.filter(number__in=numbers)
    tickets = list(some.order_by("line", "pk"))
    if not tickets:
        return ()
    times = session_times(games=games, codes=tuple({t.session.code for t in tickets}))
    rows = Variant.objects.filter(games_id=games.id, sku__in={t.sku for t in tickets})
    places = {row.sku: row for row in rows.select_related("product")}
    return tuple(
        TicketCard(
            number=row.number, line=row.line, sku=row.sku, seat=row.seat, proof=row.proof,
            sold_for=row.starts_at,
            title=said(places[row.sku].product.titles, language),
            category=" ".join(map(str, places[row.sku].options.values())),
            ticket_state=row.ticket_state, session=times[row.session.code],
        )
        for row in tickets
    )  # fmt: skip


def ticket_proofs(*, games: GamesRow, cards: tuple[TicketCard, ...]) -> tuple[Proof, ...]:
    """Return what the codes of tickets say: good for the whole Games, for one session."""
    starts = dt.datetime.combine(games.starts_on, dt.time(), dt.UTC) - DAY
    ends = dt.datetime.combine(games.ends_on, dt.time(), dt.UTC) + 3 * DAY
    return tuple(
        Proof(
            issuer=games.code, kind="ticket", number=card.number,
            category=f"{card.category} {card.seat}".strip(),
            rights=(f"session {card.session.code} ENTRY",), index=card.proof, starts_at=starts,
            ends_before=ends,
        )
        for card in cards
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Places of another session that somebody may have instead."""

    sku: str
    category: str
    price: int
    session: SessionTime
    stock: tuple[int, ...]


def offers_for(
    *, games: GamesRow, snapshot: Snapshot, card: TicketCard, channel: str, price: int,
    now: dt.datetime,
) -> tuple[Offer, ...]:  # fmt: skip
    """Return places of later sessions of the same discipline that cost the same, soonest first."""
    times = session_times(games=games)
    found = []
    for sellable in snapshot.sellables.values():
        time = times.get(sellable.session)
        if time is None or time.starts_at is None or time.code == card.session.code:
            continue
        is_alike = time.discipline == card.session.discipline and time.starts_at > now
        if is_alike and sellable.price_at(channel, now) == price:
            category = sellable.sku.removeprefix(f"{time.code}-")
            found.append(
                Offer(sku=sellable.sku, category=category, price=price, session=time,
                      stock=sellable.stock.get(channel, ()))
            )  # fmt: skip
    found.sort(key=lambda offer: (offer.session.starts_at or now, offer.sku))
    return tuple(found[:OFFERED])


def orders_without_tickets(*, games_id: int, limit: int = 500) -> tuple[int, ...]:
    """Return paid orders that have ticket lines and no tickets of them, oldest first."""
    skus = Variant.objects.filter(
        games_id=games_id, product__kind=ProductKind.TICKET.value
    ).values_list("sku", flat=True)
    have = Ticket.objects.filter(games_id=games_id).values_list("order_number", flat=True)
    lines = OrderLine.objects.filter(games_id=games_id, sku__in=skus).exclude(number__in=have)
    orders = Order.objects.filter(
        games_id=games_id, order_state__in=PAID, number__in=lines.values("number")
    )
    return tuple(orders.order_by("number").values_list("number", flat=True)[:limit])


def moved_holders(*, games: GamesRow) -> tuple[tuple[str, int], ...]:
    """Return (session and its time, order) of who holds tickets that were sold for another time."""
    times = session_times(games=games)
    found: dict[tuple[str, int], None] = {}
    rows = Ticket.objects.filter(games_id=games.id, ticket_state=TicketState.VALID.value)
    for code, order, sold_for in (
        rows.order_by("pk").values_list("session__code", "order_number", "starts_at").distinct()
    ):
        time = times[code]
        if time.is_moved_for(sold_for):
            when = f"{time.starts_at:%m%dT%H%M}" if time.starts_at else "off"
            found[f"{code}:{when}", order] = None
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldTickets:
    """Valid tickets of a session by the time they were sold for, and what was paid for them."""

    session: str
    sold_for: dt.datetime
    currency: str
    tickets: int
    amount: int


def sold_tickets(*, games_id: int) -> tuple[SoldTickets, ...]:
    """Return what valid tickets there are, and what a place of their lines cost in minor units."""
    rows = Ticket.objects.filter(games_id=games_id, ticket_state=TicketState.VALID.value)
    groups = rows.values("session__code", "starts_at", "order_number", "line").annotate(
        n=Count("pk")
    )
    wanted = rows.values("order_number")
    lines = {
        (number, line): (total, quantity)
        for number, line, total, quantity in OrderLine.objects.filter(
            games_id=games_id, number__in=wanted
        ).values_list("number", "line", "total", "quantity")
    }
    orders = Order.objects.filter(games_id=games_id, number__in=wanted)
    currencies = dict(orders.values_list("number", "currency"))
    tickets: Counter[tuple[str, dt.datetime, str]] = Counter()
    amounts: Counter[tuple[str, dt.datetime, str]] = Counter()
    for row in groups:
        key = (row["session__code"], row["starts_at"], currencies[row["order_number"]])
        total, quantity = lines[row["order_number"], row["line"]]
        tickets[key] += row["n"]
        amounts[key] += total * row["n"] // quantity
    return tuple(
        SoldTickets(session=code, sold_for=sold_for, currency=currency, tickets=n,
                    amount=amounts[code, sold_for, currency])
        for (code, sold_for, currency), n in sorted(tickets.items())
    )  # fmt: skip
