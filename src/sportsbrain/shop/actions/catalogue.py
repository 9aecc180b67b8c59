"""Change the catalogue: products, prices, taxes, promotions, royalties, drops."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from sportsbrain.ledger.actions import Move, book, open_stock, save_location
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import (
    CatalogueState,
    Channel,
    Contract,
    Destination,
    Drop,
    Licensee,
    Price,
    Product,
    Promotion,
    RoyaltyRate,
    Seller,
    ShippingRate,
    TaxRate,
    Variant,
)
from sportsbrain.vocabulary.shop import DutyTerms, ProductKind, PromotionKind
from sportsbrain.vocabulary.trade import LocationKind, MoveKind
from sportsbrain.vocabulary.words import folded

BATCH, MANY = 2_000, 500
PRODUCT_FIELDS = [
    "kind", "titles", "texts", "collections", "tax_class", "weight_g", "seller", "banned",
    "discipline", "delegation", "session", "starts_at", "words", "origin", "hs_code",
]  # fmt: skip
OFFERS = "OFFERS"  # where the uses of counted promotions lie


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductValues:
    """
    A product with its variants.

    ``variants``: SKU → options; ``prices``: (SKU, channel) → minor units. A ticket names its
    ``session``, and is sold until ``ends_before``; ``seating``: SKU → (block, rows, seats a row) of
    numbered places.
    """

    code: str
    titles: dict[str, str]
    variants: dict[str, dict[str, str]]
    prices: dict[tuple[str, str], int]
    kind: ProductKind = ProductKind.ARTICLE
    texts: dict[str, str] = field(default_factory=dict)
    collections: tuple[str, ...] = ()
    tax_class: str = "standard"
    weight_g: int = 0
    seller: str = ""
    banned: tuple[str, ...] = ()
    discipline: str = ""
    delegation: str = ""
    session: str = ""
    starts_at: dt.datetime | None = None
    ends_before: dt.datetime | None = None
    seating: dict[str, list[list[str | int]]] = field(default_factory=dict)
    origin: str = ""
    hs_code: str = ""
    gtins: dict[str, str] = field(default_factory=dict)


def catalogue_changed(games_id: int) -> None:
    """Make the version of the catalogue larger: whoever prices from a snapshot reads it again."""
    CatalogueState.objects.get_or_create(games_id=games_id)
    CatalogueState.objects.filter(games_id=games_id).update(version=F("version") + 1)


@transaction.atomic
def save_channel(
    *,
    games_id: int,
    code: str,
    name: str,
    currency: str,
    locations: dict[str, LocationKind],
    country: str,
    is_tax_included: bool = True,
) -> None:
    """Make or change a channel; it sells from these locations, the better first."""
    for place, kind in locations.items():
        save_location(games_id=games_id, code=place, name=place, kind=kind)
    Channel.objects.update_or_create(
        games_id=games_id,
        code=code,
        defaults={"name": name, "currency": currency, "locations": list(locations),
                  "is_tax_included": is_tax_included, "country": country},
    )  # fmt: skip
    catalogue_changed(games_id)


@transaction.atomic
def save_products(*, games_id: int, products: Sequence[ProductValues]) -> int:
    """
    Make or change products with variants and prices; return how many.

    Raises
    ------
    ShopError
        When a channel or a seller is unknown, or a SKU is of another product.

    """
    channels = dict(Channel.objects.filter(games_id=games_id).values_list("code", "pk"))
    sellers = dict(Seller.objects.filter(games_id=games_id).values_list("code", "pk"))
    for values in products:
        unknown = {channel for _, channel in values.prices} - channels.keys()
        if unknown or (values.seller and values.seller not in sellers):
            message = f"{values.code}: no channel or seller {sorted(unknown) or values.seller}"
            raise ShopError(message)
        if values.kind == ProductKind.GIFT and values.seller:
            message = f"{values.code}: gift cards are sold by the committee alone"
            raise ShopError(message)
    _refuse_other_kinds(games_id, products)
    codes = {values.code: values for values in products}  # the last of one code counts
    rows = Product.objects.bulk_create(
        [_product(games_id, values, sellers) for values in codes.values()],
        update_conflicts=True, unique_fields=["games", "code"], update_fields=PRODUCT_FIELDS,
        batch_size=BATCH,
    )  # fmt: skip
    keys = {row.code: row.pk for row in rows}
    _save_variants(games_id, keys, list(codes.values()), channels)
    _know_channels(games_id, keys)
    if len(codes) >= MANY:  # shelves are read at once: the planner must know what came
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE shop_product, shop_variant, shop_price, ledger_stock")
    catalogue_changed(games_id)
    return len(products)


def _refuse_other_kinds(games_id: int, products: Sequence[ProductValues]) -> None:
    """Refuse that a gift card becomes something else, or the reverse: money was paid for it."""
    known = dict(Product.objects.filter(games_id=games_id).values_list("code", "kind"))
    gift = ProductKind.GIFT.value
    for values in products:
        before = known.get(values.code, values.kind.value)
        if before != values.kind.value and gift in {before, values.kind.value}:
            message = f"{values.code} is of the kind {before}: give another product its own code"
            raise ShopError(message)


def _know_channels(games_id: int, keys: dict[str, int]) -> None:
    """Keep with each product the channels it has a price in, of this change or before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shop_product p SET channels = f.codes FROM (SELECT v.product_id,"
            " jsonb_agg(DISTINCT c.code ORDER BY c.code) AS codes FROM shop_variant v"
            " JOIN shop_price r ON r.variant_id = v.id JOIN shop_channel c ON c.id = r.channel_id"
            " WHERE v.games_id = %s AND v.product_id = ANY(%s) GROUP BY 1) f"
            " WHERE p.id = f.product_id AND p.channels <> f.codes",
            [games_id, list(keys.values())],
        )


