"""Read what the village's plans say."""

from .differences import meals_difference, rooms_difference
from .kitchen import DishRow, MealRow, MealsPage, meals_page
from .village import (
    BuildingRow,
    DelegationPage,
    DelegationRow,
    Resident,
    VillagePage,
    delegation_page,
    village_page,
)

__all__ = [
    "BuildingRow",
    "DelegationPage",
    "DelegationRow",
    "DishRow",
    "MealRow",
    "MealsPage",
    "Resident",
    "VillagePage",
    "delegation_page",
    "meals_difference",
    "meals_page",
    "rooms_difference",
    "village_page",
]
