"""Rows of the organising committee. Only actions, queries and admin touch them."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from sportsbrain.vocabulary.statuses import Role


class User(AbstractUser):
    """A person who signs in."""

    display_name = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.display_name or self.username


class Committee(models.Model):
    """An organising committee: the tenant."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Games(models.Model):
    """One edition. Every row below the committee belongs to one."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="games")
    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    city = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    starts_on = models.DateField()
    ends_on = models.DateField()
    accent = models.CharField(max_length=7, default="#0b5cad")
    rules_name = models.CharField(max_length=40, default="default")

    class Meta:
        verbose_name_plural = _("Games")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="games_end_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """
    What one person may do in one Games.

    ``areas`` and ``venues``: where they may do more than look; everywhere when empty.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=[(r.value, r.value) for r in Role])
    discipline_code = models.CharField(max_length=3, blank=True)
    areas = models.JSONField(default=list, db_default=[])
    venues = models.JSONField(default=list, db_default=[])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "user"], name="one_role_a_person")]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"


class AuditEntry(models.Model):
    """Who did what, when, to which thing. Append only."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, null=True, related_name="audit")
    actor = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = _("audit entries")
        indexes = [models.Index(fields=["games", "-id"])]

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.thing}"


class SignInLink(models.Model):
    """A link that signs one person in once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    next_path = models.CharField(max_length=200, default="/")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link of {self.user}"


class ApiToken(models.Model):
    """
    A bearer token of a person; only its hash is kept.

    ``areas``: what may follow the code of the Games in an address; everything when empty.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    reads_only = models.BooleanField(default=False, db_default=False)
    games_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    areas = models.JSONField(default=list, db_default=[])
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Exercise(models.Model):
    """
    A rehearsal of a Games with a clock of its own.

    ``shows_at`` is what the clock of the Games showed when it began, ``speed`` how many of its
    seconds pass in one.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="exercises")
    title = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    shows_at = models.DateTimeField()
    speed = models.FloatField(default=1.0)
    begun_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games"],
                condition=models.Q(ended_at__isnull=True),
                name="one_exercise_at_a_time",
            ),
            models.CheckConstraint(condition=models.Q(speed__gt=0), name="exercise_clock_runs"),
        ]

    def __str__(self) -> str:
        return self.title
