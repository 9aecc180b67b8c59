"""Finished files in memory, each with its answers to a request."""

import hashlib
import os
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".ndjson": "application/x-ndjson; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".vtt": "text/vtt; charset=utf-8",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
FRESH = b"public, max-age=1, stale-while-revalidate=30, stale-if-error=86400"
SAFE = (b"X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
        b"Access-Control-Allow-Origin: *\r\n")  # fmt: skip
# A page of ours loads what is ours, and pictures and videos from where they lie.
POLICY = ("default-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: https:;"
          " media-src 'self' https: blob:; object-src 'none'; base-uri 'none';"
          " form-action 'self'")  # fmt: skip
MEMORY = 256 << 20
ENCODINGS = ((b"br", ".br"), (b"gzip", ".gz"), (b"", ""))


@dataclass(slots=True)
class Entry:
    """A file in memory: for each encoding the head without its date, the body, the tag."""

    mark: tuple[int, int]
    answers: dict[bytes, tuple[bytes, bytes, bytes]]
    size: int


class Pages:
    """Files of a folder, held in memory while they do not change."""

    def __init__(self, folder: Path, *, memory: int = MEMORY) -> None:
        self.folder = os.fspath(folder.resolve())
        self.memory, self.held = memory, 0
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()

    def get(self, path: bytes) -> Entry | None:
        """Return the file of a path, as it is now; None when there is none."""
        name = self._name(path)
        if name is None:
            return None
        try:
            found = os.stat(name)
        except OSError:
            self._drop(path)
            return None
        mark = (found.st_mtime_ns, found.st_size)
        entry = self._entries.get(path)
        if entry is None or entry.mark != mark:
            self._drop(path)
            entry = self._entries[path] = self._read(name, mark)
            self.held += entry.size
            while self.held > self.memory and len(self._entries) > 1:
                self._drop(next(iter(self._entries)))
        self._entries.move_to_end(path)
        return entry

    def _name(self, path: bytes) -> str | None:
        text = path.decode("ascii", "replace")
        if "%" in text:
            text = unquote(text)
        if "/." in text or "\x00" in text or not text.startswith("/"):
            return None
        return f"{self.folder}{text}{'index.html' if text.endswith('/') else ''}"

    def _drop(self, path: bytes) -> None:
        entry = self._entries.pop(path, None)
        if entry:
            self.held -= entry.size

    def _read(self, name: str, mark: tuple[int, int]) -> Entry:
        kind = TYPES.get(os.path.splitext(name)[1], "application/octet-stream")
        answers = {}
        for encoding, end in ENCODINGS:
            try:
                with open(name + end, "rb") as file:
                    body = file.read()
            except OSError:
                continue
            digest = hashlib.blake2b(body, digest_size=9).hexdigest().encode()
            tag = b'"%s-%s"' % (digest, encoding[:1] or b"i")
            head = b"Content-Type: %s\r\nETag: %s\r\nCache-Control: %s\r\n" % (
                kind.encode(), tag, FRESH
            )  # fmt: skip
            head += b"Vary: Accept-Encoding\r\n" + SAFE
            if kind.startswith("text/html"):
                head += b"Content-Security-Policy: %s\r\n" % POLICY.encode()
            if encoding:
                head += b"Content-Encoding: %s\r\n" % encoding
            answers[encoding] = (head, body, tag)
        return Entry(mark=mark, answers=answers, size=sum(len(b) for _, b, _ in answers.values()))
