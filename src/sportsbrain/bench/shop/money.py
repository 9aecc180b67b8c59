"""
A million random orders: every amount found again by a checker that shares nothing with the shop.

The checker works with fractions and rounds at the end, halves away from zero; the shop works with
whole numbers. Orders are of four currencies, with and without tax in the price, with promotions,
vouchers, gift cards, sellers, royalties, parcels, customs borders, and parts that come back.
"""

import datetime as dt
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from sportsbrain.bench.rows import BenchRow
from sportsbrain.shop.actions.royalties import owed
from sportsbrain.shop.queries import Priced, PriceError, Snapshot, priced
from sportsbrain.shop.queries.snapshot import (
    ChannelRow,
    DestinationRow,
    PriceRow,
    PromotionRow,
    RoyaltyRow,
    Sellable,
    ShippingRow,
)
from sportsbrain.vocabulary.money import part_of
from sportsbrain.vocabulary.shop import DutyTerms, PromotionKind

ORDERS = 1_000_000
NOW = dt.datetime(2030, 7, 20, tzinfo=dt.UTC)
MILLION = 1_000_000
COUNTRIES = {"PT": 230_000, "FR": 200_000, "ZA": 150_000, "JP": 100_000, "KW": 0, "CH": 81_000}
CHANNELS = (("web", "EUR", True, "PT"), ("us", "USD", False, "CH"), ("jp", "JPY", True, "JP"),
            ("kw", "KWD", False, "KW"))  # fmt: skip


BORDERS = (
    ("ZA", DutyTerms.INCLUDED, (("61", 450_000), ("6109", 123_457), ("", 50_000)), {"EUR": 5_000}),
    ("CH", DutyTerms.ON_ARRIVAL, (("95", 33_333),), {"USD": 9_000, "EUR": 100}),
)


def money(on_progress: Callable[[str], None]) -> list[BenchRow]:
    """Return how many orders differ from what the checker finds."""
    dice = random.Random(1)  # noqa: S311  # orders, no secret
    snapshot = _snapshot(dice)
    skus = list(snapshot.sellables)
    differing = refused = lines = back = 0
    sums: Counter[tuple[str, str]] = Counter()
    mine: Counter[tuple[str, str]] = Counter()
    began = time.monotonic()
    for n in range(ORDERS):
        cart = tuple((dice.choice(skus), dice.randrange(1, 6)) for _ in range(dice.randrange(1, 5)))
        channel = dice.choice(CHANNELS)[0]
        country, is_shipped = dice.choice(list(COUNTRIES)), dice.random() < 0.5
        codes = dice.choice(((), (), ("HALF",), ("FLAT",), ("HALF", "FLAT")))
        try:
            cost = priced(snapshot, channel=channel, lines=cart, country=country, codes=codes,
                          is_shipped=is_shipped, now=NOW)  # fmt: skip
        except PriceError:
            refused += 1
            differing += not _fits_nothing(snapshot, channel, cart, codes)
            continue
        found = _checked(snapshot, channel, cart, country, codes, is_shipped=is_shipped)
        differing += found != _plain(cost)
        lines += len(cart)
        sums.update(owed((cost.currency, line.royalties) for line in cost.lines))
        mine.update(_royalties(snapshot, cost, channel, cart, country, is_shipped=is_shipped))
        wrong, parts = _returned(cost, dice)
        differing += wrong
        back += parts
        if n % 100_000 == 0:
            on_progress(f"{n:,} orders")
    spent = time.monotonic() - began
    return [
        BenchRow(line=4, case=f"{ORDERS:,} orders, {lines:,} lines: amounts that differ",
                 value=differing, unit="orders", op="==", target=0),
        BenchRow(line=4, case="refused by both: a code that fits nothing", value=refused,
                 unit="orders"),
        BenchRow(line=4, case="parts that came back, each to the unit", value=back, unit="parts"),
        BenchRow(line=4, case="licensees whose sum differs from the orders'",
                 value=sum(sums[key] != mine[key] for key in sums | mine), unit="sums", op="==",
                 target=0),
        BenchRow(line=4, case="priced, checked and returned", value=spent, unit="s"),
    ]  # fmt: skip


