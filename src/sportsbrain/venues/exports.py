"""A drawing as GeoJSON: points, lines and their properties, in longitude and latitude."""

import math
from dataclasses import asdict
from typing import Any

from sportsbrain.vocabulary.drawings import Drawing, Place

METRES_A_DEGREE = 111_320.0


def geojson_of(drawing: Drawing, *, latitude: float, longitude: float) -> dict[str, Any]:
    """Return a drawing as a FeatureCollection around the coordinates of its venue."""

    def at(place: Place) -> list[float]:
        east = METRES_A_DEGREE * math.cos(math.radians(latitude))
        return [
            round(longitude + place.x / east, 7),
            round(latitude + place.y / METRES_A_DEGREE, 7),
        ]

    features = [
        _feature(
            "Point", at(place), kind="place", code=place.code, exit=place.code in drawing.exits
        )
        for place in drawing.places
    ]
    features += [
        _feature(
            "LineString",
            [at(drawing.place(way.start)), at(drawing.place(way.end))],
            **{**asdict(way), "way": way.kind, "kind": "way"},
        )
        for way in drawing.passages
    ]
    features += [
        _feature("Point", at(drawing.place(stand.place)), kind="stand", **asdict(stand))
        for stand in drawing.stands
    ]
    features += [
        _feature("Point", at(drawing.place(entry.place)), kind="entrance", **asdict(entry))
        for entry in drawing.entries
    ]
    return {"type": "FeatureCollection", "template": drawing.template, "features": features}


def _feature(shape: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
