"""Folios and their lines: append only, a line is taken back once."""

import django.db.models.deletion
from django.db import migrations, models

PARTITIONS = 8
TABLE = (
    """
    CREATE TABLE ledger_folio_line (
        games_id bigint NOT NULL,
        folio_id bigint NOT NULL,
        line integer NOT NULL,
        kind varchar(10) NOT NULL,
        item varchar(60) NOT NULL,
        title varchar(160) NOT NULL,
        slots jsonb NOT NULL DEFAULT '[]',
        quantity integer NOT NULL,
        unit_price bigint NOT NULL,
        net bigint NOT NULL,
        tax bigint NOT NULL,
        total bigint NOT NULL CHECK (total = net + tax),
        shares jsonb NOT NULL DEFAULT '[]',
        costs jsonb NOT NULL DEFAULT '[]',
        reverses integer,
        booked_at timestamptz NOT NULL,
        PRIMARY KEY (games_id, folio_id, line)
    ) PARTITION BY HASH (games_id);
    """
    + "".join(
        f"CREATE TABLE ledger_folio_line_{n} PARTITION OF ledger_folio_line"
        f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n});"
        for n in range(PARTITIONS)
    )
    + "CREATE UNIQUE INDEX folio_line_reversed_once"
    " ON ledger_folio_line (games_id, folio_id, reverses) WHERE reverses IS NOT NULL;"
    "CREATE TRIGGER folio_line_append_only BEFORE UPDATE OR DELETE ON ledger_folio_line"
    " FOR EACH ROW EXECUTE FUNCTION ledger_refuse();"
)


class Migration(migrations.Migration):

    dependencies = [
        ('committee', '0003_portal_role'),
        ('ledger', '0003_leases'),
    ]

    operations = [
        migrations.CreateModel(
            name='FolioLine',
            fields=[
                ('pk', models.CompositePrimaryKey('games_id', 'folio_id', 'line', blank=True, editable=False, primary_key=True, serialize=False)),
                ('games_id', models.BigIntegerField()),
                ('folio_id', models.BigIntegerField()),
                ('line', models.IntegerField()),
                ('kind', models.CharField(choices=[('charge', 'charge'), ('deposit', 'deposit'), ('reversal', 'reversal'), ('payment', 'payment')], max_length=10)),
                ('item', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=160)),
                ('slots', models.JSONField(default=list)),
                ('quantity', models.IntegerField()),
                ('unit_price', models.BigIntegerField()),
                ('net', models.BigIntegerField()),
                ('tax', models.BigIntegerField()),
                ('total', models.BigIntegerField()),
                ('shares', models.JSONField(default=list)),
                ('costs', models.JSONField(default=list)),
                ('reverses', models.IntegerField(null=True)),
                ('booked_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'ledger_folio_line',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Folio',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24)),
                ('title', models.CharField(max_length=120)),
                ('currency', models.CharField(max_length=3)),
                ('last_line', models.IntegerField(default=0)),
                ('invoiced', models.IntegerField(default=0)),
                ('games', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='folios', to='committee.games')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('games', 'code'), name='folio_once')],
            },
        ),
        migrations.RunSQL(TABLE, "DROP TABLE ledger_folio_line"),
    ]
