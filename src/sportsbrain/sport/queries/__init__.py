"""Read the competition as its pages, its API and its command line show it."""

from .clashes import ClashesPage, clashes_page
from .consequences import timetable_difference
from .facts import (
    EventPage,
    OrganisationPage,
    ParticipantPage,
    UnitPage,
    VenuePage,
    event_page,
    games_counts,
    map_points,
    organisation_page,
    organisations,
    participant_page,
    search,
    unit_page,
    venue_page,
    venues,
)
from .schedule import (
    Filters,
    Lane,
    UnitRow,
    lanes,
    schedule_days,
    unit_rows,
)
from .versions import affected, compare_timetables, sign_offs, timetable_rows

__all__ = [
    "ClashesPage",
    "EventPage",
    "Filters",
    "Lane",
    "OrganisationPage",
    "ParticipantPage",
    "UnitPage",
    "UnitRow",
    "VenuePage",
    "affected",
    "clashes_page",
    "compare_timetables",
    "event_page",
    "games_counts",
    "lanes",
    "map_points",
    "organisation_page",
    "organisations",
    "participant_page",
    "schedule_days",
    "search",
    "sign_offs",
    "timetable_difference",
    "timetable_rows",
    "unit_page",
    "unit_rows",
    "venue_page",
    "venues",
]
