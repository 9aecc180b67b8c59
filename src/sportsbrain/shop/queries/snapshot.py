"""
The catalogue as one frozen value: what the order path prices from, without reading a row.

A snapshot knows its version; who holds one asks `version_of` whether there is a newer one.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from sportsbrain.ledger.queries import stock_rows
from sportsbrain.shop.models import (
    CatalogueState,
    Channel,
    Destination,
    Drop,
    Price,
    Promotion,
    RoyaltyRate,
    ShippingRate,
    TaxRate,
    Variant,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """Where things are sold."""

    code: str
    name: str
    currency: str
    is_tax_included: bool
    country: str
    locations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """A price from a moment until another."""

    amount: int
    starts_at: dt.datetime | None
    ends_before: dt.datetime | None

    def holds(self, now: dt.datetime) -> bool:
        """Tell whether the price is that of a moment."""
        return (self.starts_at is None or self.starts_at <= now) and (
            self.ends_before is None or now < self.ends_before
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sellable:
    """
    A variant with everything that its price, taxes and royalties follow from.

    ``stock`` are the rows by channel that it may come from, the better first.
    """

    sku: str
    product: str
    title: str
    kind: str
    tax_class: str
    collections: tuple[str, ...]
    seller: str
    commission: int
    weight_g: int
    banned: tuple[str, ...]
    session: str
    hs_code: str = ""
    prices: dict[str, tuple[PriceRow, ...]]
    stock: dict[str, tuple[int, ...]]

    def price_at(self, channel: str, now: dt.datetime) -> int | None:
        """Return the price of a moment, the latest begun; None when it is not sold there then."""
        found = [price for price in self.prices.get(channel, ()) if price.holds(now)]
        return found[-1].amount if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRow:
    """What is taken off; ``stock`` is the row that counts how often, None without a limit."""

    code: str
    kind: str
    value: int
    currency: str
    collections: tuple[str, ...]
    least: int
    needs_code: bool
    stock: int | None
    starts_at: dt.datetime | None
    ends_before: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoyaltyRow:
    """The share of a contract in a collection; empty words mean all."""

    contract: str
    licensee: str
    collection: str
    channel: str
    country: str
    rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingRow:
    """What a parcel costs."""

    countries: tuple[str, ...]
    carrier: str
    weight_max_g: int
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationRow:
    """A country behind a customs border; see `Destination`."""

    country: str
    terms: str
    rates: tuple[tuple[str, int], ...]
    free_below: dict[str, int]

    def rate(self, hs_code: str) -> int:
        """Return the duty on goods of an HS number, in parts per million."""
        fits = [(len(start), rate) for start, rate in self.rates if hs_code.startswith(start)]
        return max(fits, default=(0, 0))[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRow:
    """A drop."""

    code: str
    sku: str
    channel: str
    starts_at: dt.datetime
    person_max: int
    household_max: int
    draw_seconds: int
    admitted_a_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything the order path needs of the catalogue."""

    games_id: int
    version: int
    channels: dict[str, ChannelRow]
    sellables: dict[str, Sellable]
    taxes: dict[tuple[str, str], int]
    promotions: tuple[PromotionRow, ...]
    royalties: tuple[RoyaltyRow, ...]
    shipping: tuple[ShippingRow, ...]
    drops: dict[str, DropRow]
    destinations: dict[str, DestinationRow] = field(default_factory=dict)


