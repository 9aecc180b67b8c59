"""
Sell at the tills of stores, with the network or after it was gone.

What a customer carries to a till is there: a till sells from its lease, then from what is free, and
what the books do not have is counted in and told to the office. A sale has the till's own key, so
that it is one order however often it is told; one that can't be booked is kept until somebody has.
"""

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from sportsbrain.credentials.actions import record_label_event
from sportsbrain.credentials.queries import label_card
from sportsbrain.ledger.actions import (
    Entry,
    Move,
    book,
    end_leases,
    lock_stock,
    open_stock,
    post,
    reclaim_leases,
    top_up_leases,
    use_leases,
)
from sportsbrain.ledger.errors import LedgerError
from sportsbrain.shop.actions.catalogue import catalogue_changed
from sportsbrain.shop.actions.paying import Told, begin_payment, record_event
from sportsbrain.shop.actions.placing import Wish, place_orders
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Channel, Order, Till, TillClerk, TillCount, TillTrouble
from sportsbrain.shop.queries import (
    PriceBook,
    TillRow,
    book_of,
    drawer_of,
    lease_holder,
    snapshot_of,
)
from sportsbrain.vocabulary.labels import LabelEventKind
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.shop import OrderState, Outcome, PaymentState, ProductKind, TillWay
from sportsbrain.vocabulary.trade import MoveKind

LEASE_PIECES, LEASE_TIME = 10, dt.timedelta(hours=24)
KEY = re.compile(r"[0-9A-Za-z_-]{8,40}")
LINES_MAX, PIECES_MAX, TAKEN_MAX = 50, 999, 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSale:
    """
    What a till sold.

    ``key`` is its own name of it, ``taken`` what the customer paid in minor units, ``labels`` are
    the (GTIN, serial) that were scanned.
    """

    key: str
    sold_at: dt.datetime
    lines: tuple[tuple[str, int], ...]
    way: TillWay
    taken: int
    labels: tuple[tuple[str, str], ...] = ()


