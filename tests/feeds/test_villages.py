"""Lists of the village: what can't be read is said with its line; all or nothing is kept."""

import pathlib

import pytest
from typer.testing import CliRunner

from sportsbrain.feeds.villages.cli import app
from sportsbrain.feeds.villages.messages import COLUMNS
from sportsbrain.feeds.villages.parse import parse_list
from sportsbrain.village.queries import asset_rows, rate_rows
from sportsbrain.vocabulary.services import HallKind
from tests.village.houses import day, houses

HEAD = "code,title,period,currency,price,tax,cost_party,shares,pieces,first,last,windows,rule"
DESK = "DESK,Desk,once,EUR,90.00,23,RENT,RENT 80 ORG 20,5,2030-07-17,2030-08-05,2030-07-01 99.50,"


def rates(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


def test_a_rate_card_is_read_as_people_write_it() -> None:
    (row,), issues = parse_list("rates", rates(DESK))
    assert issues == ()
    assert (row.price, row.tax_rate, row.shares) == (
        9_000, 230_000, (("RENT", 800_000), ("ORG", 200_000))
    )  # fmt: skip
    assert row.windows == (("2030-07-01", 9_950),)


@pytest.mark.parametrize(("old", "new", "words"), [
    ("90.00", "cheap", "line 2, price 'cheap'"), ("RENT 80 ORG 20", "RENT 80", "100 together"),
    ("once", "weekly", "once, day, hour"), (",5,", ",0,", "whole number from 1"),
    ("2030-08-05", "5.8.", "is a day such as"), ("Desk", "", "line 2, title"),
    ("2030-07-01 99.50", "soon 99.50", "line 2, windows"), ("99.50,", "99.50,whim", "first, quota"),
])  # fmt: skip
def test_a_row_that_cant_be_read_says_where_and_what_to_do(old: str, new: str, words: str) -> None:
    rows, issues = parse_list("rates", rates(DESK.replace(old, new, 1)))
    assert rows == ()
    assert words in str(issues[0])


def test_halls_and_things_are_read_and_a_code_stands_once() -> None:
    halls, _none = parse_list("halls", b"code,title,kind,places\nD1,Main hall,dining,400\n")
    assert halls == (("D1", "Main hall", HallKind.DINING, 400),)
    rows, issues = parse_list("assets", b"code;title\nL1;Lift\nL1;Lift again\n")
    assert len(rows) == 1
    assert "is in line 2 too" in str(issues[0])
    assert "columns are code" in str(parse_list("assets", b"name\nx\n")[1][0])


@pytest.mark.django_db
def test_a_list_is_kept_whole_or_not_at_all(tmp_path: pathlib.Path) -> None:
    games = houses()
    path = tmp_path / "card.csv"
    path.write_bytes(rates(DESK, DESK.replace("DESK", "SHELF").replace("90.00", "x")))
    own = ["--games", "VIL30"]
    run = CliRunner().invoke(app, ["rates", str(path), *own, "--apply"])
    assert run.exit_code == 3
    assert rate_rows(games_id=games, on=day(1)) == ()
    path.write_bytes(rates(DESK))
    run = CliRunner().invoke(app, ["rates", str(path), *own])
    assert "nothing was changed; add --apply" in run.output
    assert rate_rows(games_id=games, on=day(1)) == ()
    run = CliRunner().invoke(app, ["rates", str(path), *own, "--apply"])
    assert run.exit_code == 0
    assert [row.price_text for row in rate_rows(games_id=games, on=day(2))] == ["99.50 EUR"]
    assert asset_rows(games_id=games) == ()


@pytest.mark.django_db
def test_a_name_that_is_no_file_shows_the_columns() -> None:
    houses()
    run = CliRunner().invoke(app, ["halls", "none.csv", "--games", "VIL30"])
    assert run.exit_code == 2
    assert all(name in run.output for name in COLUMNS["halls"])
