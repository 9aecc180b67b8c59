"""Read tills: what they sell, what should be in their drawers, what somebody has to look at."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Sum

from sportsbrain.shop.models import (
    Channel,
    Payment,
    Refund,
    Till,
    TillClerk,
    TillCount,
    TillTrouble,
    Variant,
)
from sportsbrain.shop.queries.pricing import Priced
from sportsbrain.shop.queries.shelves import book_of
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.shop import PaymentState, RefundState, TillWay


@dataclass(frozen=True, slots=True, kw_only=True)
class TillRow:
    """A till of a channel."""

    id: int
    code: str
    name: str
    channel: str
    clerks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """What a till sells: price in minor units, and the rate of tax in parts per million."""

    sku: str
    title: str
    gtin: str
    price: int
    rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """What should be in a drawer; ``counted_at``: when somebody counted it last."""

    currency: str
    expected: int
    expected_text: str
    counted_at: dt.datetime | None
    counts: tuple[tuple[dt.datetime, str, str, str], ...]
    up_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleRow:
    """A sale of a till that somebody has to look at; order 0: it is not booked."""

    id: int
    till: str
    why: str
    order: int
    told_at: dt.datetime


def lease_holder(till: TillRow) -> str:
    """Return the name under which a till holds pieces."""
    return f"till:{till.id}"


def till_rows(*, games_id: int, user_id: int | None = None) -> tuple[TillRow, ...]:
    """Return tills by code, all or those where somebody may sell."""
    rows = Till.objects.filter(games_id=games_id).select_related("channel")
    if user_id is not None:
        rows = rows.filter(clerks__user_id=user_id)
    return tuple(_row(row) for row in rows.prefetch_related("clerks").order_by("code"))


def till_of(*, games_id: int, code: str) -> TillRow | None:
    """Return a till."""
    row = Till.objects.filter(games_id=games_id, code=code).select_related("channel").first()
    return _row(row) if row else None


def _row(row: Till) -> TillRow:
    clerks = tuple(sorted(clerk.username for clerk in row.clerks.all()))
    return TillRow(id=row.pk, code=row.code, name=row.name, channel=row.channel.code,
                   clerks=clerks)  # fmt: skip


def is_clerk(*, till: TillRow, user_id: int) -> bool:
    """Tell whether somebody may sell at a till."""
    return TillClerk.objects.filter(till_id=till.id, user_id=user_id).exists()


def channel_names(*, games_id: int) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of channels."""
    rows = Channel.objects.filter(games_id=games_id).order_by("code")
    return tuple(rows.values_list("code", "name"))


def till_goods(*, games_id: int, till: TillRow, now: dt.datetime) -> tuple[Good, ...]:
    """Return what a till sells at a moment, by SKU."""
    snapshot = book_of(games_id=games_id).snapshot
    place = snapshot.channels[till.channel]
    gtins = dict(
        Variant.objects.filter(games_id=games_id).exclude(gtin="").values_list("sku", "gtin")
    )
    in_drops = {drop.sku for drop in snapshot.drops.values()}  # sold in their sale alone
    found = []
    for sku, row in sorted(snapshot.sellables.items()):
        price = row.price_at(till.channel, now)
        if price is not None and sku not in in_drops:
            rate = 0 if place.is_tax_included else snapshot.taxes.get(
                (place.country, row.tax_class), 0
            )  # fmt: skip
            found.append(
                Good(sku=sku, title=row.title, price=price, rate=rate,
                     gtin=gtins[sku].zfill(14) if sku in gtins else "")
            )  # fmt: skip
    return tuple(found)


def till_price(
    *, games_id: int, till: TillRow, lines: tuple[tuple[str, int], ...], now: dt.datetime
) -> Priced:
    """
    Return what a cart costs at a till, with what is taken off by itself.

    Raises
    ------
    PriceError
        When something is not sold there now.

    """
    book = book_of(games_id=games_id)
    country = book.snapshot.channels[till.channel].country
    return book.priced(channel=till.channel, lines=lines, country=country, codes=(),
                       is_shipped=False, now=now)  # fmt: skip


def currency_of(*, games_id: int, till: TillRow) -> str:
    """Return the currency of a till."""
    return book_of(games_id=games_id).snapshot.channels[till.channel].currency


def drawer_of(*, games_id: int, till: TillRow) -> Drawer:
    """Return what should be in a drawer: the last count, what came since, less what went back."""
    currency = currency_of(games_id=games_id, till=till)
    counts = list(TillCount.objects.filter(till_id=till.id).order_by("-counted_at", "-pk")[:10])
    since = counts[0].counted_at if counts else None
    cash = Payment.objects.filter(
        games_id=games_id, provider=TillWay.CASH.value, reference__startswith=f"{till.id}-",
        payment_state=PaymentState.SUCCEEDED.value,
    )  # fmt: skip
    back = Refund.objects.filter(payment__in=cash, refund_state=RefundState.SENT.value)
    came = cash.filter(pk__gt=counts[0].up_to) if counts else cash
    went = back.filter(sent_at__gt=since) if since else back
    expected = (counts[0].counted if counts else 0) + sum(
        sign * (rows.aggregate(n=Sum("amount"))["n"] or 0) for sign, rows in ((1, came), (-1, went))
    )
    return Drawer(
        currency=currency, expected=expected, expected_text=text_of(expected, currency),
        counted_at=since,
        up_to=cash.aggregate(n=Max("pk"))["n"] or 0,
        counts=tuple(
            (row.counted_at, row.counted_by, text_of(row.counted, row.currency),
             text_of(row.counted - row.expected, row.currency))
            for row in counts
        ),
    )  # fmt: skip


def till_troubles(*, games_id: int, most: int) -> tuple[TroubleRow, ...]:
    """Return what nobody has solved, the oldest first."""
    rows = TillTrouble.objects.filter(games_id=games_id, solved_at__isnull=True)
    return tuple(
        TroubleRow(id=row.pk, till=row.till.code, why=row.why, order=row.order_number,
                   told_at=row.told_at)
        for row in rows.select_related("till").order_by("order_number", "told_at")[:most]
    )  # fmt: skip
