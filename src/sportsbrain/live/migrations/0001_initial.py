"""The append-only log: partitioned by games, keyed by games, transaction and sequence."""

from django.db import migrations, models

PARTITIONS = 8

CREATE = (
    """
    CREATE SEQUENCE live_update_sequence;
    CREATE TABLE live_update (
        games_id bigint NOT NULL,
        transaction_id bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
        sequence bigint NOT NULL DEFAULT nextval('live_update_sequence'),
        topic varchar(60) NOT NULL,
        key varchar(80) NOT NULL DEFAULT '',
        body jsonb NOT NULL DEFAULT '{}',
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (games_id, transaction_id, sequence)
    ) PARTITION BY HASH (games_id);
    CREATE TABLE live_horizon (games_id bigint PRIMARY KEY, transaction_id bigint NOT NULL);
    CREATE FUNCTION live_update_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the live log is append only'; END $$;
    CREATE TRIGGER live_update_append_only BEFORE UPDATE ON live_update
        FOR EACH ROW EXECUTE FUNCTION live_update_refuse();
    """
    + "".join(
        f"CREATE TABLE live_update_{n} PARTITION OF live_update"
        f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n});"
        for n in range(PARTITIONS)
    )
)
DROP = "DROP TABLE live_update; DROP TABLE live_horizon; DROP SEQUENCE live_update_sequence; DROP FUNCTION live_update_refuse();"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Update",
            fields=[
                ("pk", models.CompositePrimaryKey("games_id", "transaction_id", "sequence", blank=True, editable=False, primary_key=True, serialize=False)),
                ("games_id", models.BigIntegerField()),
                ("transaction_id", models.BigIntegerField()),
                ("sequence", models.BigIntegerField()),
                ("topic", models.CharField(max_length=60)),
                ("key", models.CharField(blank=True, max_length=80)),
                ("body", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={"db_table": "live_update", "ordering": ["transaction_id", "sequence"], "managed": False},
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
