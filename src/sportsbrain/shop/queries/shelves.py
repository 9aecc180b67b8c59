"""What shoppers see: products with their price and how much is left, orders by their number."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from sportsbrain.ledger.queries import stock_rows
from sportsbrain.shop.models import Channel, Order, OrderLine, Product
from sportsbrain.shop.queries.pricing import PriceBook
from sportsbrain.shop.queries.returns import left_to_return
from sportsbrain.shop.queries.snapshot import said, snapshot_of, version_of
from sportsbrain.vocabulary.money import text_of

PAGE = 24
FEW = 10
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
    """A product on the shelf."""

    code: str
    title: str
    text: str
    kind: str
    shape: str
    collections: tuple[str, ...]
    variants: tuple[VariantCard, ...]
    drop: str
    drop_starts_at: dt.datetime | None

    @property
    def from_text(self) -> str:
        """Return the lowest price."""
        return min(self.variants, key=lambda v: v.price).price_text if self.variants else ""

    @property
    def band(self) -> str:
        """Return the best of its variants' bands."""
        bands = {variant.band for variant in self.variants}
        return next((band for band in ("many", "few", "gone") if band in bands), "gone")


def has_shop(*, games_id: int, channel: str) -> bool:
    """Tell whether a Games sells in a channel."""
    return Channel.objects.filter(games_id=games_id, code=channel).exists()


def collections_of(*, games_id: int) -> tuple[str, ...]:
    """Return the collections that something is in."""
    rows = Product.objects.filter(games_id=games_id, is_live=True)
    return tuple(
        sorted({name for row in rows.values_list("collections", flat=True) for name in row})
    )


def product_cards(
    *,
    games_id: int,
    channel: str,
    language: str,
    now: dt.datetime,
    text: str = "",
    collection: str = "",
    code: str = "",
    page: int = 1,
) -> tuple[tuple[ProductCard, ...], int]:
    """Return a page of products that are sold now, and how many there are in all."""
    rows = Product.objects.filter(games_id=games_id, is_live=True)
    if code:
        rows = rows.filter(code=code)
    if collection:
        rows = rows.filter(collections__contains=[collection])
    if text.strip():
        words = Cast("titles", TextField())
        found = rows.annotate(words=words)
        rows = found.filter(Q(words__icontains=text.strip()) | Q(code__iexact=text.strip()))
    count = rows.count()
    shown = list(
        rows.prefetch_related("variants").order_by("code")[(page - 1) * PAGE : page * PAGE]
    )
    book = book_of(games_id=games_id)
    skus = tuple(variant.sku for row in shown for variant in row.variants.all())
    left: dict[str, int] = defaultdict(int)
    for stock in stock_rows(games_id=games_id, items=skus) if skus else ():
        sellable = book.snapshot.sellables.get(stock.item)
        if sellable and stock.id in sellable.stock.get(channel, ()):
            left[stock.item] += stock.free
    return tuple(_card(row, book, channel, language, now, left) for row in shown), count


def _card(
    row: Product,
    book: PriceBook,
    channel: str,
    language: str,
    now: dt.datetime,
    left: dict[str, int],
) -> ProductCard:
    currency = book.snapshot.channels[channel].currency
    variants = []
    for variant in sorted(row.variants.all(), key=lambda v: v.pk):
        sellable = book.snapshot.sellables.get(variant.sku)
        price = sellable.price_at(channel, now) if sellable else None
        if price is not None:
            variants.append(
                VariantCard(
                    sku=variant.sku,
                    words=" ".join(map(str, variant.options.values())),
                    price=price,
                    price_text=text_of(price, currency),
                    left=left[variant.sku],
                )
            )
    skus = {variant.sku for variant in variants}
    drop = next((d for d in book.snapshot.drops.values() if d.sku in skus), None)
    return ProductCard(
        code=row.code,
        title=said(row.titles, language) or row.code,
        text=said(row.texts, language),
        kind=row.kind,
        shape=row.collections[0] if row.collections else "",
        collections=tuple(row.collections),
        variants=tuple(variants),
        drop=drop.code if drop else "",
        drop_starts_at=drop.starts_at if drop else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCard:
    """One line of an order as its buyer sees it; ``may_return``: pieces that may come back."""

    line: int
    title: str
    quantity: int
    unit_price: int
    total_text: str
    may_return: int

    @property
    def choices(self) -> range:
        """Return how many pieces may be chosen."""
        return range(self.may_return + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """An order as its buyer sees it."""

    number: int
    order_state: str
    placed_at: dt.datetime
    expires_at: dt.datetime | None
    currency: str
    total: int
    total_text: str
    tax_text: str
    discount: int
    discount_text: str
    shipping: int
    shipping_text: str
    address: dict[str, str]
    lines: tuple[LineCard, ...]


def order_card(*, games_id: int, number: int) -> OrderCard | None:
    """Return an order, None when there is none."""
    row = Order.objects.filter(games_id=games_id, number=number).first()
    if row is None:
        return None
    lines = list(OrderLine.objects.filter(games_id=games_id, number=number).order_by("line"))
    left = left_to_return(games_id=games_id, number=number, lines=lines)
    return OrderCard(
        number=row.number,
        order_state=row.order_state,
        placed_at=row.placed_at,
        expires_at=row.expires_at,
        currency=row.currency,
        total=row.total,
        total_text=text_of(row.total, row.currency),
        tax_text=text_of(row.tax, row.currency),
        discount=row.discount,
        discount_text=text_of(row.discount, row.currency),
        shipping=row.shipping,
        shipping_text=text_of(row.shipping, row.currency),
        address=row.address,
        lines=tuple(
            LineCard(line=line.line, title=line.title, quantity=line.quantity,
                     unit_price=line.unit_price, may_return=left[line.line],
                     total_text=text_of(line.total, row.currency))
            for line in lines
        ),
    )  # fmt: skip
