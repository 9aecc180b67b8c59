"""
What shoppers see: products with their price and how much is left, found by words and facets.

Words are folded (no capitals, no accents) and found as beginnings of words first (full text), then
anywhere in a word (trigrams), then as the words of the catalogue that are most like them. No page
of the shelves loads the whole catalogue.
"""

import datetime as dt
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import F, Q, QuerySet
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sportsbrain.ledger.queries import stock_rows
from sportsbrain.shop.models import Channel, Drop, Price, Product, Variant
from sportsbrain.shop.queries.pricing import PriceBook
from sportsbrain.shop.queries.snapshot import Snapshot, said, snapshot_of, version_of
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.shop import ProductKind
from sportsbrain.vocabulary.words import folded

PAGE = 24
FEW = 10
LIKE = 0.6  # how like a word has to be, of 1: two slips in five letters
SUGGESTED = 8
WORDS_LIVE_SECONDS = 600.0
_books: dict[int, PriceBook] = {}
_vocabularies: dict[int, tuple[float, dict[str, int]]] = {}


def book_of(*, games_id: int) -> PriceBook:
    """Return the catalogue of a Games with its prices, as new as the newest change."""
    known = _books.get(games_id)
    if known is None or known.snapshot.version != version_of(games_id=games_id):
        known = _books[games_id] = PriceBook(snapshot_of(games_id=games_id))
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantCard:
    """What is put in a cart."""

    sku: str
    words: str
    price: int
    price_text: str
    left: int

    @property
    def band(self) -> str:
        """Return how much is left, as shoppers are told: many, few or gone."""
        return "gone" if self.left <= 0 else "few" if self.left <= FEW else "many"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCard:
    """A product on the shelf; of a ticket ``starts_at`` is when its session was sold for."""

    code: str
    title: str
    text: str
    kind: str
    shape: str
    collections: tuple[str, ...]
    discipline: str
    variants: tuple[VariantCard, ...]
    drop: str
    drop_starts_at: dt.datetime | None
    session: str
    starts_at: dt.datetime | None

    @property
    def is_gift(self) -> bool:
        """Tell whether it is a gift card."""
        return self.kind == ProductKind.GIFT.value

    @property
    def from_text(self) -> str:
        """Return the lowest price."""
        return min(self.variants, key=lambda v: v.price).price_text if self.variants else ""

    @property
    def has_prices(self) -> bool:
        """Tell whether its variants cost differently."""
        return len({variant.price for variant in self.variants}) > 1

    @property
    def band(self) -> str:
        """Return the best of its variants' bands."""
        bands = {variant.band for variant in self.variants}
        return next((band for band in ("many", "few", "gone") if band in bands), "gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a shopper looks for; empty words mean all."""

    text: str = ""
    collection: str = ""
    discipline: str = ""
    delegation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A page of products, how many there are, and how many each facet would leave."""

    cards: tuple[ProductCard, ...]
    count: int
    is_like: bool
    facets: dict[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FacetRows:
    """Collections, discipline and delegation of every product: the same object is the same rows."""

    rows: tuple[tuple[tuple[str, ...], str, str], ...]


_facets_of: dict[tuple[int, str], tuple[int, FacetRows]] = {}


def has_shop(*, games_id: int, channel: str) -> bool:
    """Tell whether a Games sells in a channel."""
    return Channel.objects.filter(games_id=games_id, code=channel).exists()


def shelf_of(
    *, games_id: int, channel: str, language: str, now: dt.datetime, asked: Asked, page: int = 1
) -> Shelf:
    """Return a page of products that are sold now, with the facets of all that was found."""
    rows, is_like = _found(games_id, channel, folded(asked.text))
    if rows.query.is_empty():
        return Shelf(cards=(), count=0, is_like=is_like, facets={})
    facets = _facets_kept(games_id, channel, rows, asked)
    rows = _within(rows, asked)
    count = rows.count()
    order = (F("starts_at").asc(nulls_first=True), "code")
    shown = list(rows.order_by(*order)[(page - 1) * PAGE : page * PAGE])
    cards = _cards(games_id, channel, language, now, shown)
    return Shelf(cards=cards, count=count, is_like=is_like, facets=facets)


def product_card(
    *, games_id: int, channel: str, language: str, now: dt.datetime, code: str
) -> ProductCard | None:
    """Return one product, None when it is not sold there."""
    shown = list(_live(games_id, channel).filter(code=code))
    return next(iter(_cards(games_id, channel, language, now, shown)), None)


def product_of_sku(
    *, games_id: int, channel: str, language: str, now: dt.datetime, sku: str
) -> ProductCard | None:
    """Return the product of a SKU."""
    row = Variant.objects.filter(games_id=games_id, sku=sku).select_related("product").first()
    if row is None:
        return None
    return product_card(games_id=games_id, channel=channel, language=language, now=now,
                        code=row.product.code)  # fmt: skip


def gone_drops(*, games_id: int, snapshot: Snapshot) -> frozenset[str]:
    """Return the drops of which every piece is sold: what is only held may come back."""
    drops = snapshot.drops.values()
    if not drops:
        return frozenset()
    left: dict[str, int] = defaultdict(int)
    for stock in stock_rows(games_id=games_id, items=tuple({drop.sku for drop in drops})):
        left[stock.item] += stock.on_hand - stock.sold
    return frozenset(drop.code for drop in drops if left[drop.sku] <= 0)


def suggestions(*, games_id: int, channel: str, language: str, text: str) -> tuple[str, ...]:
    """Return titles that begin like what somebody types, else those that are most like it."""
    if not folded(text):
        return ()
    rows, _is_like = _found(games_id, channel, folded(text))
    found = [said(titles, language) for titles in rows.values_list("titles", flat=True)[:50]]
    return tuple(dict.fromkeys(title for title in found if title))[:SUGGESTED]


def _live(games_id: int, channel: str) -> QuerySet[Product]:
    """Return products that have a price in a channel, now or at another time."""
    return Product.objects.filter(games_id=games_id, is_live=True, channels__contains=[channel])


def _found(games_id: int, channel: str, text: str) -> tuple[QuerySet[Product], bool]:
    """Return what holds all words, as beginnings, else anywhere; else what words like them hold."""
    rows = _live(games_id, channel)
    terms = [term for term in map(_quoted, text.split()[:8]) if term]
    if not terms:
        return rows if not text else rows.none(), bool(text)
    first = rows.filter(search=_begins(terms))
    if first.exists():
        return first, False
    inside = Q()
    for term in terms:
        inside &= Q(words__contains=term)
    second = rows.filter(inside)
    if second.exists():
        return second, False
    alike = [_alike(term, _words_of(games_id)) for term in terms]
    if not all(alike):
        return rows.none(), True
    return rows.filter(search=_begins(alike)), True


def _begins(terms: Sequence[str]) -> SearchQuery:
    words = " & ".join(f"'{term}':*" for term in terms)
    return SearchQuery(words, config="simple", search_type="raw")


def _words_of(games_id: int) -> dict[str, int]:
    """Return the words of a catalogue and in how many products each is, ten minutes old at most."""
    moment, known = _vocabularies.get(games_id, (0.0, {}))
    if known and time.monotonic() - moment < WORDS_LIVE_SECONDS:
        return known
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, ndoc FROM ts_stat(format('SELECT search FROM shop_product"
            " WHERE games_id = %%s AND is_live', %s::bigint))",
            [games_id],
        )
        known = {word: int(n) for word, n in cursor.fetchall() if not word.isdecimal()}
    _vocabularies[games_id] = (time.monotonic(), known)
    return known


def _alike(term: str, words: dict[str, int]) -> str:
    """Return the word of a catalogue that is most like a term, the more frequent of equals."""
    if term in words:
        return term
    found = process.extract(
        term, list(words), scorer=OSA.normalized_similarity, score_cutoff=LIKE, limit=10
    )
    best = max(found, key=lambda one: (one[1], words[one[0]]), default=None)
    return str(best[0]) if best else ""


def _quoted(term: str) -> str:
    """Return a term without what a search query would read as its own."""
    return term.replace("\\", "").replace("'", "").replace("\x00", "")


def _within(rows: QuerySet[Product], asked: Asked) -> QuerySet[Product]:
    if asked.collection:
        rows = rows.filter(collections__contains=[asked.collection])
    if asked.discipline:
        rows = rows.filter(discipline=asked.discipline)
    if asked.delegation:
        rows = rows.filter(delegation=asked.delegation)
    return rows


def _facets_kept(
    games_id: int, channel: str, rows: QuerySet[Product], asked: Asked
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return facets: of a whole catalogue from what is kept of it until it changes."""
    if asked.text:
        return _facets(rows, asked)
    version = version_of(games_id=games_id)
    known = _facets_of.get((games_id, channel))
    if known is None or known[0] != version:
        columns = rows.order_by().values_list("collections", "discipline", "delegation")
        some = FacetRows(rows=tuple((tuple(a), b, c) for a, b, c in columns))
        known = _facets_of[games_id, channel] = (version, some)
    return _counted(known[1], (asked.collection, asked.discipline, asked.delegation))


@lru_cache(maxsize=500)
def _counted(
    rows: FacetRows, wanted: tuple[str, str, str]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Count what each word of each facet would leave, the other two as they are wanted."""
    counts: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    for row in rows.rows:
        fits = [
            not wanted[0] or wanted[0] in row[0], not wanted[1] or wanted[1] == row[1],
            not wanted[2] or wanted[2] == row[2],
        ]  # fmt: skip
        if fits[1] and fits[2]:
            counts[0].update(row[0])
        if fits[0] and fits[2]:
            counts[1][row[1]] += 1
        if fits[0] and fits[1]:
            counts[2][row[2]] += 1
    names = ("collection", "discipline", "delegation")
    return {
        name: tuple(sorted((word, n) for word, n in found.items() if word))
        for name, found in zip(names, counts, strict=True)
    }


def _facets(rows: QuerySet[Product], asked: Asked) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return how many products each word of each facet would leave, of what was found."""
    sql, params = (
        rows.order_by().values("collections", "discipline", "delegation").query.sql_with_params()
    )
    tests = {
        "collection": ("collections @> %s::jsonb", json.dumps([asked.collection])),
        "discipline": ("discipline = %s", asked.discipline),
        "delegation": ("delegation = %s", asked.delegation),
    }
    parts, more = [], []
    for name in tests:
        others = [tests[key] for key in tests if key != name and getattr(asked, key)]
        word = "jsonb_array_elements_text(collections)" if name == "collection" else name
        where = " AND ".join(test for test, _ in others) or "true"
        parts.append(
            f"SELECT '{name}' AS facet, word, count(*) FROM"  # noqa: S608  # our own names
            f" (SELECT {word} AS word FROM f WHERE {where}) w WHERE word <> '' GROUP BY word"
        )
        more += [value for _, value in others]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH f AS MATERIALIZED ({sql}) {' UNION ALL '.join(parts)} ORDER BY 1, 2",
            [*params, *more],
        )
        found = cursor.fetchall()
    return {name: tuple((w, int(n)) for facet, w, n in found if facet == name) for name in tests}


def _cards(
    games_id: int, channel: str, language: str, now: dt.datetime, shown: Sequence[Product]
) -> tuple[ProductCard, ...]:
    """Return products with prices and stock, read for these alone."""
    place = Channel.objects.get(games_id=games_id, code=channel)
    variants: dict[int, list[Variant]] = defaultdict(list)
    keys = [row.pk for row in shown]
    for variant in Variant.objects.filter(product_id__in=keys).order_by("pk"):
        variants[variant.product_id].append(variant)
    some = [variant for rows in variants.values() for variant in rows]
    prices = _prices(place, some, now)
    left = _left(games_id, place, shown, some)
    drops = {
        drop.sku: drop for drop in Drop.objects.filter(
            games_id=games_id, sku__in=[variant.sku for variant in some]
        )
    }  # fmt: skip
    return tuple(
        _card(row, variants[row.pk], place.currency, language, prices, left, drops) for row in shown
    )


def _prices(place: Channel, some: Iterable[Variant], now: dt.datetime) -> dict[int, int]:
    """Return the price of each variant now: the latest begun, as the order path has it."""
    rows = Price.objects.filter(channel=place, variant_id__in=[variant.pk for variant in some])
    rows = rows.filter(Q(starts_at=None) | Q(starts_at__lte=now))
    rows = rows.filter(Q(ends_before=None) | Q(ends_before__gt=now))
    ordered = rows.order_by(F("starts_at").asc(nulls_first=True), "pk")
    return dict(ordered.values_list("variant_id", "amount"))


def _left(
    games_id: int, place: Channel, shown: Iterable[Product], some: Iterable[Variant]
) -> dict[str, int]:
    """Return how many pieces of each SKU anybody may take where a channel sells from."""
    sessions = {row.pk: row.session for row in shown}
    at = {variant.sku: {*place.locations, sessions[variant.product_id]} for variant in some}
    left: dict[str, int] = defaultdict(int)
    for stock in stock_rows(games_id=games_id, items=tuple(at)) if at else ():
        if not stock.bucket and stock.location in at[stock.item]:
            left[stock.item] += stock.free
    return left


def _card(
    row: Product,
    rows: list[Variant],
    currency: str,
    language: str,
    prices: dict[int, int],
    left: dict[str, int],
    drops: dict[str, Drop],
) -> ProductCard:
    drop = next((drops[variant.sku] for variant in rows if variant.sku in drops), None)
    return ProductCard(
        code=row.code,
        title=said(row.titles, language) or row.code,
        text=said(row.texts, language),
        kind=row.kind,
        shape=row.collections[0] if row.collections else "",
        collections=tuple(row.collections),
        discipline=row.discipline,
        variants=tuple(
            VariantCard(
                sku=variant.sku, words=" ".join(map(str, variant.options.values())),
                price=prices[variant.pk], price_text=text_of(prices[variant.pk], currency),
                left=left[variant.sku],
            )
            for variant in rows
            if variant.pk in prices
        ),
        drop=drop.code if drop else "",
        drop_starts_at=drop.starts_at if drop else None,
        session=row.session,
        starts_at=row.starts_at,
    )  # fmt: skip
