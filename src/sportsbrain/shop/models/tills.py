"""Tills of stores: who sells there, what did not go through, what was in the drawer."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.shop.models.catalogue import Channel


class Till(models.Model):
    """A counter of a store; its channel says what it sells, from where, for how much."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="tills")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="tills")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="till_once")]

    def __str__(self) -> str:
        return self.code


class TillClerk(models.Model):
    """Somebody who may sell at a till, and see nothing else by that."""

    till = models.ForeignKey(Till, on_delete=models.CASCADE, related_name="clerks")
    user_id = models.BigIntegerField()
    username = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["till", "user_id"], name="clerk_once")]

    def __str__(self) -> str:
        return f"{self.till_id} {self.username}"


class TillTrouble(models.Model):
    """
    A sale that a till told and that somebody has to look at; none is lost.

    ``order_number`` 0: it is not booked yet; else it is, and something differs.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="till_troubles")
    till = models.ForeignKey(Till, on_delete=models.CASCADE, related_name="troubles")
    key = models.CharField(max_length=64)
    sale = models.JSONField(default=dict)
    why = models.CharField(max_length=300)
    order_number = models.BigIntegerField(default=0)
    told_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    solved_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["till", "key"], name="till_trouble_once")]
        indexes = [
            models.Index(
                fields=["games"],
                condition=models.Q(solved_at__isnull=True),
                name="till_troubles_to_solve",
            )
        ]

    def __str__(self) -> str:
        return f"{self.till_id} {self.key}"


class TillCount(models.Model):
    """
    What somebody counted in the drawer, beside what should have been there. Append only.

    ``up_to`` is the last payment of the till that was in it.
    """

    till = models.ForeignKey(Till, on_delete=models.CASCADE, related_name="counts")
    currency = models.CharField(max_length=3)
    counted = models.BigIntegerField()
    expected = models.BigIntegerField()
    up_to = models.BigIntegerField(default=0)
    counted_by = models.CharField(max_length=150)
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["till", "counted_at"])]

    def __str__(self) -> str:
        return f"{self.till_id} {self.counted}"
