"""Keys that sign, and what was signed: one bit each in the status list."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.proofs import ScanAnswer


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


class ProofScan(models.Model):
    """
    A proof that was shown at a gate; none is forgotten, and only a late no may become ``doubled``.

    ``uid`` is the gate's own name of the scan: sent again, it is the same one. The first at a place
    is admitted; a gate without network may have let in another one: that is ``doubled``.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="proof_scans")
    uid = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=40)
    place = models.CharField(max_length=40)
    device = models.CharField(max_length=40)
    answer = models.CharField(max_length=10, choices=[(a.value, a.value) for a in ScanAnswer])
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "uid"], name="scan_once"),
            models.UniqueConstraint(
                fields=["games", "kind", "number", "place"],
                condition=models.Q(answer="admitted"),
                name="admitted_once",
            ),
        ]
        indexes = [models.Index(fields=["games", "place", "answer"])]

    def __str__(self) -> str:
        return f"{self.number} {self.answer}"
