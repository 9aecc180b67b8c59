"""Results and medals."""

from django.db import models

from sportsbrain.committee.models import Games

from .competition import Event, EventUnit
from .facts import Fact
from .people import Organisation, Participant, Team


class Result(Fact):
    """What one competitor did in one unit."""

    unit = models.ForeignKey(EventUnit, on_delete=models.PROTECT, related_name="results")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="results"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="results")
    start_order = models.CharField(max_length=10, blank=True)
    rank = models.IntegerField(null=True)
    value = models.CharField(max_length=60, blank=True)
    value_kind = models.CharField(max_length=20, blank=True)
    win_loss = models.CharField(max_length=1, blank=True)
    irregularity = models.CharField(max_length=10, blank=True)
    qualified = models.CharField(max_length=10, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="result_once"),
            models.CheckConstraint(
                condition=models.Q(participant__isnull=True) ^ models.Q(team__isnull=True),
                name="result_of_person_or_team",
            ),
        ]


class Medal(Fact):
    """A medal won; the competitor is not known of medals that were imported without one."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="medals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="medals")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="medals"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="medals")
    kind = models.CharField(max_length=6)
    won_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="medal_once"),
            models.CheckConstraint(
                condition=models.Q(participant__isnull=True) | models.Q(team__isnull=True),
                name="medal_of_person_or_team",
            ),
        ]


class MedalDecision(models.Model):
    """
    An official word on who has the medals of an event, where results alone do not tell.

    The newest one that is not withdrawn holds; none is ever edited.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="medal_decisions")
    medals = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=models.Q(withdrawn_at__isnull=True),
                name="one_medal_decision_of_an_event",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="medal_decision_has_a_reason"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event_id}: {self.reason}"
