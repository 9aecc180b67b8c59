"""What devices are told: asked for, sent, answered, or expired. A command is never sent late."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.village.models.devices import DevicePoint
from sportsbrain.vocabulary.devices import CommandState


class DeviceCommand(models.Model):
    """
    One thing that a point is told, until a moment; its ``id`` is what the device answers by.

    Sent once and never retained: a device that comes back later is not told.
    """

    id = models.UUIDField(primary_key=True)
    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="device_commands")
    point = models.ForeignKey(DevicePoint, on_delete=models.CASCADE, related_name="commands")
    value = models.JSONField()
    reason = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    command_state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in CommandState],
        default=CommandState.QUEUED.value,
    )  # fmt: skip
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("asked_at")), name="command_has_a_time"
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=models.Q(command_state__in=["queued", "sent"]),
                name="commands_under_way",
            ),
            models.Index(fields=["games", "asked_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.point_id} {self.value}"
