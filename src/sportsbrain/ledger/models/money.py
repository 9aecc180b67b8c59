"""What is owed: entries of double bookkeeping. Append only."""

from django.db import models


class MoneyEntry(models.Model):
    """
    One entry of a posting: debit above zero, credit below, in minor units.

    The entries of a posting come in one statement and add up to nothing in each currency: a
    trigger refuses others.
    """

    pk = models.CompositePrimaryKey("games_id", "sequence")
    games_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    posting = models.CharField(max_length=60)
    account = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    booked_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_entry"
        verbose_name_plural = "money entries"

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.currency}"