def _product(games_id: int, values: ProductValues, sellers: dict[str, int]) -> Product:
    return Product(
        games_id=games_id, code=values.code, kind=values.kind.value, titles=values.titles,
        texts=values.texts, collections=list(values.collections), tax_class=values.tax_class,
        weight_g=values.weight_g, seller_id=sellers.get(values.seller),
        banned=list(values.banned), discipline=values.discipline, delegation=values.delegation,
        session=values.session, starts_at=values.starts_at, words=_words(values),
        channels=sorted({channel for _, channel in values.prices}), origin=values.origin,
        hs_code=values.hs_code,
    )  # fmt: skip


def _words(values: ProductValues) -> str:
    """Return everything that a product is found by."""
    options = [str(word) for row in values.variants.values() for word in row.values()]
    some = [
        values.code, *values.titles.values(), *values.collections, values.discipline,
        values.delegation, values.session, *values.variants, *dict.fromkeys(options),
        *values.texts.values(),
    ]  # fmt: skip
    return folded(" ".join(some))


def _save_variants(
    games_id: int, keys: dict[str, int], products: Sequence[ProductValues],
    channels: dict[str, int],
) -> None:  # fmt: skip
    rows = {
        sku: Variant(games_id=games_id, sku=sku, product_id=keys[values.code], options=options,
                     seating=values.seating.get(sku, []), is_numbered=sku in values.seating,
                     gtin=values.gtins.get(sku, "").zfill(14) if sku in values.gtins else "")
        for values in products for sku, options in values.variants.items()
    }  # fmt: skip
    known = Variant.objects.filter(games_id=games_id, sku__in=rows).values_list("sku", "product_id")
    listed = sum(len(values.variants) for values in products)
    others = [sku for sku, product in known if product != rows[sku].product_id]
    if others or listed != len(rows):
        message = f"{', '.join(sorted(others)) or 'a SKU'} is a variant of another product"
        raise ShopError(message)
    known_gtins = dict(
        Variant.objects.filter(games_id=games_id, sku__in=rows).values_list("sku", "gtin")
    )
    for sku, row in rows.items():
        row.gtin = row.gtin or known_gtins.get(sku, "")  # labels say it: it is not forgotten
    saved = Variant.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["games", "sku"],
        update_fields=["options", "gtin"], batch_size=BATCH,
    )  # fmt: skip
    pks = {row.sku: row.pk for row in saved}
    Price.objects.bulk_create(
        [
            Price(variant_id=pks[sku], channel_id=channels[channel], amount=amount,
                  ends_before=values.ends_before)
            for values in products for (sku, channel), amount in values.prices.items()
        ],
        update_conflicts=True, unique_fields=["variant", "channel", "starts_at"],
        update_fields=["amount", "ends_before"], batch_size=BATCH,
    )  # fmt: skip


@transaction.atomic
def receive(
    *, games_id: int, pieces: dict[tuple[str, str], int], ref: str, now: dt.datetime
) -> None:
    """Book pieces that came: (SKU, location) → how many; the catalogue learns of new places."""
    rows = open_stock(games_id=games_id, items=[(sku, place, "") for sku, place in pieces])
    moves = [
        Move(stock=row, kind=MoveKind.RECEIPT, quantity=pieces[sku, place], ref=ref)
        for (sku, place, _), row in rows.items()
        if pieces[sku, place]
    ]
    book(games_id=games_id, moves=moves, now=now)
    catalogue_changed(games_id)


