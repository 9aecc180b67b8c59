"""Parcels: what leaves a location for one order, and what its carrier tells."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.shop import ParcelState


class Parcel(models.Model):
    """
    What one location gives for one order: ``lines`` are (line, pieces).

    Collected ones wait at the location; the state only goes up (see `ParcelState`).
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="parcels")
    order_number = models.BigIntegerField()
    location = models.CharField(max_length=20)
    lines = models.JSONField(default=list)
    weight_g = models.IntegerField()
    is_collected = models.BooleanField()
    carrier = models.CharField(max_length=40, blank=True)
    tracking = models.CharField(max_length=60, blank=True)
    parcel_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in ParcelState],
        default=ParcelState.WAITS.value,
    )
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games", "order_number", "location"], name="parcel_of_a_location_once"
            ),
            models.UniqueConstraint(
                fields=["games", "carrier", "tracking"],
                condition=~models.Q(tracking=""),
                name="tracking_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["games", "location", "made_at"],
                condition=models.Q(parcel_state="waits"),
                name="parcels_to_send",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_number} {self.location}"


class ParcelEvent(models.Model):
    """What a carrier told of a parcel, once each, in any order."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="events")
    event = models.CharField(max_length=80)
    told_state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in ParcelState])
    place = models.CharField(max_length=120, blank=True)
    happened_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "event"], name="parcel_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.told_state}"
