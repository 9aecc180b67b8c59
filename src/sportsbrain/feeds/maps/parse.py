"""Features to a drawing: points and lines as they are, rooms and openings as a network."""

import itertools
import math
from typing import Any

from sportsbrain.feeds.maps.messages import Features
from sportsbrain.vocabulary.drawings import (
    KINDS,
    Drawing,
    DrawingError,
    Entry,
    Passage,
    Place,
    Stand,
)

SNAP_METRES = 3.0
WIDTH = 3.0
SEATS = 1000
STAIRS = {"stairs": "stairs", "escalator": "escalator", "elevator": "lift", "ramp": "level"}
FLOWS = {"gate": 0.0, "escalator": 1.4, "lift": 0.3}
OUTSIDE = "outside"
Point = tuple[float, float]


def drawing_of(features: Features) -> Drawing:
    """
    Return the drawing of a file.

    Raises
    ------
    DrawingError
        When something is missing or contradicts itself; the message says what.

    """
    try:
        return _from_imdf(features) if features.is_imdf else _from_geojson(features)
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        if isinstance(error, DrawingError):
            raise
        message = f"a feature is not understood: {type(error).__name__} {error}"
        raise DrawingError(message) from error


class _Places:
    """Points that are places once: what is nearer than three metres is one place."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    def named(self, code: str, x: float, y: float) -> str:
        self.places.append(Place(code=code, x=x, y=y))
        return code

    def at(self, x: float, y: float) -> str:
        for place in self.places:
            if math.hypot(place.x - x, place.y - y) <= SNAP_METRES:
                return place.code
        return self.named(f"P{len(self.places) + 1}", x, y)


def _from_geojson(features: Features) -> Drawing:
    places, exits = _Places(), []
    rows = features.parts["drawing"]
    told = [(f["properties"] or {}, f["geometry"]) for f in rows]
    for properties, geometry in told:
        if properties.get("kind") in {"place", "exit"}:
            code = str(properties.get("code") or f"P{len(places.places) + 1}")
            places.named(code, *features.metres(geometry["coordinates"]))
            if properties.get("exit") or properties["kind"] == "exit":
                exits.append(code)
    passages: list[Passage] = []
    for properties, geometry in told:
        if geometry["type"] == "LineString":
            passages += _ways(features, places, properties, geometry["coordinates"], len(passages))
    stands: list[Stand] = []
    entries: list[Entry] = []
    for properties, geometry in told:
        kind = properties.get("kind")
        if kind == "stand":
            place = _place_of(features, places, properties, geometry)
            stands.append(
                Stand(
                    code=str(properties.get("code", f"Block {len(stands) + 1}")),
                    place=place,
                    seats=int(properties.get("seats", SEATS)),
                )
            )
        if kind == "entrance":
            entries.append(_entry(features, places, properties, geometry, len(entries)))
    return _drawing(places, passages, stands, entries, exits, "GeoJSON")


def _place_of(features: Features, places: _Places, properties: Any, geometry: Any) -> str:
    code = properties.get("place")
    if code is not None:
        return str(code)
    return places.at(*features.metres(geometry["coordinates"]))


def _ways(
    features: Features, places: _Places, properties: Any, line: list[list[float]], count: int
) -> list[Passage]:
    """Return a way for each part of a line; as exported here it has one, with its two places."""
    kind = str(properties.get("way") or properties.get("highway") or "level")
    kind = "stairs" if kind == "steps" else kind if kind in KINDS else "level"
    names = [properties.get("start"), properties.get("end")]
    if names[0] is None or names[1] is None:
        names = [places.at(*features.metres(point)) for point in line]
    found = []
    for n, (start, end) in enumerate(itertools.pairwise(names)):
        if start == end:
            continue
        code = str(properties.get("code") or f"W{count + 1}")
        found.append(
            Passage(
                code=code if n == 0 else f"{code}.{n}",
                start=str(start),
                end=str(end),
                width=float(properties.get("width") or WIDTH),
                length=float(properties.get("length") or 0.0) if len(names) == 2 else 0.0,
                kind=kind,
                flow=float(properties.get("flow") or FLOWS.get(kind, 0.0)),
                every=float(properties.get("every") or 0.0),
                is_closed=bool(properties.get("is_closed")),
            )
        )
    return found


def _entry(
    features: Features, places: _Places, properties: Any, geometry: Any, count: int
) -> Entry:
    walks = properties.get("walks") or (300.0, 50.0, 150.0)
    return Entry(
        code=str(properties.get("code", f"Entrance {count + 1}")),
        place=_place_of(features, places, properties, geometry),
        share=float(properties.get("share", 0.0)),
        lanes=int(properties.get("lanes", 4)),
        gates=int(properties.get("gates", 4)),
        walks=tuple(float(metres) for metres in walks),
    )


def _drawing(
    places: _Places,
    passages: list[Passage],
    stands: list[Stand],
    entries: list[Entry],
    exits: list[str],
    template: str,
) -> Drawing:
    if not exits:
        message = "no exit is drawn: mark at least one place as an exit"
        raise DrawingError(message)
    if not entries:
        share = 1.0 / len(exits)
        entries = [
            Entry(code=f"Entrance {n + 1}", place=code, share=share, lanes=4, gates=4)
            for n, code in enumerate(exits)
        ]
    return Drawing(
        template=template,
        places=tuple(places.places),
        passages=tuple(passages),
        stands=tuple(stands),
        entries=tuple(entries),
        exits=tuple(exits),
    )


def _from_imdf(features: Features) -> Drawing:
    """Return rooms as places and openings as ways between the rooms on both of their sides."""
    places, units = _Places(), []
    for feature in features.parts["unit"]:
        if feature["geometry"]["type"] not in {"Polygon", "MultiPolygon"}:
            continue
        rings = feature["geometry"]["coordinates"]
        ring = rings[0][0] if feature["geometry"]["type"] == "MultiPolygon" else rings[0]
        points = [features.metres(point) for point in ring]
        units.append((str(feature["id"]), feature.get("properties") or {}, points))
    for code, _, points in units:
        places.named(code, *_middle(points))
    stands = [
        Stand(code=_name(properties, code), place=code, seats=int(properties.get("seats", SEATS)))
        for code, properties, _ in units
        if properties.get("category") in {"seating", "auditorium", "theater"}
    ]
    passages: list[Passage] = []
    exits: list[str] = []
    for feature in features.parts["opening"]:
        line = [features.metres(point) for point in feature["geometry"]["coordinates"]]
        sides = [_unit_at(units, side) for side in _sides(line)]
        if sides[0] == sides[1] or not any(sides):
            continue
        width = max(0.6, math.dist(line[0], line[-1]))
        ends = []
        for side in sides:
            if side:
                ends.append(side)
            else:
                code = places.named(f"{OUTSIDE} {len(exits) + 1}", *_middle(line))
                exits.append(code)
                ends.append(code)
        kind = _kind(units, ends)
        for n, (start, end) in enumerate(((ends[0], ends[1]), (ends[1], ends[0]))):
            if start not in exits:
                passages.append(
                    Passage(
                        code=f"{feature['id']}{'' if n == 0 else ' back'}",
                        start=start,
                        end=end,
                        width=width,
                        kind=kind,
                        flow=FLOWS.get(kind, 0.0),
                    )
                )
    return _drawing(places, passages, stands, [], exits, "IMDF")


def _name(properties: Any, code: str) -> str:
    names = properties.get("name")
    return str(next(iter(names.values()), code)) if isinstance(names, dict) else code


def _kind(units: list[Any], ends: list[str]) -> str:
    for code, properties, _ in units:
        if code in ends and properties.get("category") in STAIRS:
            return STAIRS[properties["category"]]
    return "level"


def _middle(points: list[Point]) -> Point:
    own = points[:-1] if len(points) > 2 and points[0] == points[-1] else points
    return (
        round(sum(x for x, _ in own) / len(own), 2),
        round(sum(y for _, y in own) / len(own), 2),
    )


def _sides(line: list[Point]) -> tuple[Point, Point]:
    """Return a point half a metre to either side of the middle of a line."""
    (x1, y1), (x2, y2) = line[0], line[-1]
    long = math.hypot(x2 - x1, y2 - y1) or 1.0
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    across = (-(y2 - y1) / long * 0.5, (x2 - x1) / long * 0.5)
    return (x + across[0], y + across[1]), (x - across[0], y - across[1])


def _unit_at(units: list[Any], point: Point) -> str:
    return next((code for code, _, points in units if _holds(points, point)), "")


def _holds(points: list[Point], point: Point) -> bool:
    """Tell whether a polygon holds a point: an odd number of edges to the right of it."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
