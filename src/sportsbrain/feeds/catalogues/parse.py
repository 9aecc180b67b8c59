"""Text to catalogues and issues, without a database."""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sportsbrain.feeds.catalogues.messages import (
    COLUMNS,
    NEEDED,
    Catalogue,
    CatalogueChannel,
    CatalogueIssue,
    CatalogueProduct,
    VariantValues,
)
from sportsbrain.vocabulary.labels import is_gtin
from sportsbrain.vocabulary.shop import ProductKind

CODE = re.compile(r"[\w.+-]{1,40}", re.ASCII)
SKU = re.compile(r"[\w.+-]{1,60}", re.ASCII)
AMOUNT = re.compile(r"\d{1,12}([.,]\d{1,4})?", re.ASCII)
WHOLE = re.compile(r"\d{1,8}", re.ASCII)
KINDS = (ProductKind.ARTICLE.value, ProductKind.SERVICE.value, ProductKind.GIFT.value)
LENGTHS = {"seller": 20, "tax_class": 20, "discipline": 3, "delegation": 20, "origin": 2}
HS = re.compile(r"\d{4,12}", re.ASCII)
FAMILIES = ("title", "text", "option", "price", "stock")
GRAMS = {"g": 1.0, "kg": 1000.0, "lb": 453.59237, "oz": 28.349523125, "tonne": 1e6}


def parse_catalogue(content: bytes) -> Catalogue:
    """Return the catalogue of a file: a table (CSV), or the fixtures of Saleor (JSON)."""
    if content.lstrip()[:1] == b"[":
        return parse_saleor(content)
    return parse_table(content)


def parse_table(content: bytes) -> Catalogue:
    """Return the catalogue of a table with a row for each article."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    names = [name for name in reader.fieldnames or () if name]
    strange = [
        name for name in names
        if name not in COLUMNS and not (":" in name and name.split(":", 1)[0] in FAMILIES)
    ]  # fmt: skip
    missing = [name for name in NEEDED if name not in names]
    if missing or strange:
        advice = f"columns are {', '.join(COLUMNS)}"
        return Catalogue(issues=tuple(
            [CatalogueIssue(where="line 1", value=name, advice=f"is missing; {advice}")
             for name in missing]
            + [CatalogueIssue(where="line 1", value=name, advice=f"is not known; {advice}")
               for name in strange]
        ))  # fmt: skip
    issues: list[CatalogueIssue] = []
    products: dict[str, list[tuple[dict[str, str], VariantValues]]] = defaultdict(list)
    seen: dict[str, int] = {}
    for row in _rows(reader, issues):
        cells = {name: (row.get(name) or "").strip() for name in names}
        if not any(cells.values()):
            continue
        cells["hs_code"] = cells.get("hs_code", "").replace(".", "").replace(" ", "")
        wrong = _wrong(cells, seen, reader.line_num)
        if wrong:
            issues += wrong
            continue
        seen[cells["sku"]] = reader.line_num
        if cells.get("gtin"):
            seen[cells["gtin"].zfill(14)] = reader.line_num
        products[cells["product"]].append((cells, _variant(cells)))
    return Catalogue(
        products=tuple(_product(code, names, rows) for code, rows in products.items()),
        locations=tuple(sorted({n.split(":", 1)[1] for n in names if n.startswith("stock:")})),
        issues=tuple(issues),
    )


def _rows(reader: "csv.DictReader[str]", issues: list[CatalogueIssue]) -> Iterator[dict[str, str]]:
    """Yield rows that have a cell for each column, no more and no fewer."""
    try:
        for row in reader:
            if None in row or None in row.values():
                advice = "has another number of cells than the first line: quote cells with commas"
                where = f"line {reader.line_num}"
                issues.append(CatalogueIssue(where=where, value="", advice=advice))
            else:
                yield row
    except csv.Error as error:
        where = f"line {reader.line_num}"
        issues.append(CatalogueIssue(where=where, value="", advice=f"is no table: {error}"))


def _wrong(cells: dict[str, str], seen: dict[str, int], line: int) -> list[CatalogueIssue]:
    """Return what is wrong with a row, each with the column and what to do."""
    found = []

    def say(column: str, advice: str) -> None:
        where = f"line {line}, {column}"
        found.append(CatalogueIssue(where=where, value=cells.get(column, ""), advice=advice))

    code, sku, gtin = cells["product"], cells["sku"], cells.get("gtin", "")
    kind, hs = cells.get("kind", ""), cells.get("hs_code", "")
    rules = (
        ("product", not CODE.fullmatch(code), "1 to 40 letters, digits and . + - _"),
        ("sku", not SKU.fullmatch(sku), "1 to 60 letters, digits and . + - _"),
        ("sku", sku in seen, f"is in line {seen.get(sku)} too: an article stands once"),
        ("title", not cells["title"], "say what it is called"),
        (
            "kind",
            kind not in {"", *ProductKind},
            f"one of {', '.join(ProductKind)}",
        ),
        ("gtin", bool(gtin) and not is_gtin(gtin), "8 to 14 digits, the last is the check digit"),
        ("gtin", bool(gtin) and gtin.zfill(14) in seen, "is the number of another article too"),
        ("hs_code", bool(hs) and not HS.fullmatch(hs), "4 to 12 digits"),
    )
    for column, is_wrong, advice in rules:
        if is_wrong:
            say(column, advice)
    for column, value in cells.items():
        family = column.split(":", 1)[0]
        if not value.isprintable():
            say(column, "letters only")
        elif len(value) > LENGTHS.get(column, 5_000 if family == "text" else 200):
            say(column, "too long")
        elif value and family == "price" and not AMOUNT.fullmatch(value):
            say(column, "an amount such as 12.50")
        elif value and (family == "stock" or column == "weight_g") and not WHOLE.fullmatch(value):
            say(column, "a whole number")
    return found


def _variant(cells: dict[str, str]) -> VariantValues:
    family: dict[str, dict[str, str]] = {name: {} for name in FAMILIES}
    for column, value in cells.items():
        kind, colon, name = column.partition(":")
        if colon and value:
            family[kind][name] = value
    return VariantValues(
        sku=cells["sku"], options=family["option"], gtin=cells.get("gtin", ""),
        prices=family["price"], pieces={place: int(n) for place, n in family["stock"].items()},
    )  # fmt: skip


def _product(
    code: str, given: list[str], rows: list[tuple[dict[str, str], VariantValues]]
) -> CatalogueProduct:
    cells = rows[0][0]

    def words(family: str) -> dict[str, str]:
        found = {"en": cells.get(family, "")}
        found |= {
            name.split(":", 1)[1]: value
            for name, value in cells.items() if name.startswith(f"{family}:")
        }  # fmt: skip
        return {language: word for language, word in found.items() if word}

    def many(name: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in cells.get(name, "").split(";") if word.strip())

    return CatalogueProduct(
        code=code, titles=words("title"), texts=words("text"),
        variants=tuple(variant for _, variant in rows), kind=cells.get("kind") or "article",
        collections=many("collections"), discipline=cells.get("discipline", ""),
        delegation=cells.get("delegation", ""), seller=cells.get("seller", ""),
        tax_class=cells.get("tax_class") or "standard", weight_g=int(cells.get("weight_g") or 0),
        origin=cells.get("origin", "").upper(), hs_code=cells.get("hs_code", ""),
        banned=tuple(country.upper() for country in many("banned")),
        given=frozenset(name.split(":", 1)[0] for name in given),
    )  # fmt: skip


def parse_saleor(content: bytes) -> Catalogue:
    """Return the catalogue in the fixtures of Saleor (``dumpdata``); what we don't keep is said."""
    try:
        rows: dict[str, dict[Any, dict[str, Any]]] = defaultdict(dict)
        for row in json.loads(content):
            rows[str(row["model"])][row.get("pk", len(rows[row["model"]]))] = row["fields"]
        return _saleor(rows)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        advice = f"these are no fixtures of Saleor: {type(error).__name__} {error}"
        return Catalogue(issues=(CatalogueIssue(where="file", value="", advice=advice),))


