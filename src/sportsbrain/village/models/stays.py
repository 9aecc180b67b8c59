"""Rooms as they are, stays in them, keys of what was asked for, seats of chefs de mission."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q

from sportsbrain.committee.models import Games, User
from sportsbrain.vocabulary.village import StayState

KEPT = ~Q(stay_state=StayState.CANCELLED.value)


class VillageRoom(models.Model):
    """A room of the village; ``door`` is its apartment. Closed ones take nobody: ``closed_for``."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="village_rooms")
    code = models.CharField(max_length=40)
    building = models.CharField(max_length=40)
    floor = models.IntegerField()
    door = models.CharField(max_length=40)
    beds = models.IntegerField()
    is_accessible = models.BooleanField(default=False)
    closed_for = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="village_room_once"),
            models.CheckConstraint(condition=Q(beds__gte=0), name="village_room_has_beds"),
        ]
        indexes = [models.Index(fields=["games", "building", "door"])]

    def __str__(self) -> str:
        return self.code


class Stay(models.Model):
    """
    One person's bed for some nights; ``nights`` ends before the day of leaving.

    Who moves has a stay for each bed. Two stays that hold share no bed and no person on a night:
    the database refuses it, at the end of the transaction.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="stays")
    person = models.CharField(max_length=60)
    delegation = models.CharField(max_length=20)
    gender = models.CharField(max_length=1)
    role = models.CharField(max_length=20)
    room = models.ForeignKey(VillageRoom, on_delete=models.PROTECT, related_name="stays")
    bed = models.IntegerField()
    nights = DateRangeField()
    stay_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in StayState],
        default=StayState.RESERVED.value,
    )
    plan_version = models.IntegerField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    departed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_person_a_bed",
                expressions=[
                    (F("room"), RangeOperators.EQUAL),
                    (F("bed"), RangeOperators.EQUAL),
                    (F("nights"), RangeOperators.OVERLAPS),
                ],
                condition=KEPT,
                deferrable=Deferrable.IMMEDIATE,
            ),
            ExclusionConstraint(
                name="one_bed_a_person",
                expressions=[
                    (F("games"), RangeOperators.EQUAL),
                    (F("person"), RangeOperators.EQUAL),
                    (F("nights"), RangeOperators.OVERLAPS),
                ],
                condition=KEPT,
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(condition=Q(nights__isempty=False), name="stay_has_nights"),
            models.CheckConstraint(condition=Q(bed__gte=0), name="stay_bed_not_below_0"),
        ]
        indexes = [
            models.Index(fields=["games", "delegation"]),
            models.Index(fields=["games", "person"]),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.room_id}/{self.bed}"


class VillageOrder(models.Model):
    """A key under which something was asked for, and the answer it got: sent again, the same."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="village_orders")
    key = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=32)
    answer = models.JSONField(default=dict)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "key"], name="village_order_once"),
        ]

    def __str__(self) -> str:
        return self.key


class ChefDeMission(models.Model):
    """Who runs a delegation in the village, and sees and does what is its own alone."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="chefs")
    delegation = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    username = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "delegation", "user"], name="chef_once"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.delegation}"
