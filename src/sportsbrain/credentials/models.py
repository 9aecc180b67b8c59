"""Keys that sign, and what was signed: one bit each in the status list."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.labels import Doubt, LabelEventKind
from sportsbrain.vocabulary.proofs import Direction, PassAnswer, ScanAnswer


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


class PassHolder(models.Model):
    """Whether somebody is inside a place with a pass: its row is locked while a gate reads it."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="pass_holders")
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=40)
    place = models.CharField(max_length=40)
    is_inside = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games", "kind", "number", "place"], name="pass_holder_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["games", "place"], condition=models.Q(is_inside=True), name="who_is_inside"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.place}"


class PassRead(models.Model):
    """
    A pass that a gate read: few may look at whose way that was, and not for long.

    ``uid`` is the gate's own name of the read: sent again, it is the same one.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="pass_reads")
    uid = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=40)
    place = models.CharField(max_length=40)
    direction = models.CharField(max_length=3, choices=[(d.value, d.value) for d in Direction])
    answer = models.CharField(max_length=8, choices=[(a.value, a.value) for a in PassAnswer])
    read_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "uid"], name="pass_read_once")]
        indexes = [
            models.Index(fields=["games", "number"]),
            models.Index(fields=["games", "read_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.direction} {self.answer}"


class ArticleLabel(models.Model):
    """A signed serial that was printed for an article; the row is the serial."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="labels")
    gtin = models.CharField(max_length=14)
    serial = models.IntegerField()
    item = models.CharField(max_length=60)
    batch = models.CharField(max_length=40)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "gtin", "serial"], name="label_once")
        ]
        indexes = [models.Index(fields=["games", "issued_at"])]

    def __str__(self) -> str:
        return f"{self.gtin} {self.serial}"


class LabelEvent(models.Model):
    """What happened to a labelled article: sold, returned, ended. Append only; once for a ref."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="label_events")
    label = models.ForeignKey(ArticleLabel, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in LabelEventKind])
    place = models.CharField(max_length=40, blank=True)
    ref = models.CharField(max_length=60, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["label", "kind", "ref"], name="label_event_once")
        ]
        indexes = [models.Index(fields=["games", "happened_at"])]

    def __str__(self) -> str:
        return f"{self.label_id} {self.kind}"


class LabelScan(models.Model):
    """
    Somebody scanned a label; the first one registers it.

    ``device`` is a word that a browser made up for itself; a place is rounded to a tenth of a
    degree and is there only when it was given.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="label_scans")
    label = models.ForeignKey(ArticleLabel, on_delete=models.CASCADE, related_name="scans")
    device = models.CharField(max_length=40)
    is_first = models.BooleanField()
    doubt = models.CharField(
        max_length=10, blank=True, choices=[(d.value, d.value) for d in Doubt if d]
    )
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    scanned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["label"], condition=models.Q(is_first=True), name="registered_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["games", "scanned_at"],
                condition=~models.Q(doubt=""),
                name="doubted_labels",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label_id} {self.device}"
