"""Who asked to be told by their phone or browser, and of what."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from sportsbrain.committee.models import Games


class PushSubscription(models.Model):
    """
    A browser that asked to be told: an address at its push service, and nobody's name.

    ``follows`` holds what pages call things (``athlete-…``), or ``all``; ``zone`` is whose clock
    the quiet hours are on; ``failures`` counts days on which its service refused, ``refused_on`` is
    the last of them.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="push_subscriptions")
    mark = models.CharField(max_length=64)
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    language = models.CharField(max_length=12)
    follows = ArrayField(models.CharField(max_length=120), default=list)
    kinds = ArrayField(models.CharField(max_length=12), default=list)
    hides_scores = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    zone = models.CharField(max_length=60, default="UTC")
    failures = models.PositiveSmallIntegerField(default=0)
    refused_on = models.DateField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "mark"], name="push_subscription_once"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_two_ends",
            ),
        ]
        indexes = [GinIndex(fields=["follows"])]

    def __str__(self) -> str:
        return self.mark[:12]