@transaction.atomic
def save_taxes(*, games_id: int, rates: dict[tuple[str, str], int]) -> None:
    """Set taxes: (country, class) → parts per million."""
    for (country, tax_class), rate in rates.items():
        TaxRate.objects.update_or_create(
            games_id=games_id, country=country, tax_class=tax_class, defaults={"rate": rate}
        )
    catalogue_changed(games_id)


@transaction.atomic
def save_seller(*, games_id: int, code: str, name: str, commission: int) -> None:
    """Make or change a seller; the commission is in parts per million of lines without tax."""
    Seller.objects.update_or_create(
        games_id=games_id, code=code, defaults={"name": name, "commission": commission}
    )
    catalogue_changed(games_id)


@transaction.atomic
def save_destination(
    *,
    games_id: int,
    country: str,
    terms: DutyTerms,
    rates: dict[str, int],
    free_below: dict[str, int] | None = None,
) -> None:
    """Set the customs of a country: first digits of HS numbers → parts per million."""
    Destination.objects.update_or_create(
        games_id=games_id, country=country,
        defaults={"terms": terms.value, "rates": sorted(rates.items()),
                  "free_below": free_below or {}},
    )  # fmt: skip
    catalogue_changed(games_id)


@transaction.atomic
def save_promotion(
    *,
    games_id: int,
    code: str,
    kind: PromotionKind,
    value: int,
    now: dt.datetime,
    uses: int | None = None,
    **more: Any,
) -> None:
    """
    Make or change a promotion; ``uses`` more of it can run out like stock, None: never.

    Raises
    ------
    ShopError
        When one that everybody gets would run out: prices would change in the middle of a cart.

    """
    if uses is not None and not more.get("needs_code"):
        message = f"{code}: only a promotion with a code can run out"
        raise ShopError(message)
    defaults = {"kind": kind.value, "value": value, "is_counted": uses is not None, **more}
    Promotion.objects.update_or_create(games_id=games_id, code=code, defaults=defaults)
    if uses is not None:
        save_location(games_id=games_id, code=OFFERS, name="Offers", kind=LocationKind.WAREHOUSE)
        item = (f"promotion:{code}", OFFERS, "")
        key = open_stock(games_id=games_id, items=[item])[item]
        move = Move(stock=key, kind=MoveKind.RECEIPT, quantity=uses, ref="uses")
        book(games_id=games_id, moves=(move,), now=now)
    catalogue_changed(games_id)


@transaction.atomic
def save_royalties(
    *,
    games_id: int,
    licensee: str,
    contract: str,
    currency: str,
    rates: dict[tuple[str, str, str], int],
    starts_on: dt.date,
    ends_on: dt.date,
    guarantee: int = 0,
) -> None:
    """Make or change a contract: (collection, channel, country) → parts per million."""
    who, _ = Licensee.objects.get_or_create(
        games_id=games_id, code=licensee, defaults={"name": licensee}
    )
    row, _ = Contract.objects.update_or_create(
        games_id=games_id,
        code=contract,
        defaults={"licensee": who, "currency": currency, "guarantee": guarantee,
                  "starts_on": starts_on, "ends_on": ends_on},
    )  # fmt: skip
    for (collection, channel, country), rate in rates.items():
        RoyaltyRate.objects.update_or_create(
            contract=row, collection=collection, channel=channel, country=country,
            defaults={"rate": rate},
        )  # fmt: skip
    catalogue_changed(games_id)


@transaction.atomic
def save_shipping(
    *,
    games_id: int,
    zone: str,
    countries: Sequence[str],
    carrier: str,
    currency: str,
    steps: dict[int, int],
) -> None:
    """Set what a carrier asks in a zone: grams at most → minor units."""
    for grams, amount in steps.items():
        ShippingRate.objects.update_or_create(
            games_id=games_id, zone=zone, carrier=carrier, weight_max_g=grams, currency=currency,
            defaults={"countries": list(countries), "amount": amount},
        )  # fmt: skip
    catalogue_changed(games_id)


@transaction.atomic
def save_drop(
    *, games_id: int, code: str, sku: str, channel: str, starts_at: dt.datetime, **more: Any
) -> None:
    """Make or change a drop."""
    Drop.objects.update_or_create(
        games_id=games_id, code=code,
        defaults={"sku": sku, "channel": channel, "starts_at": starts_at, **more},
    )  # fmt: skip
    catalogue_changed(games_id)
