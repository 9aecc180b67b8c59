"""Sums of five minutes that have to be made again: something came late into them."""

from django.db import migrations

LATE = """
CREATE TABLE village_late (
  point_id bigint NOT NULL, bucket timestamptz NOT NULL, PRIMARY KEY (point_id, bucket)
)
"""


class Migration(migrations.Migration):
    dependencies = [("village", "0006_halls")]
    operations = [migrations.RunSQL(LATE, "DROP TABLE village_late")]
