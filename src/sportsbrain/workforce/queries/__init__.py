"""Read the rosters, and what people say of their shifts."""

from .differences import roster_difference
from .shifts import (
    OpenShift,
    RosterPage,
    ShiftRow,
    TeamPage,
    all_shifts,
    open_shifts,
    roster_page,
    shifts_of,
    team_of,
    team_page,
)

__all__ = [
    "OpenShift",
    "RosterPage",
    "ShiftRow",
    "TeamPage",
    "all_shifts",
    "open_shifts",
    "roster_difference",
    "roster_page",
    "shifts_of",
    "team_of",
    "team_page",
]
