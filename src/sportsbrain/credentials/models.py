"""Keys that sign, and what was signed: one bit each in the status list."""

from django.db import models

from sportsbrain.committee.models import Games


class SigningKey(models.Model):
    """The public half of a key of a Games. The private half lies in a file, never here."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="signing_keys")
    kid = models.CharField(max_length=16)
    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "kid"], name="signing_key_once"),
            models.UniqueConstraint(
                fields=["games"],
                condition=models.Q(retired_at__isnull=True),
                name="one_key_signs",
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class IssuedProof(models.Model):
    """A proof that was issued, by the number of its kind, and whether it was revoked."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="proofs")
    index = models.IntegerField()
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "index"], name="proof_has_its_bit"),
            models.UniqueConstraint(fields=["games", "kind", "number"], name="proof_once"),
        ]
        indexes = [
            models.Index(
                fields=["games", "index"],
                condition=models.Q(revoked_at__isnull=False),
                name="revoked_proofs",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
