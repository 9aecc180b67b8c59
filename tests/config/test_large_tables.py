"""Tables that grow can be spread over servers: every key has the column that they are spread by."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
# What grows with a Games, and by what it would be spread; see docs/cloud.md.
SPREAD_BY = {
    "shop_order": "games_id", "shop_orderline": "games_id", "ledger_move": "games_id",
    "ledger_entry": "games_id", "ledger_folio_line": "games_id", "live_update": "games_id",
    "village_history": "point_id", "village_event": "point_id", "village_newest": "point_id",
    "village_rollup": "point_id",
}  # fmt: skip
KEYS = """
SELECT i.indexrelid::regclass::text, array_agg(a.attname::text)
FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indrelid = %s::regclass AND i.indisunique GROUP BY 1
"""


@pytest.mark.parametrize("table", sorted(SPREAD_BY))
def test_every_key_of_a_large_table_has_its_column(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [table])
        keys = cursor.fetchall()
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"
            " AND (conrelid = %s::regclass OR confrelid = %s::regclass)",
            [table, table],
        )
        (foreign,) = cursor.fetchone()
    assert [name for name, columns in keys if SPREAD_BY[table] not in columns] == []
    assert foreign == 0, "rows of other tables are named by value"
