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


class Hook(models.Model):
    """
    An address outside that is told what happens, in order, at least once.

    ``topics`` are beginnings of topics; ``cursor`` is how far it was told. After failures it waits
    until ``next_at``; after three days of them it is off.
    """

    games_id = models.BigIntegerField()
    url = models.CharField(max_length=500)
    topics = models.JSONField(default=list)
    secret = models.CharField(max_length=80)
    cursor = models.CharField(max_length=60)
    is_on = models.BooleanField(default=True)
    failures = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], condition=models.Q(is_on=True), name="hooks_to_tell")
        ]

    def __str__(self) -> str:
        return self.url
