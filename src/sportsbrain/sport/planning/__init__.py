"""Build, solve and check timetables; the only door of the slice into the brain."""

from .build import Built, distance_km
from .timetables import (
    PLANNER,
    Closure,
    Order,
    Outcome,
    build_for,
    draft_held,
    moves_for_closure,
    plan_timetable,
    replan_closure,
    score_of,
    starts_named,
    starts_of_version,
)

__all__ = [
    "PLANNER",
    "Built",
    "Closure",
    "Order",
    "Outcome",
    "build_for",
    "distance_km",
    "draft_held",
    "moves_for_closure",
    "plan_timetable",
    "replan_closure",
    "score_of",
    "starts_named",
    "starts_of_version",
]
