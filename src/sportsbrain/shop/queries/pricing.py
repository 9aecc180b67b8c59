"""
What an order costs: pure functions over a snapshot of the catalogue.

Prices of a channel include tax or do not. A promotion is taken off before tax and shared over its
lines in proportion. Tax is rounded once a line; royalties and commissions are shares of the line
without tax. A gift card is money paid before: no tax, no promotion, no royalty, no duty on it.

Goods that cross a customs border (`DestinationRow`) pay duty on what they cost without tax: charged
with the order, with the tax on it, or told as what the receiver will pay; then they leave untaxed.
"""

import bisect
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sportsbrain.shop.queries.snapshot import (
    ChannelRow,
    DestinationRow,
    PriceRow,
    PromotionRow,
    Sellable,
    Snapshot,
)
from sportsbrain.vocabulary.money import share_of, split, tax_in, tax_on
from sportsbrain.vocabulary.shop import DutyTerms, ProductKind, PromotionKind

LINES_MAX, PIECES_MAX = 50, 1000
KNOWN_MAX = 50_000


class PriceError(ValueError):
    """A cart that can't be priced; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """One line with every amount; ``royalties`` are (contract, licensee, amount)."""

    sku: str
    title: str
    quantity: int
    unit_price: int
    discount: int
    tax_rate: int
    tax: int
    total: int
    seller: str
    commission: int
    royalties: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """An order with every amount, in minor units of its currency."""

    currency: str
    is_tax_included: bool
    lines: tuple[PricedLine, ...]
    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int
    promotions: tuple[str, ...]
    counted: tuple[int, ...]
    carrier: str
    duty: int = 0
    duty_due: int = 0


def priced(
    snapshot: Snapshot,
    *,
    channel: str,
    lines: Sequence[tuple[str, int]],
    country: str,
    codes: Sequence[str] = (),
    is_shipped: bool = False,
    now: dt.datetime,
) -> Priced:
    """
    Return what a cart costs; (SKU, pieces) each.

    Raises
    ------
    PriceError
        When something is not sold there now, or not to that country, or a code does not hold.

    """
    place = snapshot.channels.get(channel)
    if place is None:
        message = f"there is no channel {channel}"
        raise PriceError(message)
    # what is collected is taxed where it is handed over, what is sent where it goes
    taxed_in = country.upper() if is_shipped else place.country
    sent_to = taxed_in if is_shipped else ""
    found = [_line(snapshot, channel, sku, n, sent_to, now) for sku, n in lines]
    if not 0 < len(found) <= LINES_MAX:
        message = f"an order has 1 to {LINES_MAX} lines"
        raise PriceError(message)
    sums = [price * n for (_, price), (_, n) in zip(found, lines, strict=True)]
    gifts = [sellable.kind == ProductKind.GIFT.value for sellable, _ in found]
    goods_sums = [0 if gift else n for gift, n in zip(gifts, sums, strict=True)]
    discounts, used = _discounts(snapshot, place.currency, found, goods_sums, codes, now)
    border = snapshot.destinations.get(taxed_in) if is_shipped else None
    is_untaxed = border is not None and border.terms == DutyTerms.ON_ARRIVAL.value
    goods = []
    for (sellable, price), (_, n), off, gift in zip(found, lines, discounts, gifts, strict=True):
        rate = 0 if is_untaxed or gift else _tax_rate(snapshot, taxed_in, sellable.tax_class)
        goods.append(_priced_line(snapshot, sellable, price, n, off, channel, taxed_in, rate))
    shipping, carrier, shipping_tax = _shipping(
        snapshot, found, lines, taxed_in, place, is_shipped=is_shipped, is_untaxed=is_untaxed
    )
    tax = sum(line.tax for line in goods) + shipping_tax
    duty = duty_due = 0
    if border:
        duty, duty_tax, duty_due = _duties(snapshot, border, place, found, goods)
        tax += duty_tax
    subtotal, discount = sum(sums), sum(discounts)
    total = subtotal - discount + shipping + duty + (0 if place.is_tax_included else tax)
    return Priced(
        currency=place.currency,
        is_tax_included=place.is_tax_included,
        lines=tuple(goods),
        subtotal=subtotal,
        discount=discount,
        shipping=shipping,
        tax=tax,
        total=total,
        promotions=tuple(row.code for row in used),
        counted=tuple(row.stock for row in used if row.stock is not None),
        carrier=carrier,
        duty=duty,
        duty_due=duty_due,
    )


def _duties(
    snapshot: Snapshot,
    border: DestinationRow,
    place: ChannelRow,
    found: Sequence[tuple[Sellable, int]],
    goods: Sequence[PricedLine],
) -> tuple[int, int, int]:
    """Return the duty that is charged, the tax on it, and what is about due on arrival."""
    nets = [
        0
        if sellable.kind == ProductKind.GIFT.value
        else line.total - (line.tax if place.is_tax_included else 0)
        for line, (sellable, _) in zip(goods, found, strict=True)
    ]
    duties = [
        share_of(net, border.rate(sellable.hs_code))
        for net, (sellable, _) in zip(nets, found, strict=True)
    ]
    if sum(nets) < border.free_below.get(place.currency, 0):
        duties = [0] * len(duties)
    if border.terms == DutyTerms.INCLUDED.value:
        on_top = tax_on(sum(duties), _tax_rate(snapshot, border.country, "standard"))
        return sum(duties) + (on_top if place.is_tax_included else 0), on_top, 0
    due = [
        duty + tax_on(net + duty, snapshot.taxes.get((border.country, sellable.tax_class), 0))
        for net, duty, (sellable, _) in zip(nets, duties, found, strict=True)
    ]
    return 0, 0, sum(due)


def _line(
    snapshot: Snapshot, channel: str, sku: str, quantity: int, country: str, now: dt.datetime
) -> tuple[Sellable, int]:
    sellable = snapshot.sellables.get(sku)
    price = sellable.price_at(channel, now) if sellable else None
    if sellable is None or price is None:
        message = f"{sku} is not sold here now: take it out of the cart"
        raise PriceError(message)
    if country in sellable.banned:
        message = f"{sellable.title} is not sent to {country}: take it out of the cart"
        raise PriceError(message)
    if not 0 < quantity <= PIECES_MAX:
        message = f"{sellable.title}: 1 to {PIECES_MAX} pieces"
        raise PriceError(message)
    return sellable, price


def _discounts(
    snapshot: Snapshot,
    currency: str,
    found: Sequence[tuple[Sellable, int]],
    sums: Sequence[int],
    codes: Sequence[str],
    now: dt.datetime,
) -> tuple[list[int], list[PromotionRow]]:
    """Return what is taken off each line: the best promotion by itself, then codes in order."""
    discounts = [0] * len(sums)
    used: list[PromotionRow] = []
    known = {row.code: row for row in snapshot.promotions}
    wanted = []
    for code in dict.fromkeys(codes):
        row = known.get(code)
        if row is None or not row.needs_code or not _holds(row, currency, now):
            message = f"the code {code!r} does not hold: look at it again, or leave it out"
            raise PriceError(message)
        wanted.append(row)
    own = [r for r in snapshot.promotions if not r.needs_code and _holds(r, currency, now)]
    best = max(own, key=lambda r: sum(_off(r, found, sums, discounts)), default=None)
    for row in ([best] if best else []) + wanted:
        off = _off(row, found, sums, discounts)
        if any(off):
            used.append(row)
            discounts = [a + b for a, b in zip(discounts, off, strict=True)]
        elif row.needs_code:
            message = f"the code {row.code!r} is for other things than those in the cart"
            raise PriceError(message)
    return discounts, used


def _holds(row: PromotionRow, currency: str, now: dt.datetime) -> bool:
    return (
        (not row.currency or row.currency == currency)
        and (row.starts_at is None or row.starts_at <= now)
        and (row.ends_before is None or now < row.ends_before)
    )


def _off(
    row: PromotionRow,
    found: Sequence[tuple[Sellable, int]],
    sums: Sequence[int],
    discounts: Sequence[int],
) -> list[int]:
    """Return what a promotion takes off each line, of what the others left."""
    left = [
        amount - off
        if not row.collections or set(row.collections) & set(sellable.collections)
        else 0
        for (sellable, _), amount, off in zip(found, sums, discounts, strict=True)
    ]
    if sum(left) <= 0 or sum(sums) < row.least:
        return [0] * len(left)
    if row.kind == PromotionKind.PERCENT.value:
        return [share_of(amount, row.value) for amount in left]
    return list(split(min(row.value, sum(left)), left))


def _priced_line(
    snapshot: Snapshot,
    sellable: Sellable,
    price: int,
    quantity: int,
    discount: int,
    channel: str,
    country: str,
    rate: int,
) -> PricedLine:
    is_included = snapshot.channels[channel].is_tax_included
    total = price * quantity - discount
    tax = tax_in(total, rate) if is_included else tax_on(total, rate)
    net = total - tax if is_included else total
    royalties = tuple(
        (row.contract, row.licensee, share_of(net, row.rate))
        for row in snapshot.royalties
        if sellable.kind != ProductKind.GIFT.value
        and row.collection in sellable.collections
        and row.channel in {"", channel}
        and row.country in {"", country}
    )
    return PricedLine(
        sku=sellable.sku,
        title=sellable.title,
        quantity=quantity,
        unit_price=price,
        discount=discount,
        tax_rate=rate,
        tax=tax,
        total=total,
        seller=sellable.seller,
        commission=share_of(net, sellable.commission),
        royalties=royalties,
    )


def _tax_rate(snapshot: Snapshot, country: str, tax_class: str) -> int:
    """Return the rate of a country; one that nobody set is an error, exempt is a rate of 0."""
    rate = snapshot.taxes.get((country, tax_class))
    if rate is None:
        message = f"nothing is sold to {country or 'nowhere'} yet: choose another country"
        raise PriceError(message)
    return rate


def _shipping(
    snapshot: Snapshot,
    found: Sequence[tuple[Sellable, int]],
    lines: Sequence[tuple[str, int]],
    country: str,
    place: ChannelRow,
    *,
    is_shipped: bool,
    is_untaxed: bool,
) -> tuple[int, str, int]:
    """Return what the parcel costs, who brings it and the tax of it; the cheapest that fits."""
    weight = sum(s.weight_g * n for (s, _), (_, n) in zip(found, lines, strict=True))
    if not is_shipped or not weight:
        return 0, "", 0
    fits = [
        row
        for row in snapshot.shipping
        if country in row.countries
        and row.currency == place.currency
        and weight <= row.weight_max_g
    ]
    if not fits:
        message = f"nothing is sent to {country} at {weight} g: choose fewer things, or to collect"
        raise PriceError(message)
    row = min(fits, key=lambda one: (one.amount, one.weight_max_g))
    rate = 0 if is_untaxed else _tax_rate(snapshot, country, "standard")
    tax = tax_in(row.amount, rate) if place.is_tax_included else tax_on(row.amount, rate)
    return row.amount, row.carrier, tax


class PriceBook:
    """
    A snapshot that remembers what carts cost until the next price or promotion begins or ends.

    `priced` is a pure function: the same cart at the same prices costs the same.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        periods = [(row.starts_at, row.ends_before) for row in snapshot.promotions]
        periods += [(row.starts_at, row.ends_before) for row in _all_prices(snapshot)]
        moments = {moment for period in periods for moment in period if moment is not None}
        self._moments = sorted(moments)
        self._known: dict[tuple[object, ...], Priced] = {}
        self._period = -1

    def priced(
        self, *, channel: str, lines: tuple[tuple[str, int], ...], country: str,
        codes: tuple[str, ...], is_shipped: bool, now: dt.datetime,
    ) -> Priced:  # fmt: skip
        """Return what a cart costs; see `priced`."""
        period = bisect.bisect_right(self._moments, now)
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
        key = (period, channel, lines, country, codes, is_shipped)  # tills price in the past
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = priced(
                self.snapshot, channel=channel, lines=lines, country=country, codes=codes,
                is_shipped=is_shipped, now=now,
            )  # fmt: skip
        return found


def _all_prices(snapshot: Snapshot) -> list[PriceRow]:
    return [
        price
        for sellable in snapshot.sellables.values()
        for prices in sellable.prices.values()
        for price in prices
    ]
