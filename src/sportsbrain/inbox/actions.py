"""Take in what we are told. Nothing is dropped."""

import hashlib
import pathlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.files import File
from django.core.files.storage import default_storage

from sportsbrain.inbox.models import Message, Reject, Source

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row that stays in the inbox."""

    file_name: str
    table: str
    line: int
    reason: str
    column: str = ""
    value: str = ""
    advice: str = ""
    raw: dict[str, str] = field(default_factory=dict)


def receive_file(*, games_id: int, source_code: str, path: pathlib.Path, received_by: str) -> int:
    """Keep the raw bytes of a file once and return the message's id."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    name = digest.hexdigest()
    blob = f"inbox/{name[:2]}/{name}"
    if not default_storage.exists(blob):
        with path.open("rb") as stream:
            default_storage.save(blob, File(stream))
    source, _ = Source.objects.get_or_create(games_id=games_id, code=source_code)
    message, _ = Message.objects.get_or_create(
        source=source,
        file_name=path.name,
        sha256=name,
        defaults={"size_bytes": path.stat().st_size, "received_by": received_by},
    )
    return message.pk


def keep_rejects(*, message_ids: dict[str, int], rejects: Iterable[Rejected]) -> None:
    """Keep rejected rows with their reason, each once."""
    rows = [
        Reject(
            message_id=message_ids[r.file_name],
            table=r.table,
            line=r.line,
            column=r.column,
            value=r.value[:500],
            reason=r.reason,
            advice=r.advice,
            raw=r.raw,
        )
        for r in rejects
    ]
    Reject.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)


def forget_files(*, games_id: int, sources: tuple[str, ...]) -> int:
    """Drop the bytes and rejected rows of some sources; that they came is kept. Return how many."""
    found = Message.objects.filter(source__games_id=games_id, source__code__in=sources)
    for name in set(found.values_list("sha256", flat=True)):
        blob = f"inbox/{name[:2]}/{name}"
        if default_storage.exists(blob):
            default_storage.delete(blob)
    Reject.objects.filter(message__in=found).delete()
    return found.count()
