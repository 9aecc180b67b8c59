"""Places of the village that get full: dining halls, laundries, gyms."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.services import HallKind


class Hall(models.Model):
    """A place that a counter counts people in: the point ``people`` of the device of its code."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="halls")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in HallKind])
    places = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="hall_once"),
            models.CheckConstraint(condition=models.Q(places__gt=0), name="hall_has_places"),
        ]

    def __str__(self) -> str:
        return self.code
