"""Build, solve and check timetables; the only door of the slice into the brain."""

from .build import Built
from .replan import (
    hash_after,
    least_for_closure,
    moves_for,
    places_of_unit,
    replan,
)
from .timetables import (
    PLANNER,
    Order,
    Outcome,
    build_for,
    draft_held,
    plan_timetable,
    score_of,
    starts_named,
    starts_of_version,
)

__all__ = [
    "PLANNER",
    "Built",
    "Order",
    "Outcome",
    "build_for",
    "draft_held",
    "hash_after",
    "least_for_closure",
    "moves_for",
    "places_of_unit",
    "plan_timetable",
    "replan",
    "score_of",
    "starts_named",
    "starts_of_version",
]
