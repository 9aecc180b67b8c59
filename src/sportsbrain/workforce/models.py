"""What volunteers say of their shifts. Persons, teams and shifts are those of the roster."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.statuses import ShiftReply


class ShiftAnswer(models.Model):
    """Somebody's word on one shift, or that the person did not come."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="shift_answers")
    person = models.CharField(max_length=40)
    team = models.CharField(max_length=120)
    day = models.IntegerField()
    shift = models.IntegerField()
    reply = models.CharField(max_length=10, choices=[(r.value, r.value) for r in ShiftReply])
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games", "person", "day", "shift"], name="shift_answered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.reply} {self.team} {self.day}/{self.shift}"


class ShiftSwap(models.Model):
    """A shift that one person gave away and another took: each only once."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="shift_swaps")
    team = models.CharField(max_length=120)
    day = models.IntegerField()
    shift = models.IntegerField()
    given_by = models.CharField(max_length=40)
    taken_by = models.CharField(max_length=40)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games", "given_by", "day", "shift"], name="shift_taken_once"
            ),
            models.UniqueConstraint(
                fields=["games", "taken_by", "day"], name="one_taken_shift_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.taken_by} for {self.given_by}, {self.team} {self.day}/{self.shift}"
