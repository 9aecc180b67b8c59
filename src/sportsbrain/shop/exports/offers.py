"""
What is sold, for others: the product data of Google Merchant, schema.org, and our own table.

References
----------
Google Merchant Center product data (tab separated); schema.org Product, ProductGroup and Offer.

"""

import csv
import io
from typing import Any

from sportsbrain.shop.queries import CatalogueLine, OfferRow
from sportsbrain.vocabulary.labels import IN_HOUSE
from sportsbrain.vocabulary.money import text_of

MERCHANT = (
    "id", "title", "description", "link", "image_link", "availability", "price", "condition",
    "gtin", "mpn", "identifier_exists", "item_group_id", "product_type", "shipping_weight",
)  # fmt: skip


def merchant_feed(rows: tuple[OfferRow, ...], *, home: str) -> str:
    """Return offers as Google Merchant reads them; ``home`` is the shop's address."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
    writer.writerow(MERCHANT)
    for row in rows:
        gtin = _gtin(row)
        writer.writerow(
            (
                row.sku, row.title[:150], (row.text or row.title)[:5000],
                f"{home}/product/{row.product}/", f"{home}/picture/{_shape(row)}/{row.product}.svg",
                "in_stock" if row.left > 0 else "out_of_stock", text_of(row.price, row.currency),
                "new", gtin, row.sku, "yes" if gtin else "no", row.product,
                " > ".join(row.collections), f"{row.weight_g} g" if row.weight_g else "",
            )
        )  # fmt: skip
    return stream.getvalue()


def _gtin(row: OfferRow) -> str:
    digits = row.gtin.lstrip("0")
    if not digits or row.gtin.startswith(IN_HOUSE):
        return ""
    return digits.zfill(next(n for n in (8, 12, 13, 14) if len(digits) <= n))


def _shape(row: OfferRow) -> str:
    return row.collections[0] if row.collections else "pin"


def linked_data(rows: tuple[OfferRow, ...], *, home: str, games: str) -> dict[str, Any]:
    """Return a product with its variants as schema.org says it (JSON-LD)."""
    products = [_product(row, home, games) for row in rows]
    if len(products) == 1:
        return {"@context": "https://schema.org", **products[0]}
    first = rows[0]
    return {
        "@context": "https://schema.org",
        "@type": "ProductGroup",
        "productGroupID": first.product,
        "name": first.title.removesuffix(" ".join(map(str, first.options.values()))).strip(),
        "url": f"{home}/product/{first.product}/",
        "variesBy": sorted({name for row in rows for name in row.options}),
        "hasVariant": products,
    }


def _product(row: OfferRow, home: str, games: str) -> dict[str, Any]:
    digits = text_of(row.price, row.currency).partition(" ")[0]
    found: dict[str, Any] = {
        "@type": "Product",
        "sku": row.sku,
        "name": row.title,
        "description": row.text or row.title,
        "image": f"{home}/picture/{_shape(row)}/{row.product}.svg",
        "brand": {"@type": "Brand", "name": games},
        "offers": {
            "@type": "Offer",
            "url": f"{home}/product/{row.product}/",
            "price": digits,
            "priceCurrency": row.currency,
            "availability": "https://schema.org/" + ("InStock" if row.left > 0 else "SoldOut"),
            "itemCondition": "https://schema.org/NewCondition",
        },
    }
    gtin = _gtin(row)
    if gtin:
        found["gtin"] = gtin
    return found


def catalogue_table(lines: tuple[CatalogueLine, ...]) -> str:
    """Return the catalogue as the table that `import-catalogue` takes."""
    languages = sorted({code for line in lines for code in (*line.titles, *line.texts)} - {"en"})
    options = sorted({name for line in lines for name in line.options})
    channels = sorted({code for line in lines for code in line.prices})
    places = sorted({code for line in lines for code in line.pieces})
    head = ["product", "sku", "title", *(f"title:{code}" for code in languages), "text",
            *(f"text:{code}" for code in languages), "kind", "collections", "discipline",
            "delegation", "seller", "tax_class", "weight_g", "origin", "hs_code", "banned", "gtin",
            *(f"option:{name}" for name in options), *(f"price:{code}" for code in channels),
            *(f"stock:{code}" for code in places)]  # fmt: skip
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    for line in lines:
        prices = {
            code: text_of(amount, currency).partition(" ")[0]
            for code, (amount, currency) in line.prices.items()
        }
        writer.writerow(
            (
                line.product, line.sku, line.titles.get("en", ""),
                *(line.titles.get(code, "") for code in languages), line.texts.get("en", ""),
                *(line.texts.get(code, "") for code in languages), line.kind,
                ";".join(line.collections), line.discipline, line.delegation, line.seller,
                line.tax_class, line.weight_g or "", line.origin, line.hs_code,
                ";".join(line.banned), line.gtin, *(line.options.get(name, "") for name in options),
                *(prices.get(code, "") for code in channels),
                *(line.pieces.get(code, "") for code in places),
            )
        )  # fmt: skip
    return stream.getvalue()
