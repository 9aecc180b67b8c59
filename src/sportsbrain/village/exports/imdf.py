"""
The village's buildings as an IMDF 1.0 archive (OGC 20-094): GeoJSON files in a zip.

Identifiers are made of the codes, so that the same village has the same ones each time.
"""

import datetime as dt
import io
import json
import uuid
import zipfile
from collections.abc import Collection, Sequence
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.floors import Corner, Floor, FloorError, Unit

VERSION = "1.0.0"
SPACE = uuid.UUID("6f1c9a3e-5d2b-5a78-9c44-0f6f3b7f2a11")  # ours, for names of identifiers
EPOCH = (1980, 1, 1, 0, 0, 0)  # no clock in the zip: the same content is the same archive
CATEGORY = "resort"  # the nearest of IMDF's categories of venues


def imdf_of(
    *, games: GamesRow, floors: Sequence[Floor], accessible: Collection[str], country: str,
    now: dt.datetime,
) -> bytes:  # fmt: skip
    """
    Return the archive of drawn floors, made ``now``; ``country`` is two letters (ISO 3166-1).

    Raises
    ------
    FloorError
        When nothing is drawn, or the country is none.

    """
    if not floors:
        message = "no floor is drawn: bring them with import-village imdf"
        raise FloorError(message)
    if len(country) != 2 or not country.isalpha() or not country.isascii():
        message = f"{country!r} is no country: two letters, such as PT"
        raise FloorError(message)
    names = _Names(games.code)
    buildings = sorted({floor.building for floor in floors})
    grounds = {b: min((f for f in floors if f.building == b), key=lambda f: abs(f.floor))
               for b in buildings}  # fmt: skip
    parts = {
        "address": [_feature(names("address"), "address", None, {
            "address": games.city, "unit": None, "locality": games.city, "province": None,
            "country": country.upper(), "postal_code": None, "postal_code_ext": None,
            "postal_code_vanity": None,
        })],
        "venue": [_feature(names("venue"), "venue", _around(floors), {
            "category": CATEGORY, "restriction": None, "name": {"en": games.name},
            "alt_name": None, "hours": None, "phone": None, "website": None,
            "display_point": _point(_all_corners(floors)), "address_id": names("address"),
        })],
        "building": [_feature(names("building", b), "building", None, {
            "name": {"en": b}, "alt_name": None, "category": "unspecified", "restriction": None,
            "display_point": _point(grounds[b].corners), "address_id": names("address"),
        }) for b in buildings],
        "footprint": [_feature(names("footprint", b), "footprint", _polygon(grounds[b].corners), {
            "category": "ground", "name": None, "building_ids": [names("building", b)],
        }) for b in buildings],
        "level": [_feature(names("level", f.building, f.floor), "level", _polygon(f.corners), {
            "category": "unspecified", "restriction": None, "outdoor": False, "ordinal": f.floor,
            "name": {"en": f"{f.building} {f.floor}"}, "short_name": {"en": str(f.floor)},
            "display_point": _point(f.corners), "address_id": None,
            "building_ids": [names("building", f.building)],
        }) for f in floors],
        "unit": [_unit(names, f, u, accessible) for f in floors for u in f.units],
    }  # fmt: skip
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        manifest = {"version": VERSION, "created": f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
                    "generator": "sportsbrain", "language": "en"}  # fmt: skip
        _add(archive, "manifest.json", manifest)
        for name, features in parts.items():
            collection = {"type": "FeatureCollection", "name": name, "features": features}
            _add(archive, f"{name}.geojson", collection)
    return file.getvalue()


class _Names:
    """Identifiers of a Games' features."""

    def __init__(self, games: str) -> None:
        self.games = games

    def __call__(self, *words: str | int) -> str:
        return str(uuid.uuid5(SPACE, json.dumps([self.games, *words])))


def _unit(names: _Names, floor: Floor, unit: Unit, accessible: Collection[str]) -> dict[str, Any]:
    return _feature(
        names("unit", floor.building, floor.floor, unit.code), "unit", _polygon(unit.corners),
        {
            "category": unit.category, "restriction": None,
            "accessibility": ["wheelchair"] if unit.code in accessible else None,
            "name": {"en": unit.code}, "alt_name": None, "display_point": _point(unit.corners),
            "level_id": names("level", floor.building, floor.floor),
        },
    )  # fmt: skip


def _feature(code: str, kind: str, geometry: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {"id": code, "type": "Feature", "feature_type": kind, "geometry": geometry,
            "properties": properties}  # fmt: skip


def _polygon(corners: Sequence[Corner]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(c) for c in (*corners, corners[0])]]}


def _point(corners: Sequence[Corner]) -> dict[str, Any]:
    n = len(corners)
    middle = [round(sum(c[axis] for c in corners) / n, 8) for axis in (0, 1)]
    return {"type": "Point", "coordinates": middle}


def _all_corners(floors: Sequence[Floor]) -> list[Corner]:
    return [corner for floor in floors for corner in floor.corners]


def _around(floors: Sequence[Floor]) -> dict[str, Any]:
    """Return the rectangle around all floors, anticlockwise."""
    corners = _all_corners(floors)
    west, south = (min(c[axis] for c in corners) for axis in (0, 1))
    east, north = (max(c[axis] for c in corners) for axis in (0, 1))
    return _polygon(((west, south), (east, south), (east, north), (west, north)))


def _add(archive: zipfile.ZipFile, name: str, content: Any) -> None:
    archive.writestr(zipfile.ZipInfo(name, EPOCH), json.dumps(content, separators=(",", ":")))
