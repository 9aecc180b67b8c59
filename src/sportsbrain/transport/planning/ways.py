"""How far and how long it is between places, as long as nobody has measured it."""

from sportsbrain.vocabulary.geography import distance_km

DETOUR = 1.3  # roads are longer than the line between two points
KM_MAX = 400.0  # who goes further flies
Place = tuple[str, float, float]


def road_km(one: Place, other: Place) -> float:
    """Return the kilometres by road between two places."""
    return distance_km(one[1:], other[1:]) * DETOUR


def ways_between(
    places: tuple[Place, ...], *, kmh: float, start_seconds: float
) -> tuple[tuple[int, ...], ...]:
    """Return the median seconds between places without traffic, shape (places, places)."""

    def seconds(one: Place, other: Place) -> int:
        if one == other:
            return 0
        return int(start_seconds + min(road_km(one, other), KM_MAX) / kmh * 3600)

    return tuple(tuple(seconds(one, other) for other in places) for one in places)
