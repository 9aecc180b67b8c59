"""Articles with what a planner needs of them."""

from dataclasses import dataclass

from sportsbrain.shop.models import Price, Variant
from sportsbrain.vocabulary.shop import ProductKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A SKU that is a thing: its best price in any channel, its sport, its delegation."""

    sku: str
    price: int
    discipline: str
    delegation: str


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
