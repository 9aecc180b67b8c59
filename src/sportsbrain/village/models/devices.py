"""
Who may speak on the bus, devices, their points; what was refused.

What points say is in tables that Django does not manage: ``village_history`` (partitions by day),
``village_newest`` and ``village_event``; see the migration.
"""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.devices import PointKind, ValueKind


class Principal(models.Model):
    """
    A gateway or device with a certificate: its name there is its place in every topic.

    ``epoch`` counts its starts; a revoked one is refused at once, also with a live session.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="principals")
    name = models.CharField(max_length=40, unique=True)
    is_online = models.BooleanField(default=False)
    epoch = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A device behind a principal, and where it is."""

    principal = models.ForeignKey(Principal, on_delete=models.CASCADE, related_name="devices")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    building = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "code"], name="device_once"),
        ]

    def __str__(self) -> str:
        return self.code


class DevicePoint(models.Model):
    """
    One thing that a device says or is told; older than ``stale_after`` seconds it is stale.

    ``is_home``: a house's own automation may hear it, and tell it what it ``may_be_told``.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="points")
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in PointKind])
    value_kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in ValueKind])
    unit = models.CharField(max_length=20, blank=True)
    stale_after = models.IntegerField(default=900)
    may_be_told = models.BooleanField(default=False)
    is_home = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "key"], name="device_point_once"),
            models.CheckConstraint(
                condition=models.Q(stale_after__gt=0), name="device_point_gets_stale"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class RefusedMessage(models.Model):
    """A message that was not stored, and why; ``games`` is none when nobody knows its sender."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, null=True, related_name="+")
    topic = models.CharField(max_length=200)
    reason = models.CharField(max_length=120)
    payload = models.BinaryField(max_length=2048)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["games", "received_at"])]

    def __str__(self) -> str:
        return f"{self.topic}: {self.reason}"
