"""Read facts as frozen rows."""

from .timetabling import (
    EventFact,
    LocationFact,
    TimetableFacts,
    UnitFact,
    VenueFact,
    timetable_facts,
)

__all__ = [
    "EventFact",
    "LocationFact",
    "TimetableFacts",
    "UnitFact",
    "VenueFact",
    "timetable_facts",
]
