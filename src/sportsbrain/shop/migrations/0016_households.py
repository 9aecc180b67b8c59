"""Drops may limit households: orders say whose they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0015_gifts")]
    operations = [
        migrations.AddField("drop", "household_max", models.IntegerField(default=0)),
        migrations.RunSQL(
            "ALTER TABLE shop_order ADD COLUMN household varchar(64) NOT NULL DEFAULT ''",
            "ALTER TABLE shop_order DROP COLUMN household",
        ),
    ]
