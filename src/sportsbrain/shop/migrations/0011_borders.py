"""Orders say whether they are sent, by whom, and what duty they pay."""

from django.db import migrations

COLUMNS = """
ALTER TABLE shop_order ADD COLUMN duty bigint NOT NULL DEFAULT 0,
    ADD COLUMN duty_due bigint NOT NULL DEFAULT 0,
    ADD COLUMN is_shipped boolean NOT NULL DEFAULT false,
    ADD COLUMN carrier varchar(40) NOT NULL DEFAULT '';
UPDATE shop_order SET is_shipped = true WHERE shipping > 0 OR coalesce(address->>'street', '') <> '';
ALTER TABLE shop_order DROP CONSTRAINT order_adds_up;
ALTER TABLE shop_order ADD CONSTRAINT order_adds_up CHECK (
    total = subtotal - discount + shipping + duty + CASE WHEN is_tax_included THEN 0 ELSE tax END);
"""
NO_COLUMNS = """
ALTER TABLE shop_order DROP CONSTRAINT order_adds_up;
ALTER TABLE shop_order DROP COLUMN duty, DROP COLUMN duty_due, DROP COLUMN is_shipped,
    DROP COLUMN carrier;
ALTER TABLE shop_order ADD CONSTRAINT order_adds_up CHECK (
    total = subtotal - discount + shipping + CASE WHEN is_tax_included THEN 0 ELSE tax END);
"""


class Migration(migrations.Migration):
    dependencies = [("shop", "0010_tills")]
    operations = [migrations.RunSQL(COLUMNS, NO_COLUMNS)]
