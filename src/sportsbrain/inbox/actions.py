"""Take in what we are told. Nothing is dropped."""

import hashlib
import pathlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from sportsbrain.inbox.models import HeardVersion, Message, Reject, Source

CHUNK = 1 << 20
UPLOAD_SECONDS = 24 * 3600


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


def claim_version(*, games_id: int, source_code: str, key: str, version: int) -> int | None:
    """
    Note that a version of a thing is taken now; return the known one when it is not older.

    Inside a transaction: two who bring the same version wait for each other, one of them takes it.
    """
    source, _ = Source.objects.get_or_create(games_id=games_id, code=source_code)
    HeardVersion.objects.bulk_create(
        [HeardVersion(source=source, key=key, version=0)], ignore_conflicts=True
    )
    newer = HeardVersion.objects.filter(source=source, key=key, version__lt=version)
    if newer.update(version=version):
        return None
    return HeardVersion.objects.get(source=source, key=key).version


def forget_files(*, games_id: int, sources: tuple[str, ...]) -> int:
    """Drop the bytes and rejected rows of some sources; that they came is kept. Return how many."""
    found = Message.objects.filter(source__games_id=games_id, source__code__in=sources)
    for name in set(found.values_list("sha256", flat=True)):
        blob = f"inbox/{name[:2]}/{name}"
        if default_storage.exists(blob):
            default_storage.delete(blob)
    Reject.objects.filter(message__in=found).delete()
    return found.count()


def keep_upload(
    folder: pathlib.Path, upload: "UploadedFile[Any]", *, owner: str, suffix: str
) -> pathlib.Path:
    """
    Keep what a person sent until it is imported, under the name of its content and its owner.

    What nobody came back for within a day goes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drop_uploads(folder)
    digest = hashlib.sha256(owner.encode())
    part = folder / f"{owner}-{secrets.token_hex(4)}.part"
    with part.open("wb") as file:
        for chunk in upload.chunks():
            digest.update(chunk)
            file.write(chunk)
    path = folder / f"{digest.hexdigest()[:32]}{suffix}"
    part.replace(path)
    return path


def drop_uploads(folder: pathlib.Path, *, older_than: float = UPLOAD_SECONDS) -> int:
    """Drop what was sent and not imported for so many seconds; return how many files."""
    dropped = 0
    for old in folder.iterdir() if folder.is_dir() else ():
        try:
            if old.is_file() and time.time() - old.stat().st_mtime >= older_than:
                old.unlink()
                dropped += 1
        except FileNotFoundError:  # somebody took it meanwhile
            continue
    return dropped
