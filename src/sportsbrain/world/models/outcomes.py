"""Results and medals."""

from django.db import models

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
    """A medal won."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="medals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="medals")
    kind = models.CharField(max_length=6)
    won_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="medal_once")]
