"""Who may be entered where, how many of each, and each step that entries took."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.marks import Better
from sportsbrain.vocabulary.people import Standing, WithdrawalReason

from .tables import Client


class EventRule(models.Model):
    """What an event asks of those who are entered; events are referred to by code."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="event_rules")
    event = models.CharField(max_length=80)
    places = models.IntegerField(default=0)
    reserves = models.IntegerField(default=0)
    places_all = models.IntegerField(null=True)
    entered = models.IntegerField(default=0)
    age_min = models.IntegerField(default=0)
    age_max = models.IntegerField(default=0)
    age_on = models.DateField(null=True)
    asks_nation = models.BooleanField(default=False)
    standard = models.CharField(max_length=20, blank=True)
    better = models.CharField(
        max_length=4, blank=True, choices=[(b.value, b.value) for b in Better]
    )
    size_min = models.IntegerField(default=0)
    size_max = models.IntegerField(default=0)
    closes_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "event"], name="event_rule_once"),
            models.CheckConstraint(
                condition=models.Q(places_all__isnull=True)
                | models.Q(entered__lte=models.F("places_all")),
                name="event_is_not_full",
            ),
        ]

    def __str__(self) -> str:
        return self.event


class EntryQuota(models.Model):
    """Places of one organisation in one event, and how many are used."""

    rule = models.ForeignKey(EventRule, on_delete=models.CASCADE, related_name="quotas")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="entry_quotas")
    places = models.IntegerField()
    reserves = models.IntegerField(default=0)
    used = models.IntegerField(default=0)
    used_reserves = models.IntegerField(default=0)
    is_own = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "client"], name="entry_quota_once"),
            models.CheckConstraint(
                condition=models.Q(used__gte=0)
                & models.Q(used__lte=models.F("places"))
                & models.Q(used_reserves__gte=0)
                & models.Q(used_reserves__lte=models.F("reserves")),
                name="entry_quota_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} of {self.places}"


class EntryStep(models.Model):
    """One step of an entry: who entered, withdrew or replaced it, when and why. Append only."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="entry_steps")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="entry_steps")
    event = models.CharField(max_length=80)
    competitor = models.CharField(max_length=80)
    standing = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Standing])
    mark = models.CharField(max_length=20, blank=True)
    reason = models.CharField(
        max_length=16, blank=True, choices=[(r.value, r.value) for r in WithdrawalReason]
    )
    note = models.CharField(max_length=200, blank=True)
    instead_of = models.CharField(max_length=80, blank=True)
    is_late = models.BooleanField(default=False)
    done_by = models.CharField(max_length=150)
    done_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["games", "client", "event"])]

    def __str__(self) -> str:
        return f"{self.event} {self.competitor} {self.standing}"
