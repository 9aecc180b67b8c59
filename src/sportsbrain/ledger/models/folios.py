"""Folios: what somebody owes, line by line. Append only: a line takes another one back."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.rates import LineKind


class Folio(models.Model):
    """
    The account of a delegation, a tenant, a guest; its row is locked while a line is added.

    Lines up to ``invoiced`` are on an invoice.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="folios")
    code = models.CharField(max_length=24)
    title = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    last_line = models.IntegerField(default=0)
    invoiced = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="folio_once")]

    def __str__(self) -> str:
        return self.code


class FolioLine(models.Model):
    """
    One line: what, how much, to whom it goes, what it costs whom.

    ``shares`` and ``costs`` are lists of (stakeholder, minor units); the shares add up to ``net``,
    ``total`` is net and tax. ``reverses`` is the line that this one takes back.
    """

    pk = models.CompositePrimaryKey("games_id", "folio_id", "line")
    games_id = models.BigIntegerField()
    folio_id = models.BigIntegerField()
    line = models.IntegerField()
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in LineKind])
    item = models.CharField(max_length=60)
    title = models.CharField(max_length=160)
    slots = models.JSONField(default=list)
    quantity = models.IntegerField()
    unit_price = models.BigIntegerField()
    net = models.BigIntegerField()
    tax = models.BigIntegerField()
    total = models.BigIntegerField()
    shares = models.JSONField(default=list)
    costs = models.JSONField(default=list)
    reverses = models.IntegerField(null=True)
    booked_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_folio_line"

    def __str__(self) -> str:
        return f"{self.folio_id}/{self.line} {self.title}"
