"""
The rate card: save it, order from it, take an order back, return deposits, pay.

An order takes stock of every slot it needs, or of none, then adds lines to the folio of the
delegation: stock rows are locked before the folio, in the order of their keys. Prices are without
tax; tax comes on top.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sportsbrain.ledger.actions import (
    LineValues,
    Move,
    Want,
    add_lines,
    book,
    lock_folio,
    lock_stock,
    open_folio,
    open_stock,
    reverse_line,
    save_location,
    take,
)
from sportsbrain.ledger.errors import LedgerError
from sportsbrain.ledger.queries import LineRow, line_rows, stock_rows
from sportsbrain.live.actions import append_update
from sportsbrain.village.actions.guests import cancel_guests, empty_beds, put_guests
from sportsbrain.village.actions.once import By, once
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import RateItem, RateWindow, Stakeholder
from sportsbrain.vocabulary.money import tax_on, text_of
from sportsbrain.vocabulary.rates import (
    FIRST_HOUR,
    LAST_HOUR,
    AllotmentRule,
    LineKind,
    RatePeriod,
    WishState,
    is_shared_out,
    price_on,
    shares_of,
    slots_of,
    surcharge_on,
)
from sportsbrain.vocabulary.trade import LocationKind, MoveKind

PLACE = "VILLAGE"
ORDERED = "village.order"
AMOUNT_MAX = 10**13  # minor units
PIECES_MAX, DELEGATION_MAX = 100_000, 20
SLOTS_MAX = 1_000  # two months by the hour


@dataclass(frozen=True, slots=True, kw_only=True)
class RateValues:
    """A line of the rate card; see `village.models.RateItem`. ``windows``: (from day, price)."""

    code: str
    title: str
    period: RatePeriod
    currency: str
    price: int
    pieces: int
    first: dt.date
    after: dt.date
    cost_party: str
    shares: tuple[tuple[str, int], ...]
    group: str = ""
    tax_rate: int = 0
    deposit: int = 0
    late_days: int = 0
    late_rate: int = 0
    cost: int = 0
    late_cost: int = 0
    most: int = 0
    rule: AllotmentRule = AllotmentRule.FIRST
    reserve: int = 0
    wishes_until: dt.date | None = None
    is_bed: bool = False
    windows: tuple[tuple[dt.date, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What is ordered: pieces, from a day until before another; ``gender`` for beds of guests."""

    item: str
    quantity: int
    first: dt.date | None = None
    after: dt.date | None = None
    hours: tuple[int, int] | None = None
    gender: str = ""


@transaction.atomic
def save_stakeholders(*, games_id: int, names: dict[str, str], is_kept: bool = False) -> None:
    """Make or rename stakeholders, by code; ``is_kept``: those that are there keep their name."""
    rows = [Stakeholder(games_id=games_id, code=code, name=name) for code, name in names.items()]
    if is_kept:
        Stakeholder.objects.bulk_create(rows, ignore_conflicts=True)
        return
    Stakeholder.objects.bulk_create(
        rows,
        update_conflicts=True, unique_fields=["games", "code"], update_fields=["name"],
    )  # fmt: skip


@transaction.atomic
def save_rates(*, games_id: int, rates: Sequence[RateValues], by: By) -> int:
    """
    Make or change lines of the rate card, with their stock; return how many.

    Raises
    ------
    VillageError
        When shares are no whole, or more is sold than there would be: nothing is changed then.

    """
    known = set(Stakeholder.objects.filter(games_id=games_id).values_list("code", flat=True))
    for values in rates:
        _refuse_rate(values, known)
    fields = [f for f in RateValues.__slots__ if f not in {"windows", "code"}]
    RateItem.objects.bulk_create(
        [
            RateItem(games_id=games_id, code=values.code, seed=secrets.token_hex(8),
                     **{f: _plain(getattr(values, f)) for f in fields})
            for values in rates
        ],
        update_conflicts=True, unique_fields=["games", "code"], update_fields=fields,
    )  # fmt: skip
    rows = {row.code: row for row in RateItem.objects.filter(
        games_id=games_id, code__in=[values.code for values in rates])}  # fmt: skip
    RateWindow.objects.filter(item__in=rows.values()).delete()
    RateWindow.objects.bulk_create([
        RateWindow(item=rows[values.code], starts_on=day, price=price)
        for values in rates for day, price in values.windows
    ])  # fmt: skip
    save_location(games_id=games_id, code=PLACE, name="Village", kind=LocationKind.VILLAGE)
    _stock(games_id, rates, by.now)
    return len(rates)


