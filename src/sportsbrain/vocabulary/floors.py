"""Floors of buildings with the shapes of their rooms, in longitude and latitude (degrees)."""

from dataclasses import dataclass

Corner = tuple[float, float]
CORNERS_LEAST = 3


class FloorError(ValueError):
    """What is wrong with drawings of floors, and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A room or another space of a floor; ``corners`` are not closed: the first stands once."""

    code: str
    category: str
    corners: tuple[Corner, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A floor of a building (0 is the ground) with its outline and units."""

    building: str
    floor: int
    corners: tuple[Corner, ...]
    units: tuple[Unit, ...] = ()
