"""Drawings of floors are kept."""

from collections.abc import Sequence
from dataclasses import astuple

from django.db import transaction

from sportsbrain.village.models import VillageFloor
from sportsbrain.vocabulary.floors import Floor


@transaction.atomic
def save_floors(*, games_id: int, floors: Sequence[Floor]) -> int:
    """Keep the floors of these buildings in place of those that they had."""
    buildings = {floor.building for floor in floors}
    VillageFloor.objects.filter(games_id=games_id, building__in=buildings).delete()
    VillageFloor.objects.bulk_create(
        [
            VillageFloor(games_id=games_id, building=floor.building, floor=floor.floor,
                         corners=floor.corners, units=[astuple(unit) for unit in floor.units])
            for floor in floors
        ]
    )  # fmt: skip
    return len(floors)
