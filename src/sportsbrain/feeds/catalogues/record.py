"""A catalogue to the shop: all of it or nothing."""

import datetime as dt
import pathlib
from dataclasses import dataclass, replace

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.catalogues.messages import Catalogue, CatalogueProduct
from sportsbrain.feeds.catalogues.parse import parse_catalogue
from sportsbrain.inbox.actions import receive_file
from sportsbrain.ledger.errors import LedgerError
from sportsbrain.ledger.queries import stock_rows
from sportsbrain.shop.actions import ProductValues, receive, save_channel, save_products
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.queries import CatalogueLine, catalogue_lines, snapshot_of
from sportsbrain.vocabulary.money import MoneyError, minor_of
from sportsbrain.vocabulary.shop import ProductKind
from sportsbrain.vocabulary.trade import LocationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueReport:
    """What a catalogue would change, or changed; with an issue nothing is."""

    products: int = 0
    created: int = 0
    articles: int = 0
    pieces: int = 0
    notes: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    is_applied: bool = False


class _Undo(Exception):  # noqa: N818  # control flow: rolls the rehearsal back
    """Roll everything back: this was only a rehearsal."""


def import_catalogue(
    *, games: GamesRow, path: pathlib.Path, is_applied: bool, actor: str, now: dt.datetime
) -> CatalogueReport:
    """Save the products of a file; without ``is_applied`` only say what that would change."""
    found = parse_catalogue(path.read_bytes())
    if found.issues:
        return CatalogueReport(issues=tuple(str(issue) for issue in found.issues))
    try:
        with transaction.atomic():
            report = _saved(games, found, now)
            if not is_applied:
                raise _Undo
            receive_file(games_id=games.id, source_code="catalogue", path=path, received_by=actor)
    except _Undo:
        pass
    except (ShopError, LedgerError, MoneyError) as error:
        return CatalogueReport(issues=(str(error),))
    return replace(report, is_applied=is_applied)


def _saved(games: GamesRow, found: Catalogue, now: dt.datetime) -> CatalogueReport:
    before = snapshot_of(games_id=games.id)
    for channel in found.channels:
        known = before.channels.get(channel.code)
        if known is None:
            save_channel(
                games_id=games.id, code=channel.code, name=channel.name, country=channel.country,
                currency=channel.currency,
                locations=dict.fromkeys(found.locations, LocationKind.WAREHOUSE),
            )  # fmt: skip
        elif known.currency != channel.currency:
            message = f"channel {channel.code} sells in {known.currency}, not {channel.currency}"
            raise ShopError(message)
    currencies = {
        code: row.currency for code, row in snapshot_of(games_id=games.id).channels.items()
    }
    lines = catalogue_lines(games_id=games.id, now=now)
    by_code = {line.product: line for line in lines}
    options = {line.sku: line.options for line in lines}
    save_products(
        games_id=games.id,
        products=[
            _values(_merged(product, by_code.get(product.code), options), currencies)
            for product in found.products
        ],
    )
    known_skus = {row.product for row in before.sellables.values()}
    pieces, left = _new_pieces(games.id, found)
    receive(games_id=games.id, pieces=pieces, ref="catalogue", now=now)
    notes = list(found.notes)
    if left:
        notes.append(f"stock of {left} articles is known already and was left alone: count it")
    return CatalogueReport(
        products=len(found.products), articles=sum(len(p.variants) for p in found.products),
        created=sum(p.code not in known_skus for p in found.products),
        pieces=sum(pieces.values()), notes=tuple(notes),
    )  # fmt: skip


def _merged(
    product: CatalogueProduct, known: CatalogueLine | None, options: dict[str, dict[str, str]]
) -> CatalogueProduct:
    """Return a product where what its file does not say is as it was."""
    if known is None:
        return product
    if known.kind == ProductKind.TICKET.value:
        message = f"{product.code} is a ticket: tickets come from the schedule"
        raise ShopError(message)
    old = {
        name: getattr(known, name)
        for name in ("kind", "collections", "discipline", "delegation", "seller", "tax_class",
                     "weight_g", "origin", "hs_code", "banned")
        if name not in product.given
    }  # fmt: skip
    variants = product.variants
    if "option" not in product.given:
        variants = tuple(replace(v, options=options.get(v.sku, v.options)) for v in variants)
    return replace(product, **old, variants=variants, titles={**known.titles, **product.titles},
                   texts={**known.texts, **product.texts})  # fmt: skip


def _values(product: CatalogueProduct, currencies: dict[str, str]) -> ProductValues:
    prices = {}
    for variant in product.variants:
        for channel, amount in variant.prices.items():
            if channel not in currencies:
                message = f"{variant.sku}: there is no channel {channel}: make it first"
                raise ShopError(message)
            prices[variant.sku, channel] = _minor(amount, currencies[channel])
    return ProductValues(
        code=product.code, titles=product.titles, texts=product.texts,
        kind=ProductKind(product.kind), collections=product.collections,
        discipline=product.discipline, delegation=product.delegation, seller=product.seller,
        tax_class=product.tax_class, weight_g=product.weight_g, origin=product.origin,
        hs_code=product.hs_code, banned=product.banned, prices=prices,
        variants={variant.sku: variant.options for variant in product.variants},
        gtins={variant.sku: variant.gtin for variant in product.variants if variant.gtin},
    )  # fmt: skip


def _minor(amount: str, currency: str) -> int:
    """Return an amount in minor units; zeros that the currency does not have are dropped."""
    whole, dot, parts = amount.replace(",", ".").partition(".")
    return minor_of(f"{whole}{dot}{parts}".rstrip("0").rstrip(".") if dot else whole, currency)


def _new_pieces(games_id: int, found: Catalogue) -> tuple[dict[tuple[str, str], int], int]:
    """Return the pieces of articles that lie nowhere yet, and of how many articles some do."""
    wanted = {
        (variant.sku, place): n
        for product in found.products for variant in product.variants
        for place, n in variant.pieces.items()
    }  # fmt: skip
    skus = tuple({sku for sku, _ in wanted})
    known = {(row.item, row.location) for row in stock_rows(games_id=games_id, items=skus)} if (
        skus
    ) else set()  # fmt: skip
    return {key: n for key, n in wanted.items() if key not in known}, len(wanted.keys() & known)
