"""Drops: one item, a moment, so many a person."""

from django.db import models

from sportsbrain.committee.models import Games


class Drop(models.Model):
    """A sale that the whole world waits for."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="drops")
    code = models.CharField(max_length=20)
    sku = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    person_max = models.IntegerField(default=1)
    draw_seconds = models.IntegerField(default=300)
    admitted_a_second = models.IntegerField(default=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="drop_once")]

    def __str__(self) -> str:
        return self.code


class DropLimit(models.Model):
    """How many pieces of a drop a person has; the CHECK is the limit."""

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
