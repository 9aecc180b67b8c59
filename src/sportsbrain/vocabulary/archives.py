"""GeoJSON collections, alone or in an IMDF archive (a zip): bytes to features, with a limit."""

import io
import json
import zipfile
from collections.abc import Collection
from typing import Any

from sportsbrain.vocabulary.drawings import DrawingError

BYTES_MAX = 20_000_000


def archive_of(content: bytes, names: Collection[str]) -> dict[str, tuple[dict[str, Any], ...]]:
    """
    Return the features of the named parts of an IMDF archive.

    Raises
    ------
    DrawingError
        When it is no archive, is too large, or a part is not there.

    """
    refuse_large(content)
    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > 5 * BYTES_MAX:
                message = "the archive is too large when unpacked"
                raise DrawingError(message)
            for info in archive.infolist():
                name = info.filename.rsplit("/", 1)[-1].removesuffix(".geojson")
                if name in names and info.filename.endswith(".geojson"):
                    found[name] = collection_of(info.filename, archive.read(info))
    except zipfile.BadZipFile as error:
        message = f"the archive can't be read: {error}"
        raise DrawingError(message) from error
    missing = [part for part in names if part not in found]
    if missing:
        message = f"no {missing[0]}.geojson in the archive: an IMDF archive has it"
        raise DrawingError(message)
    return found


def refuse_large(content: bytes) -> None:
    """Refuse what is larger than a drawing may be."""
    if len(content) > BYTES_MAX:
        message = f"the file is larger than {BYTES_MAX // 1_000_000} MB"
        raise DrawingError(message)


def collection_of(name: str, content: bytes) -> tuple[dict[str, Any], ...]:
    """Return the features of a FeatureCollection; ``name`` is said when it is none."""
    try:
        raw = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        message = f"{name} is no GeoJSON: {error}"
        raise DrawingError(message) from error
    features = raw.get("features") if isinstance(raw, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        message = f"{name} is no GeoJSON FeatureCollection"
        raise DrawingError(message)
    return tuple(features)
