"""Orders and their lines: partitioned by Games, an idempotency key is for one order."""

from django.db import migrations

PARTITIONS = 8


def partitions(table: str) -> str:
    return "".join(
        f"CREATE TABLE {table}_{n} PARTITION OF {table}"
        f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n});"
        for n in range(PARTITIONS)
    )


TABLES = (
    """
    CREATE SEQUENCE shop_order_number START 100001 CACHE 64;
    CREATE TABLE shop_order (
        games_id bigint NOT NULL,
        number bigint NOT NULL DEFAULT nextval('shop_order_number'),
        idem_key varchar(64) NOT NULL,
        body_hash varchar(32) NOT NULL,
        order_state varchar(10) NOT NULL,
        channel varchar(20) NOT NULL,
        drop varchar(20) NOT NULL DEFAULT '',
        person varchar(64) NOT NULL DEFAULT '',
        email varchar(200) NOT NULL DEFAULT '',
        language varchar(8) NOT NULL DEFAULT 'en',
        country char(2) NOT NULL,
        address jsonb NOT NULL DEFAULT '{}',
        currency char(3) NOT NULL,
        is_tax_included boolean NOT NULL,
        subtotal bigint NOT NULL,
        discount bigint NOT NULL,
        shipping bigint NOT NULL,
        tax bigint NOT NULL,
        total bigint NOT NULL,
        promotions jsonb NOT NULL DEFAULT '[]',
        catalogue_version integer NOT NULL,
        placed_at timestamptz NOT NULL,
        expires_at timestamptz,
        PRIMARY KEY (games_id, number),
        CONSTRAINT order_key_once UNIQUE (games_id, idem_key),
        CONSTRAINT order_adds_up CHECK (
            total = subtotal - discount + shipping + CASE WHEN is_tax_included THEN 0 ELSE tax END)
    ) PARTITION BY HASH (games_id);
    CREATE TABLE shop_orderline (
        games_id bigint NOT NULL,
        number bigint NOT NULL,
        line integer NOT NULL,
        sku varchar(60) NOT NULL,
        title varchar(200) NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        unit_price bigint NOT NULL,
        discount bigint NOT NULL,
        tax_rate integer NOT NULL,
        tax bigint NOT NULL,
        total bigint NOT NULL,
        seller varchar(20) NOT NULL DEFAULT '',
        commission bigint NOT NULL DEFAULT 0,
        royalties jsonb NOT NULL DEFAULT '[]',
        pieces jsonb NOT NULL DEFAULT '[]',
        PRIMARY KEY (games_id, number, line),
        CONSTRAINT line_adds_up CHECK (total = unit_price * quantity - discount)
    ) PARTITION BY HASH (games_id);
    """
    + partitions("shop_order")
    + partitions("shop_orderline")
    + "CREATE INDEX shop_order_to_expire ON shop_order (games_id, expires_at)"
    " WHERE order_state = 'placed';"
    " CREATE INDEX shop_orderline_of_sku ON shop_orderline (games_id, sku);"
)
NO_TABLES = "DROP TABLE shop_orderline; DROP TABLE shop_order; DROP SEQUENCE shop_order_number;"


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, NO_TABLES)]
