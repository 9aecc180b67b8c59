"""The log of the control room: append only, each entry sealed with the one before."""

from django.db import models


class LogEntry(models.Model):
    """
    Something that was said or done, by whom and where.

    ``hash`` seals the entry with that before it; the database refuses to change or drop entries.
    """

    pk = models.CompositePrimaryKey("games_id", "number")
    games_id = models.BigIntegerField()
    number = models.IntegerField()
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, blank=True)
    body = models.JSONField(default=dict)
    actor = models.CharField(max_length=150)
    on_behalf_of = models.CharField(max_length=150, blank=True)
    station = models.CharField(max_length=80, blank=True)
    is_exercise = models.BooleanField(default=False)
    is_confidential = models.BooleanField(default=False)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["games_id", "kind", "at"]),
            models.Index(fields=["games_id", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.key}"
