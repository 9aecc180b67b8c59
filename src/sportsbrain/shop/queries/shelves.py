"""
What shoppers see: products with their price and how much is left, found by words and facets.

Words are folded (no capitals, no accents) and found as beginnings of words first (full text), then
anywhere in a word, then by likeness (trigrams). No page of the shelves loads the whole catalogue.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from sportsbrain.ledger.queries import stock_rows
from sportsbrain.shop.models import Channel, Drop, Price, Product, TicketSession, Variant
from sportsbrain.shop.queries.pricing import PriceBook
from sportsbrain.shop.queries.snapshot import Snapshot, said, snapshot_of, version_of
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.words import folded

PAGE = 24
FEW = 10
LIKE = 0.3  # how like a word has to be, of 1: one slip in a short word
SUGGESTED = 8
_books: dict[int, PriceBook] = {}


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


def has_shop(*, games_id: int, channel: str) -> bool:
    """Tell whether a Games sells in a channel."""
    return Channel.objects.filter(games_id=games_id, code=channel).exists()


def shelf_of(
    *, games_id: int, channel: str, language: str, now: dt.datetime, asked: Asked, page: int = 1
) -> Shelf:
    """Return a page of products that are sold now, with the facets of all that was found."""
    rows, is_like = _found(_live(games_id, channel), folded(asked.text))
    facets = _facets(rows, asked)
    rows = _within(rows, asked)
    count = rows.count()
    starts = TicketSession.objects.filter(games_id=games_id, code=OuterRef("session"))
    rows = rows.annotate(starts_at=Subquery(starts.values("starts_at")[:1]))
    order = ("-likeness", "code") if is_like else (F("starts_at").asc(nulls_first=True), "code")
    shown = list(rows.order_by(*order)[(page - 1) * PAGE : page * PAGE])
    cards = _cards(games_id, channel, language, now, shown)
    return Shelf(cards=cards, count=count, is_like=is_like, facets=facets)


def product_card(
    *, games_id: int, channel: str, language: str, now: dt.datetime, code: str
) -> ProductCard | None:
    """Return one product, None when it is not sold there."""
    rows = _live(games_id, channel).filter(code=code)
    starts = TicketSession.objects.filter(games_id=games_id, code=OuterRef("session"))
    shown = list(rows.annotate(starts_at=Subquery(starts.values("starts_at")[:1])))
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
    rows, _is_like = _found(_live(games_id, channel), folded(text))
    found = [said(titles, language) for titles in rows.values_list("titles", flat=True)[:50]]
    return tuple(dict.fromkeys(title for title in found if title))[:SUGGESTED]


def _live(games_id: int, channel: str) -> QuerySet[Product]:
    """Return products that have a price in a channel, now or at another time."""
    prices = Price.objects.filter(
        variant__product=OuterRef("pk"), channel__games_id=games_id, channel__code=channel
    )
    return Product.objects.filter(Exists(prices), games_id=games_id, is_live=True)


def _found(rows: QuerySet[Product], text: str) -> tuple[QuerySet[Product], bool]:
    """Return what holds all words, as beginnings, else anywhere; else what is most like them."""
    terms = text.split()[:8]
    if not terms:
        return rows, False
    begun = " & ".join(f"'{term}':*" for term in (_quoted(term) for term in terms) if term)
    if begun:
        first = rows.filter(search=SearchQuery(begun, config="simple", search_type="raw"))
        if first.exists():
            return first, False
    inside = Q()
    for term in terms:
        inside &= Q(words__contains=term)
    second = rows.filter(inside)
    if second.exists():
        return second, False
    likeness = TrigramWordSimilarity(text, "words")
    return rows.annotate(likeness=likeness).filter(likeness__gte=LIKE), True


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


def _facets(rows: QuerySet[Product], asked: Asked) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return how many products each word of each facet would leave, of what was found."""
    found = {}
    for name in ("collection", "discipline", "delegation"):
        others = Asked(**{
            key: "" if key == name else getattr(asked, key)
            for key in ("collection", "discipline", "delegation")
        })  # fmt: skip
        sql, params = _within(rows, others).order_by().values("pk").query.sql_with_params()
        column = "jsonb_array_elements_text(p.collections)" if name == "collection" else f"p.{name}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT word, count(*) FROM (SELECT {column} AS word FROM shop_product p"  # noqa: S608
                f" WHERE p.id IN ({sql})) f WHERE word <> '' GROUP BY word ORDER BY word",
                params,
            )
            found[name] = tuple((word, int(n)) for word, n in cursor.fetchall())
    return found


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
        starts_at=getattr(row, "starts_at", None),
    )  # fmt: skip
