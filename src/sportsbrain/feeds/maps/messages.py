"""What a file of a drawing holds before it is understood."""

import io
import json
import math
import zipfile
from dataclasses import dataclass
from typing import Any

from sportsbrain.vocabulary.drawings import DrawingError

BYTES_MAX = 20_000_000
IMDF_PARTS = ("unit", "opening")
METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """GeoJSON features by file, and the coordinates that metres count from."""

    parts: dict[str, tuple[dict[str, Any], ...]]
    latitude: float
    longitude: float

    def metres(self, point: list[float]) -> tuple[float, float]:
        """Return metres east and north of a longitude and latitude."""
        east = METRES_A_DEGREE * math.cos(math.radians(self.latitude))
        return (
            round((float(point[0]) - self.longitude) * east, 2),
            round((float(point[1]) - self.latitude) * METRES_A_DEGREE, 2),
        )

    @property
    def is_imdf(self) -> bool:
        """Tell whether it is an IMDF archive."""
        return "opening" in self.parts


def features_of(content: bytes, *, latitude: float, longitude: float) -> Features:
    """
    Return the features of a GeoJSON file or of an IMDF archive.

    Raises
    ------
    DrawingError
        When it is neither.

    """
    if len(content) > BYTES_MAX:
        message = f"the file is larger than {BYTES_MAX // 1_000_000} MB"
        raise DrawingError(message)
    if content[:2] == b"PK":
        parts = _archive(content)
    else:
        parts = {"drawing": _collection("the file", content)}
    return Features(parts=parts, latitude=latitude, longitude=longitude)


def _archive(content: bytes) -> dict[str, tuple[dict[str, Any], ...]]:
    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > 5 * BYTES_MAX:
                message = "the archive is too large when unpacked"
                raise DrawingError(message)
            for info in archive.infolist():
                name = info.filename.rsplit("/", 1)[-1].removesuffix(".geojson")
                if name in IMDF_PARTS and info.filename.endswith(".geojson"):
                    found[name] = _collection(info.filename, archive.read(info))
    except zipfile.BadZipFile as error:
        message = f"the archive can't be read: {error}"
        raise DrawingError(message) from error
    missing = [part for part in IMDF_PARTS if part not in found]
    if missing:
        message = f"no {missing[0]}.geojson in the archive: an IMDF archive has it"
        raise DrawingError(message)
    return found


def _collection(name: str, content: bytes) -> tuple[dict[str, Any], ...]:
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
