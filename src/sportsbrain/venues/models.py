"""Drawings of venues. Queues and lanes are plans, counts are updates: neither is a row here."""

from django.db import models

from sportsbrain.committee.models import Games


class VenueMap(models.Model):
    """A venue as somebody drew it; a change is a new number, the newest holds."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="venue_maps")
    venue = models.CharField(max_length=80)
    number = models.IntegerField()
    drawing = models.JSONField()
    source = models.CharField(max_length=80)
    drawn_by = models.CharField(max_length=150)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "venue", "number"], name="venue_map_once")
        ]

    def __str__(self) -> str:
        return f"{self.venue} drawing {self.number}"
