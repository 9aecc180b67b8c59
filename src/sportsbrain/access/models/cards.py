"""Cards and the rights they were issued with."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.people import CardState

from .people import Registration
from .tables import Category, CategoryRight


class Card(models.Model):
    """A card of a registration: its number is that of the registration and the issue."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="cards")
    number = models.CharField(max_length=20)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="cards")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="cards")
    issue = models.IntegerField()
    card_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in CardState],
        default=CardState.VALID.value,
    )
    starts_at = models.DateTimeField()
    ends_before = models.DateTimeField()
    issued_by = models.CharField(max_length=150)
    issued_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "number"], name="card_number_once"),
            models.UniqueConstraint(
                fields=["registration"],
                condition=models.Q(card_state=CardState.VALID.value),
                name="one_valid_card_a_person",
            ),
            models.UniqueConstraint(fields=["id", "category"], name="card_of_its_category"),
            models.CheckConstraint(
                condition=models.Q(ends_before__gt=models.F("starts_at")),
                name="card_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CardRight(models.Model):
    """A right on a card: a cell of the matrix of the card's own category, by constraint."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="rights")
    right = models.ForeignKey(CategoryRight, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "right"], name="card_right_once")]

    def __str__(self) -> str:
        return f"{self.card_id} {self.right_id}"
