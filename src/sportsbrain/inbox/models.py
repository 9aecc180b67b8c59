"""What we were told. Raw bytes are kept, rejects are kept with their reason."""

from django.db import models

from sportsbrain.committee.models import Games


class Source(models.Model):
    """Somebody or something that tells us things."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="sources")
    code = models.SlugField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="source_code_once")]

    def __str__(self) -> str:
        return self.code


class Message(models.Model):
    """One file or payload, as it came. The bytes lie in the blob store under their hash."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="received")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    received_by = models.CharField(max_length=150, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "file_name", "sha256"], name="message_kept_once"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Reject(models.Model):
    """One row that could not become a fact, with where, what and what to do."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="rejects")
    table = models.CharField(max_length=40)
    line = models.IntegerField()
    column = models.CharField(max_length=60, blank=True)
    value = models.TextField(blank=True)
    reason = models.CharField(max_length=60)
    advice = models.TextField(blank=True)
    raw = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "table", "line", "column", "reason"], name="reject_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.table}:{self.line} {self.reason}"


class HeardVersion(models.Model):
    """The newest version of a thing that a source has told; it only grows."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="versions")
    key = models.CharField(max_length=250)
    version = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="heard_version_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"