def said(words: dict[str, str], language: str) -> str:
    """Return a text in a language, else in English, else in any."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def version_of(*, games_id: int) -> int:
    """Return the version of the catalogue: larger after each change."""
    row = CatalogueState.objects.filter(games_id=games_id).first()
    return row.version if row else 0


def snapshot_of(*, games_id: int, language: str = "en") -> Snapshot:
    """Return the catalogue as it is now."""
    version = version_of(games_id=games_id)
    channels = {
        row.code: ChannelRow(
            code=row.code,
            name=row.name,
            currency=row.currency,
            is_tax_included=row.is_tax_included,
            country=row.country,
            locations=tuple(row.locations),
        )
        for row in Channel.objects.filter(games_id=games_id).order_by("code")
    }
    stock: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in stock_rows(games_id=games_id):
        if not row.bucket:
            stock[row.item][row.location].append(row.id)
    drops = {
        row.code: DropRow(
            code=row.code, sku=row.sku, channel=row.channel, starts_at=row.starts_at,
            person_max=row.person_max, household_max=row.household_max,
            draw_seconds=row.draw_seconds, admitted_a_second=row.admitted_a_second,
        )
        for row in Drop.objects.filter(games_id=games_id).order_by("code")
    }  # fmt: skip
    return Snapshot(
        games_id=games_id,
        version=version,
        channels=channels,
        sellables=_sellables(games_id, channels, stock, language),
        taxes={
            (row.country, row.tax_class): row.rate
            for row in TaxRate.objects.filter(games_id=games_id)
        },
        promotions=_promotions(games_id, stock),
        royalties=tuple(
            RoyaltyRow(
                contract=row.contract.code, licensee=row.contract.licensee.code,
                collection=row.collection, channel=row.channel, country=row.country, rate=row.rate,
            )
            for row in RoyaltyRate.objects.filter(contract__games_id=games_id)
            .select_related("contract", "contract__licensee").order_by("pk")
        ),
        shipping=tuple(
            ShippingRow(
                countries=tuple(row.countries), carrier=row.carrier,
                weight_max_g=row.weight_max_g, currency=row.currency, amount=row.amount,
            )
            for row in ShippingRate.objects.filter(games_id=games_id).order_by("amount", "pk")
        ),
        drops=drops,
        destinations={
            row.country: DestinationRow(
                country=row.country, terms=row.terms, free_below=row.free_below,
                rates=tuple((str(start), int(rate)) for start, rate in row.rates),
            )
            for row in Destination.objects.filter(games_id=games_id)
        },
    )  # fmt: skip


def _sellables(
    games_id: int,
    channels: dict[str, ChannelRow],
    stock: dict[str, dict[str, list[int]]],
    language: str,
) -> dict[str, Sellable]:
    prices: dict[int, dict[str, list[PriceRow]]] = defaultdict(lambda: defaultdict(list))
    rows = Price.objects.filter(variant__games_id=games_id).select_related("channel")
    for price in rows.order_by("starts_at", "pk"):
        prices[price.variant_id][price.channel.code].append(
            PriceRow(amount=price.amount, starts_at=price.starts_at, ends_before=price.ends_before)
        )
    for some in prices.values():
        for found in some.values():  # a price without a beginning comes first
            found.sort(key=lambda row: (row.starts_at is not None, row.starts_at))
    sellables = {}
    variants = Variant.objects.filter(games_id=games_id, product__is_live=True)
    for row in variants.select_related("product", "product__seller"):
        product = row.product
        title = said(product.titles, language) or product.code
        sellables[row.sku] = Sellable(
            sku=row.sku,
            product=product.code,
            title=" ".join([title, *map(str, row.options.values())])[:200],
            kind=product.kind,
            tax_class=product.tax_class,
            collections=tuple(product.collections),
            seller=product.seller.code if product.seller else "",
            commission=product.seller.commission if product.seller else 0,
            weight_g=product.weight_g,
            banned=tuple(product.banned),
            session=product.session,
            hs_code=product.hs_code,
            prices={code: tuple(found) for code, found in prices[row.pk].items()},
            stock={
                code: tuple(
                    key
                    for place in (*channel.locations, product.session)
                    for key in stock[row.sku][place]
                )
                for code, channel in channels.items()
            },
        )
    return sellables


def _promotions(games_id: int, stock: dict[str, dict[str, list[int]]]) -> tuple[PromotionRow, ...]:
    found = []
    for row in Promotion.objects.filter(games_id=games_id).order_by("code"):
        keys = [key for keys in stock[f"promotion:{row.code}"].values() for key in keys]
        if row.is_counted and not keys:
            continue  # nothing is left of it: it was never given any
        found.append(
            PromotionRow(
                code=row.code,
                kind=row.kind,
                value=row.value,
                currency=row.currency,
                collections=tuple(row.collections),
                least=row.least,
                needs_code=row.needs_code,
                stock=keys[0] if row.is_counted else None,
                starts_at=row.starts_at,
                ends_before=row.ends_before,
            )
        )
    return tuple(found)
