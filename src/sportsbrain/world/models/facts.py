"""What every fact has in common."""

from django.db import models

from sportsbrain.committee.models import Games


class Fact(models.Model):
    """A row that is true in one Games, and who said so."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=80)
    fact_source = models.CharField(max_length=80, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code
