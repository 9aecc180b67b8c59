"""Read what the village's plans say."""

from .differences import meals_difference, rooms_difference
from .kitchen import DishRow, MealRow, MealsPage, meals_page
from .stays import (
    ChefRow,
    Desk,
    FreeBed,
    StayRow,
    chefs_of,
    delegation_stays,
    desk_of,
    differing_stays,
    found_stays,
    free_beds,
    has_stays,
    led_by,
    stays_by_person,
)
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
    "ChefRow",
    "DelegationPage",
    "DelegationRow",
    "Desk",
    "DishRow",
    "FreeBed",
    "MealRow",
    "MealsPage",
    "Resident",
    "StayRow",
    "VillagePage",
    "chefs_of",
    "delegation_page",
    "delegation_stays",
    "desk_of",
    "differing_stays",
    "found_stays",
    "free_beds",
    "has_stays",
    "led_by",
    "meals_difference",
    "meals_page",
    "rooms_difference",
    "stays_by_person",
    "village_page",
]
