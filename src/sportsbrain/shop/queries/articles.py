"""Articles with what a planner needs of them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sportsbrain.shop.models import Drop, Price, Variant
from sportsbrain.vocabulary.shop import ProductKind

LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A SKU that is a thing: its best price in any channel, its sport, its delegation."""

    sku: str
    price: int
    discipline: str
    delegation: str


def shares_of_price(*, games_id: int) -> dict[str, float]:
    """
    Return what articles cost now, of the highest price they had: the least of all channels.

    What has a sale of its own is left out: its price is part of that.
    """
    now = dt.datetime.now(dt.UTC)
    prices: dict[tuple[str, int], list[tuple[dt.datetime, int, bool]]] = defaultdict(list)
    rows = Price.objects.filter(
        variant__games_id=games_id, variant__product__kind=ProductKind.ARTICLE.value
    ).exclude(variant__sku__in=Drop.objects.filter(games_id=games_id).values("sku"))
    for sku, channel, amount, starts, ends in rows.values_list(
        "variant__sku", "channel_id", "amount", "starts_at", "ends_before"
    ):
        holds = (starts is None or starts <= now) and (ends is None or now < ends)
        prices[sku, channel].append((starts or LONG_AGO, amount, holds))
    found: dict[str, float] = {}
    for (sku, _channel), some in prices.items():
        today = max((row for row in some if row[2]), default=None)
        full = max(amount for _, amount, _ in some)
        if today and 0 < today[1] <= full:
            found[sku] = min(found.get(sku, 1.0), today[1] / full)
    return found


def articles(*, games_id: int) -> tuple[Article, ...]:
    """Return articles by SKU; prices are minor units of whatever currency they are in."""
    prices: dict[int, int] = {}
    for variant, amount in Price.objects.filter(variant__games_id=games_id).values_list(
        "variant_id", "amount"
    ):
        prices[variant] = max(amount, prices.get(variant, 0))
    rows = Variant.objects.filter(
        games_id=games_id, product__kind=ProductKind.ARTICLE.value
    ).select_related("product")
    return tuple(
        Article(
            sku=row.sku, price=prices.get(row.pk, 0),
            discipline=row.product.discipline, delegation=row.product.delegation,
        )
        for row in rows.order_by("sku")
    )  # fmt: skip
