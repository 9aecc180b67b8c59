"""What happened of one topic in a period is read at once."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("live", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX live_update_topic ON live_update (games_id, topic, recorded_at);"
            "CREATE INDEX live_update_key ON live_update (games_id, topic, key, sequence)",
            "DROP INDEX live_update_topic; DROP INDEX live_update_key",
        )
    ]
