"""Questions to the whole chain of plans, and their answers."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.statuses import WhatIfState


class WhatIf(models.Model):
    """
    Changes, and what each plan would be after them.

    ``base`` holds the version of each plan it began from, ``parts`` the answers as they come;
    ``run_id`` refers to the run of `plans` by value.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="what_ifs")
    number = models.IntegerField()
    title = models.CharField(max_length=200)
    changes = models.JSONField(default=list)
    base = models.JSONField(default=dict)
    parts = models.JSONField(default=list)
    what_if_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in WhatIfState],
        default=WhatIfState.WORKING,
    )
    run_id = models.BigIntegerField(null=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "number"], name="what_if_number_once")
        ]

    def __str__(self) -> str:
        return f"what-if {self.number}: {self.title}"
