"""
Spread what devices said over the servers of a Citus cluster: ``SPORTSBRAIN_SPREAD=citus``.

Those tables grow by the million a day and are asked point by point. All that an order touches stays
on the coordinator, where triggers keep stock and postings right: no order crosses servers
(ADR 0041).
"""

from django.db import connection

SPREAD = ("village_history", "village_event", "village_newest", "village_rollup", "village_late")
COLUMN = "point_id"

_THERE = "SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'"
_SPREAD_ALREADY = "SELECT logicalrelid::regclass::text FROM pg_dist_partition"
_OBSTACLES = """
SELECT 'a key without %(column)s: ' || i.indexrelid::regclass FROM pg_index i
    WHERE i.indrelid = %(table)s::regclass AND i.indisunique AND NOT EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        AND a.attname = %(name)s)
UNION ALL SELECT 'a foreign key: ' || conname FROM pg_constraint
    WHERE contype = 'f' AND %(table)s::regclass IN (conrelid, confrelid)
UNION ALL SELECT 'a trigger: ' || tgname FROM pg_trigger
    WHERE tgrelid = %(table)s::regclass AND NOT tgisinternal
UNION ALL SELECT 'a policy: ' || polname FROM pg_policy WHERE polrelid = %(table)s::regclass
UNION ALL SELECT 'it is a partition' FROM pg_class
    WHERE oid = %(table)s::regclass AND relispartition
"""


class SpreadError(RuntimeError):
    """Tables can not be spread here; the message says why and what to do."""


def obstacles(table: str, column: str = COLUMN) -> list[str]:
    """Return what keeps a table from being spread by a column: nothing of it may cross servers."""
    with connection.cursor() as cursor:
        cursor.execute(_OBSTACLES.replace("%(column)s", column), {"table": table, "name": column})
        return [words for (words,) in cursor.fetchall()]


def statements(spread_already: frozenset[str] = frozenset()) -> list[tuple[str, list[str]]]:
    """Return what hands tables to Citus, each with its values: together by point, on one server."""
    first, *others = SPREAD
    found = [(first, "SELECT create_distributed_table(%s, %s)", [first, COLUMN])]
    found += [
        (table, "SELECT create_distributed_table(%s, %s, colocate_with => %s)",
         [table, COLUMN, first])
        for table in others
    ]  # fmt: skip
    return [(words, values) for table, words, values in found if table not in spread_already]


def spread_tables() -> int:
    """
    Hand the tables over that are not yet; their rows move. Return how many that were.

    Raises
    ------
    SpreadError
        When the server has no Citus, or a table can not be spread.

    """
    with connection.cursor() as cursor:
        cursor.execute(_THERE)
        if not cursor.fetchone()[0]:
            message = (
                "SPORTSBRAIN_SPREAD=citus, and this PostgreSQL has no Citus: install it on every"
                " server, name it in shared_preload_libraries, or unset the variable"
            )
            raise SpreadError(message)
        cursor.execute("CREATE EXTENSION IF NOT EXISTS citus")
        cursor.execute(_SPREAD_ALREADY)
        wanted = statements(frozenset(name for (name,) in cursor.fetchall()))
        for _words, (table, *_) in wanted:
            if found := obstacles(table):
                message = f"{table} can not be spread: {'; '.join(found)}"
                raise SpreadError(message)
        for words, values in wanted:
            cursor.execute(words, values)
    return len(wanted)
