"""
The second wall between Games: row-level security of PostgreSQL (ADR 0037).

Every query of ours says its Games; a query that forgets to must not show those of others. The
role of requests sees rows whose Games is that of the request; rows that belong to such a row are
seen with it. Jobs and the command line are the owner, who sees all.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

from sportsbrain.wall.base import ROLE, SETTING

OPEN = {
    # who signs in, and for which Games: read before one knows it
    "committee_user", "committee_committee", "committee_games", "committee_membership",
    "committee_signinlink", "committee_apitoken", "django_session",
    "account_emailaddress", "account_emailconfirmation", "mfa_authenticator",
    "usersessions_usersession", "socialaccount_socialaccount", "socialaccount_socialtoken",
    "socialaccount_socialapp",
    # rules by their fingerprint: the same for all Games that have them
    "plans_keptrules",
    # what is for sale is for everybody to read; behind the wall lists of 10,000 took twice as long
    "shop_product", "shop_variant", "shop_price",
    # words of Django
    "committee_user_groups", "committee_user_user_permissions", "auth_group_permissions",
    "auth_permission", "auth_group", "django_content_type", "django_admin_log",
}  # fmt: skip
# in a SELECT of its own: asked once a query, not once a row
GAMES = f"games_id = (SELECT nullif(current_setting('{SETTING}', true), '')::bigint)"
POLICY = "of_its_games"


def walled_tables() -> dict[str, str]:
    """
    Return the condition of each table that belongs to Games.

    Raises
    ------
    LookupError
        When a table has neither a Games nor a row that has: say in `OPEN` why that is right.

    """
    found: dict[str, str] = {}
    left = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in OPEN
    }
    while left:
        some = dict(_conditions(left, found))
        if not some:
            message = f"no Games and no row that has one: {', '.join(sorted(left))}"
            raise LookupError(message)
        found |= some
        for table in some:
            del left[table]
    return found


def _conditions(
    left: dict[str, type[models.Model]], found: dict[str, str]
) -> Iterator[tuple[str, str]]:
    for table, model in left.items():
        fields = {field.column: field for field in model._meta.local_fields}
        own = fields.get("games_id")
        if own is not None:
            yield table, f"games_id IS NULL OR {GAMES}" if own.null else GAMES
            continue
        for column, field in fields.items():
            other = field.related_model
            if isinstance(other, type) and other._meta.db_table in found and not field.null:
                key = other._meta.pk.column
                above = other._meta.db_table
                words = f"{above}.{key} = {table}.{column}"
                yield table, f"EXISTS (SELECT 1 FROM {above} WHERE {words})"  # noqa: S608  # our own
                break


def make_role() -> None:
    """Make the role of requests where the server has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
            cursor.execute(f"GRANT {ROLE} TO CURRENT_USER")


def build_wall() -> int:
    """Make the role of requests and what it may see; return how many tables were not yet behind."""
    wanted = walled_tables()
    make_role()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, qual FROM pg_policies WHERE schemaname = current_schema()"
        )
        there = dict(cursor.fetchall())
        fresh = {table: words for table, words in wanted.items() if table not in there}
        for table, words in fresh.items():
            cursor.execute(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
                f"CREATE POLICY {POLICY} ON {table} USING ({words})"
            )
        if fresh or not there:
            cursor.execute(_PARTS)
        cursor.execute(_WITHOUT, [ROLE])
        if cursor.fetchone()[0]:  # also of a version that came with new open ones
            cursor.execute(_GRANTS)
    return len(fresh)


# partitions are seen through their table alone; what Django needs is open
_PARTS = """
DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT i.inhrelid::regclass FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
    LOOP EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part); END LOOP;
END $$;
"""
_WITHOUT = """
SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace
    AND relkind IN ('r', 'p') AND NOT has_table_privilege(%s, oid, 'INSERT'))
"""
_GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE};
"""
