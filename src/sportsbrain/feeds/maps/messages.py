"""What a file of a drawing holds before it is understood."""

import math
from dataclasses import dataclass
from typing import Any

from sportsbrain.vocabulary.archives import archive_of, collection_of, refuse_large

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
    refuse_large(content)
    if content[:2] == b"PK":
        parts = archive_of(content, IMDF_PARTS)
    else:
        parts = {"drawing": collection_of("the file", content)}
    return Features(parts=parts, latitude=latitude, longitude=longitude)