def _snapshot(dice: random.Random) -> Snapshot:
    collections = ("wear", "toys", "pins", "paper")
    sellables = {
        f"S{n}": Sellable(
            sku=f"S{n}", product=f"S{n}", title=f"S{n}", kind="article" if n % 15 else "gift",
            tax_class=dice.choice(("standard", "books")),
            collections=tuple(dice.sample(collections, dice.randrange(1, 3))),
            seller=dice.choice(("", "", "BRAND")), commission=dice.choice((0, 123_457)),
            weight_g=dice.randrange(0, 900), banned=(), session="",
            hs_code=dice.choice(("6109100010", "6110", "9503", "")),
            prices={
                code: (PriceRow(amount=dice.randrange(1, 9_999), starts_at=None, ends_before=None),)
                for code, *_ in CHANNELS
            },
            stock={},
        )
        for n in range(300)
    }  # fmt: skip
    taxes = {(c, "standard"): rate for c, rate in COUNTRIES.items()}
    taxes |= {(c, "books"): rate // 3 for c, rate in COUNTRIES.items()}

    def promotion(code: str, kind: PromotionKind, value: int, **more: object) -> PromotionRow:
        usual: dict[str, object] = {
            "code": code, "kind": kind.value, "value": value, "currency": "", "collections": (),
            "least": 0, "needs_code": True, "stock": None, "starts_at": None, "ends_before": None,
        }  # fmt: skip
        return PromotionRow(**{**usual, **more})  # type: ignore[arg-type]  # words by name

    return Snapshot(
        games_id=1, version=1, sellables=sellables, taxes=taxes, drops={},
        destinations={
            country: DestinationRow(country=country, terms=terms.value, rates=rates,
                                    free_below=free)
            for country, terms, rates, free in BORDERS
        },
        channels={
            code: ChannelRow(code=code, name=code, currency=currency, is_tax_included=included,
                             country=country, locations=())
            for code, currency, included, country in CHANNELS
        },
        promotions=(
            promotion("AUTO", PromotionKind.PERCENT, 137_000, collections=("wear",),
                      needs_code=False),
            promotion("BIG", PromotionKind.AMOUNT, 777, least=20_000, needs_code=False),
            promotion("HALF", PromotionKind.PERCENT, 333_333, collections=("toys", "pins")),
            promotion("FLAT", PromotionKind.AMOUNT, 501),
        ),
        royalties=tuple(
            RoyaltyRow(contract=f"C{n}", licensee="L", collection=collection, channel=channel,
                       country=country, rate=80_000 + 1_111 * n)
            for n, (collection, channel, country) in enumerate(
                (("wear", "", ""), ("toys", "web", ""), ("pins", "", "JP"), ("wear", "us", "CH"))
            )
        ),
        shipping=tuple(
            ShippingRow(countries=tuple(COUNTRIES), carrier="Post", weight_max_g=grams,
                        currency=currency, amount=amount)
            for currency in ("EUR", "USD", "JPY", "KWD")
            for grams, amount in ((1_000, 499), (50_000, 1_999))
        ),
    )  # fmt: skip


def _half_up(value: Fraction) -> int:
    """Return a fraction as a whole number, halves away from zero."""
    whole = abs(value) + Fraction(1, 2)
    size = whole.numerator // whole.denominator
    return -size if value < 0 else size


def _plain(cost: Priced) -> tuple[object, ...]:
    lines = tuple(
        (line.unit_price, line.discount, line.tax, line.total, line.commission,
         tuple(amount for _, _, amount in line.royalties))
        for line in cost.lines
    )  # fmt: skip
    return (lines, cost.subtotal, cost.discount, cost.shipping, cost.tax, cost.total, cost.duty,
            cost.duty_due)  # fmt: skip


def _checked(
    snapshot: Snapshot, channel: str, cart: Sequence[tuple[str, int]], country: str,
    codes: Sequence[str], *, is_shipped: bool,
) -> tuple[object, ...]:  # fmt: skip
    place = snapshot.channels[channel]
    where = country if is_shipped else place.country
    goods = [snapshot.sellables[sku] for sku, _ in cart]
    prices = [good.prices[channel][0].amount for good in goods]
    full = [price * n for price, (_, n) in zip(prices, cart, strict=True)]
    gifts = [good.kind == "gift" for good in goods]
    off = _offs(snapshot, goods, full, codes)
    border = next((row for row in BORDERS if row[0] == where and is_shipped), None)
    leaves_untaxed = border is not None and border[1] is DutyTerms.ON_ARRIVAL
    rows: list[tuple[Any, ...]] = []
    for good, price, gross, less in zip(goods, prices, full, off, strict=True):
        is_untaxed = leaves_untaxed or good.kind == "gift"
        rate = Fraction(0 if is_untaxed else snapshot.taxes[where, good.tax_class], MILLION)
        paid = gross - less
        tax = _half_up(paid * rate / (1 + rate) if place.is_tax_included else paid * rate)
        net = paid - tax if place.is_tax_included else paid
        shares = tuple(
            _half_up(Fraction(net * row.rate, MILLION))
            for row in snapshot.royalties
            if row.collection in good.collections and row.channel in ("", channel)
            and row.country in ("", where) and good.kind != "gift"
        )  # fmt: skip
        rows.append((price, less, tax, paid, _half_up(Fraction(net * good.commission, MILLION)),
                     shares))  # fmt: skip
    weight = sum(good.weight_g * n for good, (_, n) in zip(goods, cart, strict=True))
    parcel = 0
    if is_shipped and weight:
        parcel = min(
            row.amount for row in snapshot.shipping
            if row.currency == place.currency and row.weight_max_g >= weight
        )  # fmt: skip
    rate = Fraction(0 if leaves_untaxed else snapshot.taxes[where, "standard"], MILLION)
    tax = _half_up(parcel * rate / (1 + rate) if place.is_tax_included else parcel * rate)
    taxes = sum(row[2] for row in rows) + tax
    duty = due = 0
    if border:
        nets = [
            0 if gift else row[3] - (row[2] if place.is_tax_included else 0)
            for row, gift in zip(rows, gifts, strict=True)
        ]
        duty, on_duty, due = _border(snapshot, border, goods, nets, place.currency)
        taxes += on_duty
        duty += on_duty if place.is_tax_included else 0
    total = sum(full) - sum(off) + parcel + duty + (0 if place.is_tax_included else taxes)
    return tuple(rows), sum(full), sum(off), parcel, taxes, total, duty, due


def _border(
    snapshot: Snapshot, border: Any, goods: list[Sellable], nets: list[int], currency: str
) -> tuple[int, int, int]:
    """Return duty, the tax on it and what is due on arrival."""
    country, terms, rates, free = border
    is_free = sum(nets) < free.get(currency, 0)
    duties = []
    for good, net in zip(goods, nets, strict=True):
        fitting = sorted((s for s, _ in rates if good.hs_code[: len(s)] == s), key=len)
        rate = dict(rates)[fitting[-1]] if fitting and not is_free else 0
        duties.append(_half_up(Fraction(net * rate, MILLION)))
    if terms is DutyTerms.INCLUDED:
        tax = snapshot.taxes[country, "standard"]
        return sum(duties), _half_up(Fraction(sum(duties) * tax, MILLION)), 0
    due = [
        duty + _half_up(Fraction((net + duty) * snapshot.taxes[country, good.tax_class], MILLION))
        for good, net, duty in zip(goods, nets, duties, strict=True)
    ]
    return 0, 0, sum(due)


def _offs(
    snapshot: Snapshot, goods: list[Sellable], full: list[int], codes: Sequence[str]
) -> list[int]:
    """Return what is off each line: the better own promotion, then each code of what is left."""
    words = [set(good.collections) for good in goods]
    full = [0 if good.kind == "gift" else n for good, n in zip(goods, full, strict=True)]
    off = [0] * len(full)
    own = [row for row in snapshot.promotions if not row.needs_code]
    tried = [_off(row, words, full, off) for row in own]
    best = max(tried, key=sum)
    off = best
    for code in dict.fromkeys(codes):
        row = next(one for one in snapshot.promotions if one.code == code)
        off = [a + b for a, b in zip(off, _off(row, words, full, off), strict=True)]
    return off


def _fits_nothing(
    snapshot: Snapshot, channel: str, cart: Sequence[tuple[str, int]], codes: Sequence[str]
) -> bool:
    """Tell whether a code of a cart takes nothing off: the one reason to refuse these carts."""
    goods = [snapshot.sellables[sku] for sku, _ in cart]
    full = [good.prices[channel][0].amount * n for good, (_, n) in zip(goods, cart, strict=True)]
    for last in range(len(codes)):
        before = _offs(snapshot, goods, full, codes[:last])
        if before == _offs(snapshot, goods, full, codes[: last + 1]):
            return True
    return False


def _off(row: PromotionRow, words: list[set[str]], full: list[int], off: list[int]) -> list[int]:
    fits = [not row.collections or bool(set(row.collections) & some) for some in words]
    left = [(a - b) * fit for a, b, fit in zip(full, off, fits, strict=True)]
    if not sum(left) or sum(full) < row.least:
        return [0] * len(full)
    if row.kind == PromotionKind.PERCENT.value:
        return [_half_up(Fraction(amount * row.value, MILLION)) for amount in left]
    wanted = min(row.value, sum(left))
    exact = [Fraction(wanted * amount, sum(left)) for amount in left]
    shares = [part.numerator // part.denominator for part in exact]
    rest = sorted(range(len(left)), key=lambda n: (shares[n] - exact[n], n))
    for n in rest[: wanted - sum(shares)]:
        shares[n] += 1
    return shares


def _royalties(
    snapshot: Snapshot, cost: Priced, channel: str, cart: Sequence[tuple[str, int]], country: str,
    *, is_shipped: bool,
) -> Counter[tuple[str, str]]:  # fmt: skip
    """Return what contracts are owed, from the net of the lines alone."""
    place = snapshot.channels[channel]
    where = country if is_shipped else place.country
    found: Counter[tuple[str, str]] = Counter()
    for line, (sku, _) in zip(cost.lines, cart, strict=True):
        net = line.total - line.tax if place.is_tax_included else line.total
        for row in snapshot.royalties:
            good = snapshot.sellables[sku]
            is_owed = row.collection in good.collections and good.kind != "gift"
            if is_owed and row.channel in ("", channel) and row.country in ("", where):
                found[row.contract, cost.currency] += _half_up(Fraction(net * row.rate, MILLION))
    return found


def _returned(cost: Priced, dice: random.Random) -> tuple[int, int]:
    """Give a line back in random steps; return how many steps differ, and how many there were."""
    line = cost.lines[0]
    cuts = sorted({0, line.quantity, *(dice.randrange(line.quantity + 1) for _ in range(2))})
    wrong = total = 0
    for first, last in itertools.pairwise(cuts):
        part = part_of(line.total, first, last, line.quantity)
        exact = _half_up(Fraction(line.total * last, line.quantity)) - _half_up(
            Fraction(line.total * first, line.quantity)
        )
        wrong += part != exact
        total += part
    return wrong + (total != line.total), len(cuts) - 1
