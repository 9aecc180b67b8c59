"""Floors of the village as they were drawn."""

from sportsbrain.village.models import VillageFloor, VillageRoom
from sportsbrain.vocabulary.floors import Floor, Unit


def floor_rows(*, games_id: int) -> tuple[Floor, ...]:
    """Return the floors that are drawn, by building from the lowest."""
    rows = VillageFloor.objects.filter(games_id=games_id).order_by("building", "floor")
    return tuple(
        Floor(
            building=row.building, floor=row.floor, corners=tuple((x, y) for x, y in row.corners),
            units=tuple(
                Unit(code=code, category=category, corners=tuple((x, y) for x, y in corners))
                for code, category, corners in row.units
            ),
        )
        for row in rows
    )  # fmt: skip


def accessible_rooms(*, games_id: int) -> frozenset[str]:
    """Return the codes of rooms for people in wheelchairs."""
    rooms = VillageRoom.objects.filter(games_id=games_id, is_accessible=True)
    return frozenset(rooms.values_list("code", flat=True))
