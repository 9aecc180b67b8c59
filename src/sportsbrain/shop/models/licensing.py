"""Who is owed a share of what is sold."""

from django.db import models

from sportsbrain.committee.models import Games


class Licensee(models.Model):
    """Who makes things under a licence and owes, or is owed, a royalty."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="licensees")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="licensee_once")]

    def __str__(self) -> str:
        return self.code


class Contract(models.Model):
    """What was agreed with a licensee: a period, a guarantee that royalties are set off against."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="contracts")
    licensee = models.ForeignKey(Licensee, on_delete=models.PROTECT, related_name="contracts")
    code = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    guarantee = models.BigIntegerField(default=0)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="contract_once")]

    def __str__(self) -> str:
        return self.code


class RoyaltyRate(models.Model):
    """The share of a contract in what is sold, in parts per million; empty words mean all."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="rates")
    collection = models.CharField(max_length=40)
    channel = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    rate = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "collection", "channel", "country"], name="royalty_rate_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.collection} {self.rate}"
