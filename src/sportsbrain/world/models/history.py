"""The history of facts."""

from django.db import models

from sportsbrain.committee.models import Games


class FactChange(models.Model):
    """One fact before and after a change, with its source. Append only."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="+")
    table = models.CharField(max_length=40)
    code = models.CharField(max_length=80)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    fact_source = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["games", "table", "code"])]

    def __str__(self) -> str:
        return f"{self.table} {self.code}"
