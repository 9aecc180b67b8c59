"""Invoices and credit notes: numbered without a gap, never changed."""

from django.db import models

from sportsbrain.committee.models import Games


class InvoiceSeries(models.Model):
    """The last number that was given; taken under its row lock."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="invoice_series")
    code = models.CharField(max_length=12)
    last = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "invoice series"
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.last}"


class Invoice(models.Model):
    """An invoice, or a credit note that takes one back, as it was issued."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="invoices")
    series = models.ForeignKey(InvoiceSeries, on_delete=models.PROTECT, related_name="invoices")
    number = models.IntegerField()
    credits = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    ref = models.CharField(max_length=60)
    customer = models.JSONField(default=dict)
    currency = models.CharField(max_length=3)
    lines = models.JSONField(default=list)
    total = models.BigIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="invoice_number_once"),
            models.UniqueConstraint(
                fields=["games", "ref"],
                condition=models.Q(credits__isnull=True),
                name="one_invoice_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.number}"
