"""Guests of delegations: so many a day, each with a pass of that day."""

from django.db import models
from django.db.models import F, Q

from sportsbrain.committee.models import Games


class GuestDay(models.Model):
    """How many guests a delegation may have on a day, and has; the CHECK is the limit."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="guest_days")
    delegation = models.CharField(max_length=20)
    day = models.DateField()
    places = models.IntegerField()
    used = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "delegation", "day"], name="guest_day_once"),
            models.CheckConstraint(
                condition=Q(used__gte=0) & Q(used__lte=F("places")), name="guests_within_quota"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegation} {self.day} {self.used}/{self.places}"


class GuestPass(models.Model):
    """A guest of a day, whose host lives here; the name is forgotten after the day."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="guest_passes")
    delegation = models.CharField(max_length=20)
    day = models.DateField()
    name = models.CharField(max_length=120, blank=True)
    host = models.CharField(max_length=60)
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "guest passes"
        indexes = [models.Index(fields=["games", "delegation", "day"])]

    def __str__(self) -> str:
        return f"{self.delegation} {self.day} {self.pk}"