def _plain(value: object) -> object:
    return value.value if isinstance(value, RatePeriod | AllotmentRule) else value


def _refuse_rate(values: RateValues, known: set[str]) -> None:
    strangers = sorted({values.cost_party, *(who for who, _ in values.shares)} - known)
    if not is_shared_out(values.shares):
        message = f"{values.code}: the shares of the price add up to a whole (1,000,000)"
    elif strangers:
        message = f"{values.code}: nobody knows the stakeholder {strangers[0]}: save it first"
    elif values.first >= values.after:
        message = f"{values.code}: it is there from a day until a later one"
    elif values.is_bed and (
        values.period is not RatePeriod.DAY or values.rule is not AllotmentRule.FIRST
    ):
        message = f"{values.code}: beds are booked by the day, by who comes first"
    elif len(tuple(_all_slots(values))) > SLOTS_MAX:
        message = f"{values.code}: that is more than {SLOTS_MAX} days or hours to book"
    else:
        return
    raise VillageError(message)


def _all_slots(values: RateValues) -> Sequence[str]:
    return tuple(slots_of(values.period.value, first=values.first, after=values.after))


def stock_name(code: str) -> str:
    """Return the name under which pieces of a rate item are kept in stock."""
    return f"rate:{code}"


def _stock(games_id: int, rates: Sequence[RateValues], now: dt.datetime) -> None:
    """Let there be so many pieces in every slot."""
    wanted = {
        (stock_name(values.code), PLACE, slot): values.pieces
        for values in rates
        for slot in _all_slots(values)
    }
    keys = open_stock(games_id=games_id, items=[*wanted])
    have = {row.id: row.on_hand for row in stock_rows(games_id=games_id, location=PLACE)}
    moves = [
        Move(stock=keys[name], kind=MoveKind.COUNT, quantity=pieces - have[keys[name]],
             ref="rate card")
        for name, pieces in wanted.items()
        if pieces != have[keys[name]]
    ]  # fmt: skip
    try:
        book(games_id=games_id, moves=moves, now=now)
    except LedgerError as error:
        message = "nothing was changed: more is sold already than there would be"
        raise VillageError(message) from error


