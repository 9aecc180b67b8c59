"""Rows of the slice sport."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.plans.models import Version


class SignOff(models.Model):
    """A federation delegate's word on the timetable of one discipline in one version."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="sign_offs")
    discipline_code = models.CharField(max_length=3)
    is_agreed = models.BooleanField()
    remark = models.TextField(blank=True)
    signed_by = models.CharField(max_length=150)
    signed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "discipline_code"], name="one_word_a_discipline"
            )
        ]

    def __str__(self) -> str:
        return f"{self.discipline_code} {'agreed' if self.is_agreed else 'refused'}"
