"""What devices said can be spread over servers; what an order touches never is."""

import pytest
from django.db import connection

from sportsbrain.config.spreading import SPREAD, SpreadError, obstacles, spread_tables, statements
from sportsbrain.shop.actions import place_orders
from tests.shop.counter import NOW, a_shop, a_wish, with_drop

pytestmark = pytest.mark.django_db
# What grows with a Games and stays with its orders: ready to be moved by Games, see docs/cloud.md.
BY_GAMES = ("shop_order", "shop_orderline", "ledger_move", "ledger_entry", "ledger_folio_line",
            "live_update")  # fmt: skip
WRITTEN = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"


@pytest.mark.parametrize("table", SPREAD)
def test_a_table_of_devices_can_be_spread_by_its_point(table: str) -> None:
    assert obstacles(table) == []


@pytest.mark.parametrize("table", BY_GAMES)
def test_every_key_of_a_table_of_orders_has_its_games_and_no_other_table_is_needed(
    table: str,
) -> None:
    found = obstacles(table, "games_id")
    assert [words for words in found if words.startswith(("a key", "a foreign key"))] == []


def test_what_keeps_a_table_is_said() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bad (point_id bigint, id bigint PRIMARY KEY REFERENCES auth_group);"
            "CREATE TRIGGER stays AFTER INSERT ON bad EXECUTE FUNCTION ledger_refuse()"
        )
    assert {words.partition(":")[0] for words in obstacles("bad")} == {
        "a key without point_id", "a foreign key", "a trigger",
    }  # fmt: skip


def written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return dict(cursor.fetchall())


def test_no_order_touches_a_table_that_is_spread() -> None:
    shop = with_drop(a_shop())
    before = written()
    wishes = [a_wish(lines=(("SHIRT-M", 2),), codes=("FIVE",), is_paid=True),
              a_wish(lines=(("MASCOT", 1),), drop="D1", person="ann")]  # fmt: skip
    assert {answer.outcome.value for answer in place_orders(shop, wishes=wishes, now=NOW)} == {
        "placed"
    }
    touched = {table for table, count in written().items() if count > before.get(table, 0)}
    assert {"shop_order_0", "ledger_stock"} & touched
    assert not [table for table in touched if table.startswith(SPREAD)]


def test_tables_go_together_and_each_once() -> None:
    assert [values[0] for _, values in statements()] == list(SPREAD)
    assert all("colocate_with" in words for words, _ in statements()[1:])
    assert statements(frozenset(SPREAD)) == []


def test_without_citus_it_is_said_what_to_do() -> None:
    with pytest.raises(SpreadError, match="shared_preload_libraries"):
        spread_tables()
