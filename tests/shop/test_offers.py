"""What is sold, for others: Merchant feed, JSON-LD, and a table that comes in as it went out."""

import csv
import json
import pathlib
import re

import pytest
from django.test import Client

from sportsbrain.committee.queries import get_games
from sportsbrain.feeds.catalogues.record import import_catalogue
from sportsbrain.shop.actions import ProductValues, save_products
from sportsbrain.shop.exports import catalogue_table
from sportsbrain.shop.models import Product
from sportsbrain.shop.queries import catalogue_lines, snapshot_of
from sportsbrain.vocabulary.statuses import Role
from tests.shop.counter import NOW, a_shop
from tests.shop.test_office import client_of

pytestmark = pytest.mark.django_db


def test_the_merchant_feed_says_price_and_stock_of_every_variant() -> None:
    a_shop(shirts=3, mascots=0)
    text = Client().get("/shop/SHO30/feed.tsv").content.decode()
    rows = {row["id"]: row for row in csv.DictReader(text.splitlines(), delimiter="\t")}
    assert set(rows) == {"SHIRT-L", "SHIRT-M", "MASCOT"}
    assert rows["SHIRT-M"]["price"] == "25.00 EUR"
    assert rows["SHIRT-M"]["availability"] == "in_stock"
    assert rows["SHIRT-M"]["item_group_id"] == "SHIRT"
    assert rows["MASCOT"]["availability"] == "out_of_stock"
    assert rows["MASCOT"]["identifier_exists"] == "no"
    link = rows["MASCOT"]["link"].removeprefix("http://testserver")
    assert Client().get(link).status_code == 200


def test_a_page_says_what_it_sells_to_machines_and_nothing_escapes() -> None:
    games = a_shop().snapshot.games_id
    sharp = "Pin </script><script>alert(1)</script> & co"
    save_products(games_id=games, products=[
        ProductValues(code="PIN", titles={"en": sharp}, variants={"PIN": {}},
                      prices={("PIN", "web"): 700}, gtins={"PIN": "6291041500213"})
    ])  # fmt: skip
    page = Client().get("/shop/SHO30/product/PIN/").content.decode()
    assert "<script>alert" not in page
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    found = json.loads(block)
    assert found["@type"] == "Product"
    assert found["name"] == sharp
    assert found["gtin"] == "6291041500213"
    assert found["offers"]["price"] == "7.00"
    assert found["offers"]["availability"].endswith("SoldOut")
    shirt = Client().get("/shop/SHO30/product/SHIRT/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shirt)
    group = json.loads(block)
    assert group["@type"] == "ProductGroup"
    assert group["name"] == "Shirt"
    assert group["variesBy"] == ["size"]
    assert [one["sku"] for one in group["hasVariant"]] == ["SHIRT-L", "SHIRT-M"]


def test_the_table_comes_in_as_it_went_out(tmp_path: pathlib.Path) -> None:
    a_shop()
    games = get_games(code="SHO30")
    assert games is not None
    before = catalogue_lines(games_id=games.id, now=NOW)
    response = client_of(Role.VIEWER).get("/games/SHO30/shop/catalogue.csv")
    path = tmp_path / "catalogue.csv"
    path.write_bytes(response.content)
    assert response.content.decode() == catalogue_table(before)
    prices = {sku: row.prices for sku, row in snapshot_of(games_id=games.id).sellables.items()}
    Product.objects.update(titles={}, weight_g=1)
    report = import_catalogue(games=games, path=path, is_applied=True, actor="test", now=NOW)
    assert report.issues == ()
    assert catalogue_lines(games_id=games.id, now=NOW) == before
    after = {sku: row.prices for sku, row in snapshot_of(games_id=games.id).sellables.items()}
    assert after == prices


def test_a_part_of_a_table_changes_only_what_it_says(tmp_path: pathlib.Path) -> None:
    games_id = a_shop().snapshot.games_id
    games = get_games(code="SHO30")
    assert games is not None
    (before,) = [row for row in catalogue_lines(games_id=games_id, now=NOW) if row.sku == "MASCOT"]
    path = tmp_path / "part.csv"
    path.write_text("product,sku,title,price:web\nMASCOT,MASCOT,The mascot,21.00\n")
    assert (
        import_catalogue(games=games, path=path, is_applied=True, actor="t", now=NOW).issues == ()
    )
    (after,) = [row for row in catalogue_lines(games_id=games_id, now=NOW) if row.sku == "MASCOT"]
    assert after.prices == {"web": (2_100, "EUR")}
    assert after.titles["en"] == "The mascot"
    for name in ("collections", "weight_g", "seller", "banned", "kind", "pieces", "options"):
        assert getattr(after, name) == getattr(before, name), name
    assert Product.objects.get(code="MASCOT").channels == ["web"]


def test_a_row_with_more_cells_than_columns_is_an_issue(tmp_path: pathlib.Path) -> None:
    a_shop()
    games = get_games(code="SHO30")
    assert games is not None
    path = tmp_path / "part.csv"
    path.write_text("product,sku,title,price:web\nCAP,CAP,Cap,12,50\n")
    report = import_catalogue(games=games, path=path, is_applied=True, actor="t", now=NOW)
    assert "another number of cells" in report.issues[0]
