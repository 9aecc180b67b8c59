"""What comes back, and what is written to buyers."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.shop import LetterKind, ReturnState


class Return(models.Model):
    """Pieces of an order that come back: ``lines`` are (line, pieces), the money is frozen."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="returns")
    order_number = models.BigIntegerField()
    lines = models.JSONField(default=list)
    why = models.CharField(max_length=200, blank=True)
    return_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in ReturnState],
        default=ReturnState.ASKED.value,
    )
    amount = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="return_not_below_0")
        ]
        indexes = [models.Index(fields=["games", "order_number"])]

    def __str__(self) -> str:
        return f"{self.order_number} {self.return_state}"


class Letter(models.Model):
    """A mail that a buyer gets, once for each ``key``."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="letters")
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in LetterKind])
    order_number = models.BigIntegerField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "key"], name="letter_once")]
        indexes = [
            models.Index(
                fields=["games", "due_at"],
                condition=models.Q(sent_at__isnull=True),
                name="letters_to_send",
            )
        ]

    def __str__(self) -> str:
        return self.key
