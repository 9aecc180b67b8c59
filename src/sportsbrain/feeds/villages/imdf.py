"""The floors of an IMDF 1.0 archive (OGC 20-094), without a database."""

from typing import Any

from sportsbrain.vocabulary.archives import archive_of
from sportsbrain.vocabulary.drawings import DrawingError
from sportsbrain.vocabulary.floors import CORNERS_LEAST, Corner, Floor, FloorError, Unit

PARTS = ("building", "level", "unit")
CODE_LONG = 40
FLOOR_MOST = 200


def floors_of(content: bytes) -> tuple[Floor, ...]:
    """
    Return the floors of an archive with their units.

    A building, level or unit is called by its name; a unit without one by its identifier.

    Raises
    ------
    FloorError
        When something is not understood: in which file, of which feature.

    """
    try:
        parts = archive_of(content, PARTS)
    except DrawingError as error:
        raise FloorError(str(error)) from error
    buildings = {str(f.get("id")): _code("building", f) for f in parts["building"]}
    units: dict[str, list[Unit]] = {}
    for feature in parts["unit"]:
        level = str(_properties("unit", feature).get("level_id"))
        units.setdefault(level, []).append(
            Unit(code=_code("unit", feature), category=_category(feature),
                 corners=_corners("unit", feature))
        )  # fmt: skip
    found: dict[tuple[str, int], Floor] = {}
    for feature in parts["level"]:
        ordinal = _properties("level", feature).get("ordinal")
        if not isinstance(ordinal, int) or abs(ordinal) > FLOOR_MOST:
            raise _wrong("level", feature, f"ordinal {ordinal!r} is no number of a floor")
        building = _building(feature, buildings)
        floor = Floor(
            building=building, floor=ordinal, corners=_corners("level", feature),
            units=tuple(units.pop(str(feature.get("id")), ())),
        )  # fmt: skip
        if found.setdefault((building, ordinal), floor) is not floor:
            raise _wrong("level", feature, f"floor {ordinal} of {building} is there twice")
    if units:
        message = f"unit.geojson: {len(units)} level_id that level.geojson does not have, such as "
        raise FloorError(message + next(iter(units)))
    _no_code_twice(found)
    return tuple(found[where] for where in sorted(found))


def _no_code_twice(found: dict[tuple[str, int], Floor]) -> None:
    for floor in found.values():
        codes = [unit.code for unit in floor.units]
        if len(set(codes)) != len(codes):
            twice = next(code for code in codes if codes.count(code) > 1)
            message = f"unit.geojson: {twice!r} is twice on floor {floor.floor} of {floor.building}"
            raise FloorError(message)


def _wrong(part: str, feature: dict[str, Any], words: str) -> FloorError:
    return FloorError(f"{part}.geojson, feature {feature.get('id')}: {words}")


def _properties(part: str, feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        raise _wrong(part, feature, "no properties")
    return properties


def _code(part: str, feature: dict[str, Any]) -> str:
    names = _properties(part, feature).get("name")
    found = next(iter(names.values()), None) if isinstance(names, dict) else None
    code = str(found or feature.get("id"))
    if len(code) > CODE_LONG or not code.isprintable():
        raise _wrong(part, feature, f"its name is longer than {CODE_LONG} letters, or none")
    return code


def _category(feature: dict[str, Any]) -> str:
    category = _properties("unit", feature).get("category")
    return category[:CODE_LONG] if isinstance(category, str) else "unspecified"


def _building(feature: dict[str, Any], buildings: dict[str, str]) -> str:
    named = _properties("level", feature).get("building_ids")
    if not isinstance(named, list) or len(named) != 1 or str(named[0]) not in buildings:
        raise _wrong("level", feature, "building_ids is not one building of building.geojson")
    return buildings[str(named[0])]


def _corners(part: str, feature: dict[str, Any]) -> tuple[Corner, ...]:
    """Return the outer ring of a polygon; holes, and further polygons, are left out."""
    geometry = feature.get("geometry")
    try:
        rings = geometry["coordinates"]  # type: ignore[index]  # what is none is refused below
        ring = rings[0][0] if geometry["type"] == "MultiPolygon" else rings[0]  # type: ignore[index]
        corners = [(float(point[0]), float(point[1])) for point in ring]
    except (TypeError, KeyError, IndexError, ValueError):
        corners = []
    if corners and corners[0] == corners[-1]:
        corners.pop()
    if len(set(corners)) < CORNERS_LEAST:
        raise _wrong(part, feature, "its geometry is no polygon")
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in corners):
        raise _wrong(part, feature, "its corners are not longitude and latitude in degrees")
    return tuple(corners)
