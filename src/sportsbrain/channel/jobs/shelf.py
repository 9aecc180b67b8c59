"""The shelf: finished bytes as plain files, each with its gzip and brotli twins."""

import gzip
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import brotli

GZIP, BROTLI = 6, 5
LEAST = 256  # bytes below which compressing saves nothing


class Shelf:
    """
    A folder that a page server, nginx or a CDN serves as it is.

    A file is replaced whole: whoever reads it has the old bytes or the new ones. ``told`` hears of
    each that was.
    """

    def __init__(self, folder: Path, *, told: Callable[[str], None] | None = None) -> None:
        self.folder, self.told = folder, told
        self._known: dict[str, bytes] = {}

    def put(self, path: str, content: bytes) -> bool:
        """Keep content under a path and return whether it differs from what is there."""
        target = self.folder / path
        mark = content if len(content) < 64 else _mark(content)
        if self._known.get(path) == mark:
            return False
        if path not in self._known and _same(target, content):
            self._known[path] = mark
            return False
        if path not in self._known:
            target.parent.mkdir(parents=True, exist_ok=True)
        twins = Path(f"{target}.gz"), Path(f"{target}.br")
        if len(content) >= LEAST:
            _write(twins[0], gzip.compress(content, GZIP, mtime=0))
            _write(twins[1], brotli.compress(content, quality=BROTLI))
        else:
            for twin in twins:  # those of a larger file before it
                twin.unlink(missing_ok=True)
        _write(target, content)  # last: whoever sees it finds its twins
        self._known[path] = mark
        if self.told:
            self.told(path)
        return True


def _mark(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _same(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o644)
            file.write(content)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
