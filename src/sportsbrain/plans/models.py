"""What we intend: runs and immutable versions."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.statuses import RunState, VersionState


class Run(models.Model):
    """One run of a planner in a child process."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="runs")
    planner = models.CharField(max_length=40)
    run_state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in RunState], default=RunState.WAITING
    )
    order = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    process_id = models.IntegerField(null=True)
    is_cancel_asked = models.BooleanField(default=False)
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField(auto_now_add=True)
    reported_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["games", "planner", "-id"])]

    def __str__(self) -> str:
        return f"{self.planner} run {self.pk}"


class Version(models.Model):
    """One immutable plan. A trigger in the database refuses any change but of its state."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="versions")
    planner = models.CharField(max_length=40)
    number = models.IntegerField()
    version_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in VersionState],
        default=VersionState.DRAFT,
    )
    title = models.CharField(max_length=200, blank=True)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="versions")
    problem_hash = models.CharField(max_length=64)
    seed = models.BigIntegerField(null=True)
    solver = models.CharField(max_length=60)
    objective = models.FloatField()
    bound = models.FloatField()
    terms = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    items = models.JSONField(default=dict)
    statistics = models.JSONField(default=dict)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games", "planner", "number"], name="version_number_once"
            ),
            models.UniqueConstraint(
                fields=["games", "planner"],
                condition=models.Q(version_state="published"),
                name="one_version_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.planner} {self.number}"


class Decision(models.Model):
    """A change that was approved: it holds for every plan made from then on, until withdrawn."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="decisions")
    change = models.JSONField()
    title = models.CharField(max_length=200)
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["games", "id"])]

    def __str__(self) -> str:
        return self.title


class KeptRules(models.Model):
    """Rules of a slice that came from another Games, by the name under which they are used."""

    name = models.CharField(max_length=40)
    slice_name = models.CharField(max_length=20)
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "kept rules"
        constraints = [
            models.UniqueConstraint(fields=["name", "slice_name"], name="kept_rules_once")
        ]

    def __str__(self) -> str:
        return f"{self.slice_name}/{self.name}"
