"""Everything that is sold, a row for each variant: what feeds and files are made of."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sportsbrain.ledger.queries import stock_rows
from sportsbrain.shop.models import Product, Variant
from sportsbrain.shop.queries.shelves import book_of
from sportsbrain.shop.queries.snapshot import PriceRow, said, snapshot_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """A variant as a channel sells it; ``price`` in minor units, ``left``: pieces that are free."""

    sku: str
    product: str
    title: str
    text: str
    kind: str
    gtin: str
    price: int
    currency: str
    is_tax_included: bool
    left: int
    weight_g: int
    collections: tuple[str, ...]
    seller: str
    options: dict[str, str]


def offer_rows(
    *, games_id: int, channel: str, language: str, now: dt.datetime, product: str = ""
) -> tuple[OfferRow, ...]:
    """Return what is sold in a channel at a moment, by SKU; of one product when told."""
    snapshot = book_of(games_id=games_id).snapshot
    place = snapshot.channels.get(channel)
    if place is None:
        return ()
    variants = Variant.objects.filter(games_id=games_id, product__is_live=True)
    if product:
        variants = variants.filter(product__code=product)
    rows = list(variants.select_related("product").order_by("sku"))
    skus = tuple(row.sku for row in rows) if product else ()
    free: dict[int, int] = {row.id: row.free for row in stock_rows(games_id=games_id, items=skus)}
    found = []
    for row in rows:
        sellable = snapshot.sellables.get(row.sku)
        price = sellable.price_at(channel, now) if sellable else None
        if sellable is None or price is None:
            continue
        left = sum(free.get(key, 0) for key in sellable.stock.get(channel, ()))
        options = " ".join(map(str, row.options.values()))
        found.append(
            OfferRow(
                sku=row.sku, product=row.product.code, kind=row.product.kind, gtin=row.gtin,
                title=f"{said(row.product.titles, language) or row.product.code} {options}".strip(),
                text=said(row.product.texts, language), price=price, currency=place.currency,
                is_tax_included=place.is_tax_included, left=left, weight_g=row.product.weight_g,
                collections=tuple(row.product.collections), seller=sellable.seller,
                options=row.options,
            )
        )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueLine:
    """A variant with everything that an import takes: prices by channel, pieces by location."""

    sku: str
    product: str
    titles: dict[str, str]
    texts: dict[str, str]
    kind: str
    collections: tuple[str, ...]
    discipline: str
    delegation: str
    seller: str
    tax_class: str
    weight_g: int
    origin: str
    hs_code: str
    banned: tuple[str, ...]
    gtin: str
    options: dict[str, str]
    prices: dict[str, tuple[int, str]]
    pieces: dict[str, int]


def _base(prices: tuple[PriceRow, ...], now: dt.datetime) -> int | None:
    """Return the price without a beginning, which others only interrupt; else that of now."""
    base = [row.amount for row in prices if row.starts_at is None]
    return base[0] if base else next((row.amount for row in prices if row.holds(now)), None)


def catalogue_lines(*, games_id: int, now: dt.datetime) -> tuple[CatalogueLine, ...]:
    """Return every variant of the catalogue, by product and SKU."""
    snapshot = snapshot_of(games_id=games_id)  # also within a change that may be undone
    pieces: dict[str, dict[str, int]] = defaultdict(dict)
    for stock in stock_rows(games_id=games_id):
        if not stock.bucket:
            pieces[stock.item][stock.location] = stock.on_hand - stock.sold
    found = []
    for product in (
        Product.objects.filter(games_id=games_id, is_live=True)
        .select_related("seller").prefetch_related("variants").order_by("code")
    ):  # fmt: skip
        for row in sorted(product.variants.all(), key=lambda one: one.sku):
            sellable = snapshot.sellables.get(row.sku)
            amounts = {
                code: _base(sellable.prices.get(code, ()), now) if sellable else None
                for code in snapshot.channels
            }
            found.append(
                CatalogueLine(
                    sku=row.sku, product=product.code, titles=product.titles, texts=product.texts,
                    kind=product.kind, collections=tuple(product.collections),
                    discipline=product.discipline, delegation=product.delegation,
                    seller=product.seller.code if product.seller else "",
                    tax_class=product.tax_class, weight_g=product.weight_g, origin=product.origin,
                    hs_code=product.hs_code, banned=tuple(product.banned), gtin=row.gtin,
                    options=row.options, pieces=pieces[row.sku],
                    prices={
                        code: (amount, snapshot.channels[code].currency)
                        for code, amount in amounts.items() if amount is not None
                    },
                )
            )  # fmt: skip
    return tuple(found)
