"""How people come and go: flights, trains, bags, and how far they are."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.people import Direction, MovementState

from .people import Registration


class Movement(models.Model):
    """A person's arrival or departure."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="movements")
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="movements"
    )
    direction = models.CharField(max_length=10, choices=[(d.value, d.value) for d in Direction])
    port = models.CharField(max_length=40)
    carrier = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    bags = models.IntegerField(default=1)
    special = models.CharField(max_length=200, blank=True)
    movement_state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in MovementState],
        default=MovementState.EXPECTED.value,
    )
    reported_at = models.DateTimeField(null=True)
    reported_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "direction"], name="one_way_in_one_out"
            ),
            models.CheckConstraint(
                condition=models.Q(bags__gte=0) & models.Q(bags__lte=40), name="bags_are_counted"
            ),
        ]
        indexes = [models.Index(fields=["games", "direction", "at"])]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.direction}"
