"""Catalogues: a table and Saleor's fixtures, all or nothing, and issues that say where."""

import json
import pathlib
from typing import Any

import pytest

from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.feeds.catalogues.parse import parse_catalogue
from sportsbrain.feeds.catalogues.record import import_catalogue
from sportsbrain.ledger.queries import stock_rows
from sportsbrain.shop.models import Product, Variant
from sportsbrain.shop.queries import snapshot_of
from tests.shop.counter import NOW, a_shop

SALEOR = pathlib.Path(__file__).parents[2].parent / "shared/data/shop/saleor/populatedb_data.json"
HEAD = "product,sku,title,title:fr,collections,weight_g,gtin,option:size,price:web,stock:MAIN\n"
GOOD = (
    HEAD + "SCARF,SCARF-R,Scarf,Écharpe,wear;winter,120,6291041500213,,12.50,30\n"
    "SOCKS,SOCKS-S,Socks,,wear,60,,S,7,10\nSOCKS,SOCKS-L,Socks,,wear,60,,L,7.00,0\n"
)


def test_a_table_is_read_with_variants_and_languages() -> None:
    found = parse_catalogue(GOOD.encode())
    assert found.issues == ()
    scarf, socks = found.products
    assert scarf.titles == {"en": "Scarf", "fr": "Écharpe"}
    assert scarf.collections == ("wear", "winter")
    assert [variant.options for variant in socks.variants] == [{"size": "S"}, {"size": "L"}]
    assert parse_catalogue(GOOD.replace(",", "\t").encode("utf-8-sig")).products == found.products


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("SCARF,SCARF-R,,,,,,,1,1", "line 2, title: say what it is called"),
        ("SCARF,a b,Scarf,,,,,,1,1", "line 2, sku 'a b': 1 to 60"),
        ("SCARF,S,Scarf,,,,6291041500214,,1,1", "the last is the check digit"),
        ("SCARF,S,Scarf,,,heavy,,,1,1", "line 2, weight_g 'heavy': a whole number"),
        ("SCARF,S,Scarf,,,,,,1.2.3,1", "line 2, price:web '1.2.3': an amount"),
        ("SCARF,S,Scarf,,,,,,1,-3", "line 2, stock:MAIN '-3': a whole number"),
        ("SCARF,S,Scarf,,,,,,1,1\nOTHER,S,Other,,,,,,1,1", "line 3, sku 'S': is in line 2 too"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(row: str, said: str) -> None:
    found = parse_catalogue((HEAD + row).encode())
    assert any(said in str(issue) for issue in found.issues), found.issues


def test_a_column_that_nobody_knows_is_said() -> None:
    found = parse_catalogue(b"product,sku,colour\nA,B,red\n")
    assert [issue.value for issue in found.issues] == ["title", "colour"]
    assert "no fixtures of Saleor" in str(parse_catalogue(b"[1, 2]").issues[0])


def games_of_a_shop() -> GamesRow:
    a_shop()
    games = get_games(code="SHO30")
    assert games is not None
    return games


def brought(games: GamesRow, tmp_path: pathlib.Path, text: str, **more: Any) -> Any:
    path = tmp_path / "catalogue.csv"
    path.write_text(text)
    usual = {"games": games, "path": path, "is_applied": True, "actor": "test", "now": NOW}
    return import_catalogue(**{**usual, **more})


@pytest.mark.django_db
def test_it_is_kept_whole_or_not_at_all(tmp_path: pathlib.Path) -> None:
    games = games_of_a_shop()
    before = Product.objects.count()
    only = brought(games, tmp_path, GOOD, is_applied=False)
    assert (only.products, only.created, only.articles, only.pieces) == (2, 2, 3, 40)
    assert Product.objects.count() == before
    assert "SCARF-R" not in snapshot_of(games_id=games.id).sellables
    wrong = brought(games, tmp_path, GOOD.replace("price:web", "price:moon"))
    assert "there is no channel moon" in wrong.issues[0]
    assert Product.objects.count() == before
    wrong = brought(games, tmp_path, GOOD + "SHIRT2,SHIRT-M,Shirt,,,,,,1,1\n")
    assert "variant of another product" in wrong.issues[0]
    assert Product.objects.count() == before
    done = brought(games, tmp_path, GOOD)
    assert done.created == 2
    assert Variant.objects.get(sku="SCARF-R").gtin == "06291041500213"
    assert snapshot_of(games_id=games.id).sellables["SCARF-R"].price_at("web", NOW) == 1250
    again = brought(games, tmp_path, GOOD.replace("12.50", "11.00"))
    assert again.created == 0
    assert "known already" in again.notes[0]
    assert [row.on_hand for row in stock_rows(games_id=games.id, items=("SCARF-R",))] == [30]
    assert snapshot_of(games_id=games.id).sellables["SCARF-R"].price_at("web", NOW) == 1100


@pytest.mark.django_db
@pytest.mark.skipif(not SALEOR.is_file(), reason="Saleor's fixtures are not here: not read")
def test_the_fixtures_of_saleor_are_on_the_shelves() -> None:
    games = games_of_a_shop()
    report = import_catalogue(games=games, path=SALEOR, is_applied=True, actor="test", now=NOW)
    assert report.issues == ()
    raw = json.loads(SALEOR.read_text())
    models = [row["model"] for row in raw]
    assert report.products == models.count("product.product") == 32
    assert report.articles == models.count("product.productvariant") == 73
    assert report.pieces == sum(
        row["fields"]["quantity"] for row in raw if row["model"] == "warehouse.stock"
    )
    assert any("17 articles have no number" in note for note in report.notes)
    snapshot = snapshot_of(games_id=games.id)
    assert {row.currency for row in snapshot.channels.values()} == {"EUR", "USD", "PLN"}
    priced = [
        (row["fields"]["price_amount"], row["fields"]["currency"]) for row in raw
        if row["model"] == "product.productvariantchannellisting"
    ]  # fmt: skip
    ours = [
        (amount.amount, snapshot.channels[channel].currency)
        for row in snapshot.sellables.values() for channel, found in row.prices.items()
        for amount in found if channel != "web"
    ]  # fmt: skip
    assert sorted(ours) == sorted((round(float(n) * 100), currency) for n, currency in priced)
