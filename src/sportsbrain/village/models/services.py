"""Requests with a clock, assets with a code, lost property, announcements."""

from django.db import models
from django.db.models import F, Q

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.services import FoundState, RequestState, ServiceTeam


class ServiceKind(models.Model):
    """What can be asked for: who does it, in how many minutes it is taken and done."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="service_kinds")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=80)
    team = models.CharField(max_length=16, choices=[(t.value, t.value) for t in ServiceTeam])
    take_minutes = models.IntegerField()
    close_minutes = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="service_kind_once"),
            models.CheckConstraint(
                condition=Q(take_minutes__gt=0) & Q(close_minutes__gte=F("take_minutes")),
                name="service_kind_has_clocks",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Asset(models.Model):
    """A thing with a code on it: who scans that reports what is wrong with it."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="assets")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    building = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="asset_once")]

    def __str__(self) -> str:
        return self.code


class ServiceRequest(models.Model):
    """
    What somebody asked for, with its clocks; one that is open for an asset and kind is one.

    Who reports the same again is counted in ``reports``. ``take_by`` and ``close_by`` are moments.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="service_requests")
    kind = models.ForeignKey(ServiceKind, on_delete=models.PROTECT, related_name="requests")
    asset = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=80, blank=True)
    delegation = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=400, blank=True)
    request_state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in RequestState],
        default=RequestState.OPEN.value,
    )  # fmt: skip
    reports = models.IntegerField(default=1)
    opened_at = models.DateTimeField()
    take_by = models.DateTimeField()
    close_by = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games", "asset", "kind"],
                condition=Q(request_state__in=["open", "taken"]) & ~Q(asset=""),
                name="one_open_request_a_thing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["games", "close_by"],
                condition=Q(request_state__in=["open", "taken"]),
                name="requests_with_a_clock",
            ),
            models.Index(fields=["games", "closed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.asset or self.place}"


class FoundThing(models.Model):
    """Something that was found; who gets it says what it is and when it was lost."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="found_things")
    text = models.CharField(max_length=200)
    place = models.CharField(max_length=80)
    shelf = models.CharField(max_length=40, blank=True)
    found_at = models.DateTimeField()
    found_state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in FoundState],
        default=FoundState.KEPT.value,
    )  # fmt: skip
    request = models.ForeignKey(
        ServiceRequest, on_delete=models.SET_NULL, null=True, related_name="found"
    )
    given_by = models.CharField(max_length=150, blank=True)
    given_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.text


class Announcement(models.Model):
    """What residents are told for a while, by language; of one delegation or building, or all."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="announcements")
    texts = models.JSONField()
    delegation = models.CharField(max_length=20, blank=True)
    building = models.CharField(max_length=40, blank=True)
    is_urgent = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    told_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="announcement_has_a_time"
            )
        ]

    def __str__(self) -> str:
        return str(next(iter(self.texts.values()), ""))
