"""The ladder of competition: discipline, event, phase, unit; and sessions."""

from django.db import models

from sportsbrain.vocabulary.statuses import Gender, ResultStatus, ScheduleStatus

from .facts import Fact
from .places import Location, Venue


class Discipline(Fact):
    """A discipline, such as judo."""

    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="discipline_once")]


class Event(Fact):
    """A contest with its own medals."""

    discipline = models.ForeignKey(Discipline, on_delete=models.PROTECT, related_name="events")
    name = models.CharField(max_length=200)
    gender = models.CharField(max_length=1, choices=[(g.value, g.value) for g in Gender])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="event_once")]


class Phase(Fact):
    """A stage of an event. Phases with the same order may run side by side."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="phases")
    name = models.CharField(max_length=200)
    order = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="phase_once")]


class CompetitionSession(Fact):
    """A ticketed, staffed block of units at one venue."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="sessions")
    discipline = models.ForeignKey(Discipline, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_before = models.DateTimeField()
    is_ticketed = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="session_once"),
            models.CheckConstraint(
                condition=models.Q(ends_before__gt=models.F("starts_at")),
                name="session_ends_after_start",
            ),
        ]


class EventUnit(Fact):
    """
    The smallest thing on the schedule.

    ``code`` is the RSC, with ``~2``, ``~3`` … where several rows carry one RSC. Its results have a
    version that only grows, and a status: how firm they are.
    """

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="units")
    rsc = models.CharField(max_length=34)
    name = models.CharField(max_length=200)
    medal = models.CharField(max_length=1, default="0")
    schedule_status = models.CharField(
        max_length=16,
        choices=[(s.value, s.value) for s in ScheduleStatus],
        default=ScheduleStatus.UNSCHEDULED.value,
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, related_name="units"
    )
    session = models.ForeignKey(
        CompetitionSession, on_delete=models.SET_NULL, null=True, related_name="units"
    )
    starts_at = models.DateTimeField(null=True)
    ends_before = models.DateTimeField(null=True)
    is_pinned = models.BooleanField(default=False)
    result_status = models.CharField(
        max_length=14, blank=True, choices=[(s.value, s.value) for s in ResultStatus]
    )
    result_version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="unit_once"),
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True)
                | models.Q(ends_before__isnull=True)
                | models.Q(ends_before__gte=models.F("starts_at")),
                name="unit_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["games", "starts_at"]),
            models.Index(fields=["games", "rsc"]),
        ]
