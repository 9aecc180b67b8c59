"""The append-only log. It refers to everything by value: no foreign keys."""

from typing import ClassVar

from django.db import models


class Update(models.Model):
    """
    One thing that just happened.

    The table is partitioned by ``games_id``; the order that readers follow is
    (``transaction_id``, ``sequence``), see `live.queries`.
    """

    pk = models.CompositePrimaryKey("games_id", "transaction_id", "sequence")
    games_id = models.BigIntegerField()
    transaction_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=80, blank=True)
    body = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "live_update"
        ordering: ClassVar[list[str]] = ["transaction_id", "sequence"]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