@transaction.atomic
def release_beds(*, games_id: int, item: str, percent: int, by: By) -> dict[str, int]:
    """
    Put beds of apartments in which nobody sleeps up for order, by night; return how many of each.

    ``percent`` of them, and never fewer than are ordered: what plans may still need is kept.

    Raises
    ------
    VillageError
        When the item is no bed, or the percent are none.

    """
    row = RateItem.objects.filter(games_id=games_id, code=item, is_bed=True).first()
    if row is None or not 0 <= percent <= 100:
        message = f"{item} is no bed that can be ordered, or {percent} are no percent"
        raise VillageError(message)
    stock = stock_rows(games_id=games_id, items=(stock_name(item),), location=PLACE)
    lock_stock(games_id=games_id, keys=[found.id for found in stock])
    stock = stock_rows(games_id=games_id, items=(stock_name(item),), location=PLACE)
    empty = empty_beds(games_id=games_id, first=row.first, after=row.after)
    wanted = {
        found: max(found.sold, found.sold + empty[dt.date.fromisoformat(found.bucket)]
                   * percent // 100)
        for found in stock
    }  # fmt: skip
    moves = [
        Move(stock=found.id, kind=MoveKind.COUNT, quantity=pieces - found.on_hand, ref="released")
        for found, pieces in wanted.items()
        if pieces != found.on_hand
    ]
    book(games_id=games_id, moves=moves, now=by.now)
    return {found.bucket: pieces for found, pieces in wanted.items()}


def order(
    *, games_id: int, key: str, delegation: str, booking: Booking, on: dt.date, by: By
) -> dict[str, Any]:
    """
    Order something of the rate card for a delegation, on a day of the Games.

    Raises
    ------
    VillageError
        When it is not theirs to order, sold out, shared out later, or no such item or day.

    """

    def act() -> dict[str, Any]:
        row = _orderable(games_id, booking.item, delegation, by)
        slots = _slots(row, booking)
        _refuse_scarce(row, slots, on)
        return sell(row, delegation=delegation, slots=slots, booking=booking, ref=key, on=on,
                    by=by)  # fmt: skip

    body = ("order", delegation, booking)
    return once(games_id=games_id, key=key, body=body, by=by, act=act)


def _refuse_scarce(row: RateItem, slots: Sequence[str], on: dt.date) -> None:
    """Refuse what is still to be shared out: who comes first has no more of it than others."""
    if row.rule == AllotmentRule.FIRST.value:
        return
    is_over = row.wishes_until is not None and on > row.wishes_until
    done = set(row.allotments.filter(slot__in=slots).values_list("slot", flat=True))
    waiting = row.wishes.filter(slot__in=slots, wish_state=WishState.OPEN.value)
    if waiting.exclude(slot__in=done).exists() or not (is_over or done.issuperset(slots)):
        message = f"{row.title} is scarce and is shared out: say what you wish for"
        raise VillageError(message)


def _orderable(games_id: int, item: str, delegation: str, by: By) -> RateItem:
    row = RateItem.objects.filter(games_id=games_id, code=item).first()
    if row is None or not by.may(delegation) or not 0 < len(delegation) <= DELEGATION_MAX:
        message = f"there is nothing called {item} that you can order"
        raise VillageError(message)
    return row


def _slots(row: RateItem, booking: Booking) -> tuple[str, ...]:
    """Return the slots of a booking, all of which the item has."""
    if row.period == RatePeriod.ONCE.value:
        return ("",)
    first, after = booking.first, booking.after
    if first is None or after is None or not row.first <= first < after <= row.after:
        last = row.after - dt.timedelta(days=1)
        message = f"{row.title} is there from {row.first:%d %b} to {last:%d %b}: say from when on"
        raise VillageError(message)
    begins, ends = booking.hours or (FIRST_HOUR, LAST_HOUR)
    is_hour = FIRST_HOUR <= begins < ends <= LAST_HOUR
    found = tuple(slots_of(row.period, first=first, after=after, hours=(begins, ends))) \
        if is_hour and (after - first).days <= SLOTS_MAX else ()  # fmt: skip
    if not found or len(found) > SLOTS_MAX:
        message = f"{row.title}: say from which hour until which later one"
        raise VillageError(message)
    return found


def sell(
    row: RateItem, *, delegation: str, slots: tuple[str, ...], booking: Booking, ref: str,
    on: dt.date, by: By, price: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """
    Take stock of every slot and add the lines; ``price``: of an allotment, instead of the card's.

    Raises
    ------
    VillageError
        When a slot has fewer pieces left: nothing is taken then.

    """
    n = booking.quantity
    if not 1 <= n <= PIECES_MAX:
        message = f"order a piece or more, {PIECES_MAX:,} at most"
        raise VillageError(message)
    stock = stock_rows(games_id=row.games_id, items=(stock_name(row.code),), location=PLACE)
    keys = {found.bucket: found.id for found in stock}
    if any(slot not in keys for slot in slots):
        message = f"{row.title} can't be had then: look at its days and hours"
        raise VillageError(message)
    lock_stock(games_id=row.games_id, keys=[keys[slot] for slot in slots])
    _refuse_most(row, delegation, slots, n)
    want = Want(ref=ref[:60], lines=tuple(((keys[slot],), n) for slot in slots))
    taken = take(games_id=row.games_id, wants=(want,), kind=MoveKind.SALE, now=by.now)[0]
    if taken is None:
        left = {found.bucket: found.free for found in stock_rows(
            games_id=row.games_id, items=(stock_name(row.code),), location=PLACE)}  # fmt: skip
        short = next(slot for slot in slots if left[slot] < n)
        when = f" on {short.replace('T', ' at ')}" if short else ""
        message = f"sold out: {left[short]} of {row.title} are left{when}"
        raise VillageError(message)
    lines = _lines(row, slots, booking, on, price)
    open_folio(games_id=row.games_id, code=delegation, title=delegation, currency=row.currency)
    try:
        numbers = add_lines(games_id=row.games_id, folio=delegation, lines=lines,
                            currency=row.currency, now=by.now)  # fmt: skip
    except LedgerError as error:
        raise VillageError(str(error)) from error
    nights = (booking.first, booking.after) if booking.first and booking.after else None
    beds = put_guests(row, delegation=delegation, line=numbers[0], quantity=n, nights=nights,
                      gender=booking.gender) if row.is_bed else []  # fmt: skip
    total = sum(line.net + line.tax for line in lines)
    answer = {
        "folio": delegation, "line": numbers[0], "item": row.code, "pieces": n,
        "slots": list(slots), "total": total, "currency": row.currency, "beds": beds,
    }  # fmt: skip
    append_update(games_id=row.games_id, topic=ORDERED, key=delegation, recorded_at=by.now,
                  body={**answer, "slots": len(slots), "by": by.name})  # fmt: skip
    return answer


def _refuse_most(row: RateItem, delegation: str, slots: Sequence[str], quantity: int) -> None:
    """Refuse more than a delegation may have in a slot; stock rows are locked."""
    if not row.most:
        return
    have: dict[str, int] = {}
    for line in line_rows(games_id=row.games_id, folio=delegation):
        if line.item == row.code and line.kind == LineKind.CHARGE.value and not line.is_reversed:
            for slot in line.slots:
                have[slot] = have.get(slot, 0) + line.quantity
    most = max(have.get(slot, 0) for slot in slots)
    if most + quantity > row.most:
        message = f"{row.title}: a delegation has {row.most} at most, and {delegation} has {most}"
        raise VillageError(message)


def _lines(
    row: RateItem, slots: tuple[str, ...], booking: Booking, on: dt.date, price: int | None
) -> list[LineValues]:
    """Return the lines of an order: the charge with what comes on top, then the deposit."""
    first = dt.date.fromisoformat(slots[0][:10]) if slots[0] else row.first
    n, is_late = booking.quantity, (first - on).days < row.late_days
    each = price_on([*row.windows.values_list("starts_on", "price")], price=row.price, on=on)
    if price is not None:
        each = price
    else:
        each += surcharge_on(each, rate=row.late_rate, late_days=row.late_days, on=on, first=first)
    count = n * len(slots)
    net, cost = each * count, row.cost * count + (row.late_cost * count if is_late else 0)
    lines = [
        LineValues(
            kind=LineKind.CHARGE, item=row.code, title=row.title, slots=slots, quantity=n,
            unit_price=each, net=net, tax=tax_on(net, row.tax_rate),
            shares=shares_of(net, [(str(who), int(part)) for who, part in row.shares]),
            costs=((row.cost_party, cost),) if cost else (),
        )
    ]  # fmt: skip
    if row.deposit:
        lines.append(LineValues(kind=LineKind.DEPOSIT, item=row.code, quantity=n,
                                title=f"Deposit: {row.title}", unit_price=row.deposit,
                                net=row.deposit * n))  # fmt: skip
    return lines


def cancel_order(
    *, games_id: int, key: str, delegation: str, line: int, on: dt.date, by: By
) -> dict[str, Any]:
    """
    Take an order back before it begins: pieces are free again, its lines are reversed.

    Raises
    ------
    VillageError
        When it has begun, or there is no such order of this delegation.

    """

    def act() -> dict[str, Any]:
        row, keys, found = _to_take_back(games_id, delegation, line, by)
        old = found[line]
        first = dt.date.fromisoformat(old.slots[0][:10]) if old.slots[0] else row.first
        if on >= first:
            message = f"{old.title} has begun on {first:%d %b}: ask the office"
            raise VillageError(message)
        book(games_id=games_id, now=by.now, moves=[
            Move(stock=keys[slot], kind=MoveKind.RETURN, quantity=old.quantity, ref=key[:60])
            for slot in old.slots
        ])  # fmt: skip
        back = [reverse_line(games_id=games_id, folio=delegation, line=line, now=by.now)]
        after = found.get(line + 1)
        if after is not None and after.kind == LineKind.DEPOSIT.value and after.item == old.item:
            back.append(reverse_line(games_id=games_id, folio=delegation, line=line + 1,
                                     now=by.now))  # fmt: skip
        if row.is_bed:
            cancel_guests(games_id=games_id, delegation=delegation, line=line, now=by.now)
        body = {"folio": delegation, "back": line, "item": old.item, "by": by.name}
        append_update(games_id=games_id, topic=ORDERED, key=delegation, recorded_at=by.now,
                      body=body)  # fmt: skip
        return {"folio": delegation, "lines": back}

    body = ("cancel order", delegation, line)
    return once(games_id=games_id, key=key, body=body, by=by, act=act)


def _to_take_back(
    games_id: int, delegation: str, line: int, by: By
) -> tuple[RateItem, dict[str, int], dict[int, LineRow]]:
    """
    Return the item of an order, its stock rows by slot, and the lines of its folio, all locked.

    Stock is locked first: two who take one line back come one after the other.

    Raises
    ------
    VillageError
        When there is no such order, or it is taken back already.

    """
    known = {row.line: row for row in line_rows(games_id=games_id, folio=delegation)}.get(line)
    if known is None or known.kind != LineKind.CHARGE.value or not by.may(delegation):
        message = f"{delegation} has no order in line {line}"
        raise VillageError(message)
    row = RateItem.objects.filter(games_id=games_id, code=known.item).first()
    if row is None or not known.slots:
        message = f"line {line} is no order of the rate card: ask the office"
        raise VillageError(message)
    stock = stock_rows(games_id=games_id, items=(stock_name(row.code),), location=PLACE)
    keys = {one.bucket: one.id for one in stock}
    lock_stock(games_id=games_id, keys=[keys[slot] for slot in known.slots])
    lock_folio(games_id=games_id, folio=delegation)
    found = {one.line: one for one in line_rows(games_id=games_id, folio=delegation)}
    if found[line].is_reversed:
        message = f"line {line} is taken back already"
        raise VillageError(message)
    return row, keys, found


def give_back_deposit(
    *, games_id: int, key: str, delegation: str, line: int, damage: int, why: str, by: By
) -> dict[str, Any]:
    """
    Give a deposit back; what is broken is charged to the folio, to whom the item belongs.

    Raises
    ------
    VillageError
        When there is no deposit in that line, or a damage has no reason.

    """

    def act() -> dict[str, Any]:
        try:
            lock_folio(games_id=games_id, folio=delegation)
        except LedgerError as error:
            raise VillageError(str(error)) from error
        found = {row.line: row for row in line_rows(games_id=games_id, folio=delegation)}
        old = found.get(line)
        if old is None or old.kind != LineKind.DEPOSIT.value or old.is_reversed or by.delegation:
            message = f"{delegation} has no deposit in line {line} that was not given back"
            raise VillageError(message)
        row = RateItem.objects.filter(games_id=games_id, code=old.item).first()
        if row is None or not 0 <= damage <= AMOUNT_MAX or (damage and not why.strip()):
            message = "say what is broken, and what it costs"
            raise VillageError(message)
        lines = [reverse_line(games_id=games_id, folio=delegation, line=line, now=by.now)]
        if damage:
            values = LineValues(
                kind=LineKind.CHARGE, item=row.code, title=f"{row.title}: {why.strip()}"[:160],
                quantity=1, unit_price=damage, net=damage,
                shares=shares_of(damage, [(str(w), int(p)) for w, p in row.shares]),
            )  # fmt: skip
            lines += add_lines(games_id=games_id, folio=delegation, lines=(values,),
                               currency=row.currency, now=by.now)  # fmt: skip
        return {"folio": delegation, "lines": lines}

    body = ("deposit", delegation, line, damage, why)
    return once(games_id=games_id, key=key, body=body, by=by, act=act)


def pay_folio(
    *, games_id: int, key: str, delegation: str, amount: int, currency: str, reference: str, by: By
) -> dict[str, Any]:
    """
    Keep that a delegation paid.

    Raises
    ------
    VillageError
        When there is no such folio in this currency, or nothing was paid.

    """

    def act() -> dict[str, Any]:
        if not 0 < amount <= AMOUNT_MAX or by.delegation:
            message = "a payment is an amount above nothing, and the office keeps it"
            raise VillageError(message)
        values = LineValues(kind=LineKind.PAYMENT, item="", title=f"Paid: {reference}"[:160],
                            quantity=1, unit_price=-amount, net=-amount)  # fmt: skip
        try:
            lines = add_lines(games_id=games_id, folio=delegation, lines=(values,),
                              currency=currency, now=by.now)  # fmt: skip
        except LedgerError as error:
            raise VillageError(str(error)) from error
        return {"folio": delegation, "line": lines[0], "paid": text_of(amount, currency)}

    body = ("pay", delegation, amount, currency, reference)
    return once(games_id=games_id, key=key, body=body, by=by, act=act)
