"""Drawings of the village's floors."""

from django.db import models

from sportsbrain.committee.models import Games


class VillageFloor(models.Model):
    """
    A floor of a building: its outline, and its units with their own.

    ``corners`` are (longitude, latitude) in degrees; ``units`` (code, category, corners). A unit
    whose code is a room's is that room.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="village_floors")
    building = models.CharField(max_length=40)
    floor = models.IntegerField()
    corners = models.JSONField()
    units = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games", "building", "floor"], name="village_floor_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.building} {self.floor}"