def _saleor(rows: dict[str, dict[Any, dict[str, Any]]]) -> Catalogue:
    channels = {
        key: CatalogueChannel(code=row["slug"][:20], name=row["name"],
                              currency=row["currency_code"], country=row["default_country"])
        for key, row in rows["channel.channel"].items()
    }  # fmt: skip
    places = {key: row["slug"][:20] for key, row in rows["warehouse.warehouse"].items()}
    prices: dict[Any, dict[str, str]] = defaultdict(dict)
    for row in rows["product.productvariantchannellisting"].values():
        if row["price_amount"] is not None:
            prices[row["variant"]][channels[row["channel"]].code] = row["price_amount"]
    pieces: dict[Any, dict[str, int]] = defaultdict(dict)
    for row in rows["warehouse.stock"].values():
        pieces[row["product_variant"]][places[row["warehouse"]]] = int(row["quantity"])
    collections: dict[Any, list[str]] = defaultdict(list)
    for row in rows["product.collectionproduct"].values():
        collections[row["product"]].append(rows["product.collection"][row["collection"]]["slug"])
    variants: dict[Any, list[VariantValues]] = defaultdict(list)
    nameless = 0
    for key, row in rows["product.productvariant"].items():
        product = rows["product.product"][row["product"]]
        nameless += not row["sku"]
        name = row["name"] if row["name"] and row["name"] != row["sku"] else ""
        variants[row["product"]].append(
            VariantValues(sku=row["sku"] or f"{product['slug'][:48]}-{key}",
                          options={"option": name} if name else {},
                          prices=prices[key], pieces=pieces[key])
        )  # fmt: skip
    products = []
    for key, row in rows["product.product"].items():
        kind = rows["product.producttype"][row["product_type"]]
        category = rows["product.category"].get(row["category"])
        found = [*collections[key], *([category["slug"]] if category else [])]
        products.append(
            CatalogueProduct(
                code=row["slug"][:40], titles={"en": row["name"]},
                texts={"en": row["description_plaintext"]} if row["description_plaintext"] else {},
                variants=tuple(variants[key]), collections=tuple(found),
                weight_g=_grams(row.get("weight") or kind["weight"]),
                given=frozenset({"title", "text", "collections", "weight_g", "option"}),
            )
        )  # fmt: skip
    kept = ("channel.", "product.product", "product.category", "product.collection", "warehouse.")
    left = sorted(model for model in rows if rows[model] and not model.startswith(kept))
    notes = [f"{nameless} articles have no number: they are named by their product"] * bool(
        nameless
    )
    if left:
        notes.append(f"not kept: {', '.join(left)}")
    return Catalogue(products=tuple(products), channels=tuple(channels.values()),
                     locations=tuple(places.values()), notes=tuple(notes))  # fmt: skip


def _grams(text: str) -> int:
    """Return the grams in a measure such as ``1.5:kg``."""
    number, _colon, unit = (text or "0:g").partition(":")
    return round(float(number) * GRAMS.get(unit or "g", 1.0))
