"""Gift cards: money that was paid before anybody chose what for."""

from django.db import models

from sportsbrain.committee.models import Games


class GiftCard(models.Model):
    """
    A gift card of one paid order line: what it is worth and what of it was spent, in minor units.

    Its code is money: only its fingerprint is kept. One whose purchase was paid back is worth what
    was spent of it.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="gift_cards")
    code_hash = models.CharField(max_length=64)
    order_number = models.BigIntegerField()
    line = models.IntegerField()
    piece = models.IntegerField()
    currency = models.CharField(max_length=3)
    worth = models.BigIntegerField()
    spent = models.BigIntegerField(default=0)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code_hash"], name="gift_code_once"),
            models.UniqueConstraint(
                fields=["games", "order_number", "line", "piece"], name="gift_card_once"
            ),
            models.CheckConstraint(
                condition=models.Q(spent__gte=0) & models.Q(spent__lte=models.F("worth")),
                name="gift_spent_at_most_its_worth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_number}/{self.line}/{self.piece}"
