"""Results that fans wait for while somebody checks them."""

from django.db import models

from sportsbrain.committee.models import Games


class ResultHold(models.Model):
    """The results of a unit are kept from fans, by whom and why; released, the row goes."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="result_holds")
    unit = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    held_by = models.CharField(max_length=150)
    held_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "unit"], name="result_hold_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="result_hold_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.unit
