"""Places on the globe."""

import math

EARTH_KM = 6371.0


def distance_km(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the great-circle distance of two (latitude, longitude) pairs in degrees."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    h = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def eased(
    places: dict[str, tuple[float, float]], *, middle: tuple[float, float], edge: float
) -> dict[str, tuple[float, float]]:
    """
    Return where (latitude, longitude) pairs are drawn, in percent of a square picture.

    Directions from the middle are true, distances are eased by their root: venues crowd in the
    middle of a city and one lies far out. ``edge`` percent are left free.
    """
    shrink = math.cos(math.radians(middle[0]))
    ways: dict[str, complex] = {}
    for code, (latitude, longitude) in places.items():
        way = complex((longitude - middle[1]) * shrink, middle[0] - latitude)
        ways[code] = way / math.sqrt(abs(way)) if way else 0j
    reach = max((abs(way) for way in ways.values()), default=1.0) or 1.0
    half = 50 - edge
    return {
        code: (round(50 + half * way.real / reach, 2), round(50 + half * way.imag / reach, 2))
        for code, way in ways.items()
    }