def sale_of(raw: Any, now: dt.datetime) -> TillSale:
    """
    Return the sale in what a till told; its clock is never ahead of ours.

    Raises
    ------
    ShopError
        When it is no sale.

    """
    try:
        moment = dt.datetime.fromisoformat(str(raw["sold_at"]))
        sale = TillSale(
            key=str(raw["key"]),
            sold_at=min(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC), now),
            lines=tuple((str(sku), int(n)) for sku, n in raw["lines"]),
            way=TillWay(raw["way"]),
            taken=int(raw["taken"]),
            labels=tuple((str(gtin), str(serial)) for gtin, serial in raw.get("labels", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        message = f"this is no sale: {error}"
        raise ShopError(message) from error
    words = [sale.key, *(sku for sku, _ in sale.lines), *(w for pair in sale.labels for w in pair)]
    if not (
        KEY.fullmatch(sale.key)
        and 1 <= len(sale.lines) <= LINES_MAX
        and len(sale.labels) <= LINES_MAX * PIECES_MAX
        and all(1 <= n <= PIECES_MAX for _, n in sale.lines)
        and 0 <= sale.taken < TAKEN_MAX
        and all(word.isprintable() and len(word) <= 60 for word in words)
    ):
        message = "this is no sale: a key, lines of 1 to 999 pieces, and what was taken"
        raise ShopError(message)
    return sale


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleAnswer:
    """The order of a sale; ``trouble``: what somebody has to look at, order 0: all of it."""

    order: int = 0
    total: int = 0
    trouble: str = ""


@transaction.atomic
def save_till(*, games_id: int, code: str, name: str, channel: str) -> None:
    """
    Make or rename a till of a channel.

    Raises
    ------
    ShopError
        When there is no such channel, or the till sells for another one.

    """
    place = Channel.objects.filter(games_id=games_id, code=channel).first()
    if place is None:
        message = f"there is no channel {channel}"
        raise ShopError(message)
    row, is_new = Till.objects.get_or_create(
        games_id=games_id, code=code, defaults={"name": name, "channel": place}
    )
    if not is_new and row.channel_id != place.pk:
        message = f"the till {code} sells for another channel: give the new one another code"
        raise ShopError(message)
    Till.objects.filter(pk=row.pk).update(name=name)


def seat_clerk(*, till: TillRow, user_id: int, username: str) -> None:
    """Let somebody sell at a till."""
    TillClerk.objects.get_or_create(
        till_id=till.id, user_id=user_id, defaults={"username": username}
    )


def unseat_clerk(*, till: TillRow, username: str) -> None:
    """Let somebody sell there no longer."""
    TillClerk.objects.filter(till_id=till.id, username=username).delete()


def stock_till(*, games_id: int, till: TillRow, now: dt.datetime) -> dict[str, int]:
    """Give a till what it may sell without the network: pieces by SKU."""
    snapshot = book_of(games_id=games_id).snapshot
    sellables, in_drops = snapshot.sellables.values(), {d.sku for d in snapshot.drops.values()}
    rows = {
        row.stock[till.channel][0]: row.sku
        for row in sellables
        if row.kind == ProductKind.ARTICLE.value
        and row.sku not in in_drops
        and row.stock.get(till.channel)
        and row.price_at(till.channel, now) is not None
    }
    has = top_up_leases(
        games_id=games_id, holder=lease_holder(till), wanted=dict.fromkeys(rows, LEASE_PIECES),
        expires_at=now + LEASE_TIME, now=now,
    )  # fmt: skip
    return {rows[stock]: n for stock, n in has.items()}


def close_till(*, games_id: int, till: TillRow, now: dt.datetime) -> int:
    """Take back what a till had for selling without the network; return how many pieces."""
    return end_leases(games_id=games_id, holder=lease_holder(till), now=now)


def sell_at_till(*, games_id: int, till: TillRow, sale: TillSale, now: dt.datetime) -> SaleAnswer:
    """Book a sale once; what can't be booked, or differs, is kept for the office."""
    try:
        with transaction.atomic():
            answer = _booked(games_id, till, sale, now)
    except (ShopError, LedgerError) as error:
        answer = SaleAnswer(trouble=str(error))
    if answer.trouble:
        TillTrouble.objects.update_or_create(
            till_id=till.id, key=sale.key,
            defaults={"games_id": games_id, "sale": _kept(sale), "why": answer.trouble[:300],
                      "order_number": answer.order, "told_at": now},
        )  # fmt: skip
    return answer


def _kept(sale: TillSale) -> dict[str, object]:
    return {**asdict(sale), "sold_at": sale.sold_at.isoformat(), "way": sale.way.value}


@transaction.atomic
def retry_sale(*, games_id: int, trouble: int, by: str, now: dt.datetime) -> SaleAnswer:
    """
    Book a sale that could not be booked once more; one that is booked is only marked as seen.

    Raises
    ------
    ShopError
        When there is no such sale, or somebody solved it.

    """
    rows = TillTrouble.objects.select_for_update().filter(games_id=games_id, pk=trouble)
    row = rows.select_related("till", "till__channel").first()
    if row is None or row.solved_at is not None:
        message = "somebody solved this already"
        raise ShopError(message)
    answer = SaleAnswer(order=row.order_number)
    if not row.order_number:
        till = TillRow(id=row.till.pk, code=row.till.code, name=row.till.name,
                       channel=row.till.channel.code)  # fmt: skip
        answer = sell_at_till(games_id=games_id, till=till, sale=sale_of(row.sale, now), now=now)
    if answer.order:
        rows.update(order_number=answer.order, solved_at=now, solved_by=by)
    return answer


def keep_strange_sale(*, games_id: int, till: TillRow, raw: Any, why: str, now: dt.datetime) -> str:
    """Keep what a till told and nobody can read, and return the key that it is answered by."""
    key = str(raw.get("key", ""))[:64] if isinstance(raw, dict) else ""
    text = json.dumps(raw, default=str)
    name = key if key.isprintable() and key else hashlib.sha256(text.encode()).hexdigest()[:40]
    TillTrouble.objects.update_or_create(
        till_id=till.id, key=name,
        defaults={"games_id": games_id, "why": why[:300], "told_at": now,
                  "sale": {"told": text.replace("\\u0000", "")[:20_000]}},
    )  # fmt: skip
    return key


def close_trouble(*, games_id: int, trouble: int, why: str, by: str, now: dt.datetime) -> None:
    """
    Say that a sale will not be booked, and why; its money shows at the next count of the drawer.

    Raises
    ------
    ShopError
        When there is none that waits, or no reason.

    """
    rows = TillTrouble.objects.filter(games_id=games_id, pk=trouble, solved_at__isnull=True)
    row = rows.first()
    if row is None or not why:
        message = "say why it will not be booked" if row else "somebody solved this already"
        raise ShopError(message)
    rows.update(solved_at=now, solved_by=by, why=f"{row.why} — {why}"[:300])


def _booked(games_id: int, till: TillRow, sale: TillSale, now: dt.datetime) -> SaleAnswer:
    Till.objects.select_for_update().get(pk=till.id)  # one after the other, and not in a count
    key = f"till-{till.id}-{sale.key}"
    said = repr((sorted(sale.lines), sale.way)).encode()
    body = hashlib.blake2s(said, digest_size=16).hexdigest()
    pieces = Counter[str]()
    for sku, n in sale.lines:
        pieces[sku] += n
    prices, counted_in = _made_room(games_id, till, pieces, key, now)
    wish = Wish(
        key=key, body=body, channel=till.channel, lines=tuple(sorted(pieces.items())),
        country=prices.snapshot.channels[till.channel].country,
    )  # fmt: skip
    (answer,) = place_orders(prices, wishes=(wish,), now=min(sale.sold_at, now))
    if answer.outcome == Outcome.REFUSED:  # not sold at that price by then: at that of now
        (answer,) = place_orders(prices, wishes=(wish,), now=now)
    if answer.outcome != Outcome.PLACED:
        raise ShopError(answer.why)
    reference = f"{till.id}-{sale.key}"
    begin_payment(games_id=games_id, order=answer.order, provider=sale.way.value,
                  reference=reference, now=now)  # fmt: skip
    told = Told(event=f"{reference}-{games_id}", provider=sale.way.value, reference=reference,
                kind="till", state=PaymentState.SUCCEEDED)  # fmt: skip
    record_event(games_id=games_id, told=told, body={"taken": sale.taken}, now=now)
    Order.objects.filter(
        games_id=games_id, number=answer.order, order_state=OrderState.PAID.value
    ).update(order_state=OrderState.FULFILLED.value)  # the customer has it
    whys = [f"{n} of {sku} were not in the books: counted in" for sku, n in counted_in]
    for gtin, serial in sale.labels:
        whys += _strange_label(games_id, gtin, serial, answer.order)
        record_label_event(games_id=games_id, gtin=gtin, serial=serial, kind=LabelEventKind.SOLD,
                           place=till.channel, ref=str(answer.order), now=now)  # fmt: skip
    if sale.taken != answer.total:
        took, costs = text_of(sale.taken, answer.currency), text_of(answer.total, answer.currency)
        whys.append(f"took {took}, costs {costs}")
    return SaleAnswer(order=answer.order, total=answer.total, trouble="; ".join(whys))


def _strange_label(games_id: int, gtin: str, serial: str, order: int) -> list[str]:
    """Return why an article with this label should not have been there to be sold."""
    card = label_card(games_id=games_id, gtin=gtin, serial=serial)
    if card is None:
        return [f"label {gtin} {serial} was never issued"]
    if card.is_ended:
        return [f"label {gtin} {serial} was reported lost"]
    count = Counter(kind for kind, _place, ref, _moment in card.events if ref != str(order))
    is_sold = count[LabelEventKind.SOLD.value] > count[LabelEventKind.RETURNED.value]
    return [f"label {gtin} {serial} was sold before: a copy?"] if is_sold else []


def _made_room(
    games_id: int, till: TillRow, pieces: Counter[str], key: str, now: dt.datetime
) -> tuple[PriceBook, list[tuple[str, int]]]:
    """Free the till's own pieces for a sale; count in what is sold and was not in the books."""
    prices = book_of(games_id=games_id)
    if Order.objects.filter(games_id=games_id, idem_key=key).exists():
        return prices, []
    unknown = sorted(pieces.keys() - prices.snapshot.sellables.keys())
    if unknown:
        message = f"there is no article {unknown[0]}"
        raise ShopError(message)
    places = prices.snapshot.channels[till.channel].locations
    bare = [sku for sku in pieces if not prices.snapshot.sellables[sku].stock.get(till.channel)]
    if bare and places:
        open_stock(games_id=games_id, items=[(sku, places[0], "") for sku in bare])
        catalogue_changed(games_id)
        prices = PriceBook(snapshot_of(games_id=games_id))  # this may be undone: not remembered
    found = {sku: prices.snapshot.sellables[sku] for sku in pieces}
    options = {sku: row.stock.get(till.channel, ()) for sku, row in found.items()}
    keys = [stock for some in options.values() for stock in some]
    lock_stock(games_id=games_id, keys=keys)
    mine = {some[0]: pieces[sku] for sku, some in options.items() if some}
    use_leases(games_id=games_id, holder=lease_holder(till), pieces=mine, now=now)

    def short() -> list[tuple[str, int]]:
        free = lock_stock(games_id=games_id, keys=keys)
        found_short = [
            (sku, pieces[sku] - sum(free[stock] for stock in some))
            for sku, some in sorted(options.items())
            if some and found[sku].kind == ProductKind.ARTICLE.value
        ]
        return [(sku, n) for sku, n in found_short if n > 0]

    elsewhere = {options[sku][0]: n for sku, n in short()}
    if elsewhere:  # another till has them: they were carried to this one
        reclaim_leases(games_id=games_id, pieces=elsewhere, now=now)
    counted_in = short()
    moves = [
        Move(stock=options[sku][0], kind=MoveKind.COUNT, quantity=n, ref=f"till {till.code}"[:60])
        for sku, n in counted_in
    ]
    book(games_id=games_id, moves=moves, now=now)
    return prices, counted_in


@transaction.atomic
def count_drawer(*, games_id: int, till: TillRow, counted: int, by: str, now: dt.datetime) -> int:
    """
    Keep what is in the drawer and return the difference to what should be; the first is the float.

    Raises
    ------
    ShopError
        When it is less than nothing.

    """
    if counted < 0:
        message = "a drawer has nothing or more"
        raise ShopError(message)
    Till.objects.select_for_update().get(pk=till.id)
    drawer = drawer_of(games_id=games_id, till=till)
    row = TillCount.objects.create(
        till_id=till.id, currency=drawer.currency, counted=counted, expected=drawer.expected,
        up_to=drawer.up_to, counted_by=by, counted_at=now,
    )  # fmt: skip
    difference = counted - drawer.expected
    other = "drawer-difference" if drawer.counted_at else "float"
    entries = [
        Entry(posting=f"drawer:{row.pk}", account=account, currency=drawer.currency, amount=amount)
        for account, amount in ((f"cash:{TillWay.CASH}", difference), (other, -difference))
    ]
    post(games_id=games_id, entries=entries, now=now, is_part=True)
    return difference
