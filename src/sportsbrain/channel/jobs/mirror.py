"""The shelf once more in object storage: what a CDN reads when no server of ours is to be asked."""

import hashlib
import logging
import mimetypes
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

from sportsbrain.channel.jobs.pages import FRESH, TYPES

LOG = logging.getLogger(__name__)
WORKERS = 8
PAUSE = 5.0  # seconds after a storage did not answer
LEFT_OUT = (".gz", ".br")


class _Objects(S3Storage):  # type: ignore[misc]  # the library has no types
    """Objects under the paths of the shelf: compressed where the shelf has a compressed twin."""

    packed: threading.local

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """Return how an object is to be served."""
        kind = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0]
        found = {"CacheControl": FRESH.decode(), "ContentType": kind or "application/octet-stream"}
        return found | ({"ContentEncoding": "gzip"} if self.packed.is_packed else {})


class Mirror:
    """
    Keep a bucket equal to a folder; a storage that is away is tried again until it is there.

    ``address`` is ``s3://bucket/prefix``, with ``?endpoint=`` for a storage of one's own; keys come
    from the usual AWS variables. Of a file that changes often only the newest is sent.
    """

    def __init__(self, folder: Path, address: str, *, workers: int = WORKERS) -> None:
        parts = urlsplit(address)
        if parts.scheme != "s3" or not parts.netloc:
            message = f"{address!r} is no storage; write s3://bucket/prefix"
            raise ValueError(message)
        endpoint = parts.query.removeprefix("endpoint=") or None
        self.folder = folder
        self.storage = _Objects(
            bucket_name=parts.netloc, location=parts.path.strip("/"), endpoint_url=endpoint,
            default_acl=None, file_overwrite=True, querystring_auth=False,
        )  # fmt: skip
        self.storage.packed = threading.local()
        self.sent = 0
        self._due: dict[str, None] = {}
        self._busy: set[str] = set()
        self._is_ended = False
        self._more = threading.Condition()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def changed(self, path: str) -> None:
        """Note that a file of the shelf is another one now."""
        with self._more:
            self._due[path] = None
            self._more.notify()

    def look(self) -> int:
        """Note each file that the bucket has not, or has otherwise; return how many."""
        known = {
            one.key.removeprefix(self.storage.location).lstrip("/"): one.e_tag.strip('"')
            for one in self.storage.bucket.objects.filter(Prefix=self.storage.location)
        }
        count = 0
        for file in sorted(self.folder.rglob("*")):
            path = file.relative_to(self.folder).as_posix()
            if file.is_file() and self._is_served(path):
                content, _ = self._content(path)
                if known.get(path) != hashlib.md5(content, usedforsecurity=False).hexdigest():
                    self.changed(path)
                    count += 1
        return count

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is due any more, at most so long; tell whether it is so."""
        ends = time.monotonic() + seconds
        with self._more:
            while (self._due or self._busy) and time.monotonic() < ends:
                self._more.wait(0.1)
            return not (self._due or self._busy)

    def stop(self) -> None:
        """Send nothing more; what is due is found again by the next one's look."""
        with self._more:
            self._is_ended = True
            self._more.notify_all()
        for thread in self._threads:
            thread.join()

    @staticmethod
    def _is_served(path: str) -> bool:
        """Tell whether a file is a page or data: no twin, nothing hidden, no journal."""
        hidden = any(part.startswith(".") for part in path.split("/"))
        return not (hidden or path.endswith(LEFT_OUT) or "/deltas/" in path)

    def _content(self, path: str) -> tuple[bytes, bool]:
        """Return the bytes of a file, compressed where it has a compressed twin."""
        try:
            return (self.folder / f"{path}.gz").read_bytes(), True
        except FileNotFoundError:
            return (self.folder / path).read_bytes(), False

    def _work(self) -> None:
        while True:
            with self._more:
                path = self._next()
                while path is None and not self._is_ended:
                    self._more.wait()
                    path = self._next()
                if self._is_ended or path is None:
                    return
                del self._due[path]
                self._busy.add(path)
            is_sent = self._send(path)
            with self._more:
                self._busy.discard(path)
                self.sent += is_sent
                if not is_sent:
                    self._due.setdefault(path)
                self._more.notify_all()
                if not is_sent:
                    self._more.wait_for(lambda: self._is_ended, PAUSE)

    def _next(self) -> str | None:
        """Return what is due and nobody sends already: two of one file would race."""
        return next((path for path in self._due if path not in self._busy), None)

    def _send(self, path: str) -> bool:
        try:
            content, self.storage.packed.is_packed = self._content(path)
            self.storage.save(path, ContentFile(content))
        except FileNotFoundError:
            return True  # gone meanwhile
        except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
            LOG.warning("the storage does not take %s: %s", path, error)
            return False
        return True
