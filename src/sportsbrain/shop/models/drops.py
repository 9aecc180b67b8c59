"""Drops: one item, a moment, so many a person."""

import secrets

from django.db import models

from sportsbrain.committee.models import Games


def new_seed() -> str:
    """Return what nobody can guess."""
    return secrets.token_hex(32)


class Drop(models.Model):
    """
    A sale that the whole world waits for.

    ``seed`` orders the draw: its fingerprint is shown before, itself after. ``drawn`` is how many
    places were drawn; who comes later gets the next one. ``admitted_a_second`` 0: without a line.
    ``household_max`` 0: a household may have what its people may.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="drops")
    code = models.CharField(max_length=20)
    sku = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    person_max = models.IntegerField(default=1)
    household_max = models.IntegerField(default=0)
    draw_seconds = models.IntegerField(default=300)
    admitted_a_second = models.IntegerField(default=0)
    seed = models.CharField(max_length=64, default=new_seed)
    drawn_at = models.DateTimeField(null=True)
    drawn = models.IntegerField(default=0)
    base = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="drop_once")]

    def __str__(self) -> str:
        return self.code


class DropPlace(models.Model):
    """
    Somebody in the line of a drop: once a person, whatever they open.

    ``place`` is None until the draw. ``surplus``: more came from this address than share a home:
    they are drawn behind the others.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="+")
    drop = models.CharField(max_length=20)
    person = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    surplus = models.BooleanField(default=False)
    place = models.IntegerField(null=True)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "drop", "person"], name="place_once"),
            models.UniqueConstraint(fields=["games", "drop", "place"], name="place_of_one"),
        ]
        indexes = [models.Index(fields=["games", "drop", "address"])]

    def __str__(self) -> str:
        return f"{self.drop} {self.place}"


class DropLimit(models.Model):
    """How many pieces of a drop a person has, or a household; the CHECK is the limit."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="+")
    drop = models.CharField(max_length=20)
    person = models.CharField(max_length=64)
    quantity = models.IntegerField()
    person_max = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "drop", "person"], name="drop_limit_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0)
                & models.Q(quantity__lte=models.F("person_max")),
                name="drop_limit_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drop} {self.quantity} of {self.person_max}"
