"""The facts of a Games, split by subject."""

from .competition import (
    CompetitionSession,
    Discipline,
    Event,
    EventUnit,
    Phase,
)
from .history import FactChange
from .outcomes import Medal, Result
from .people import Entry, Organisation, Participant, ParticipantAlias, Team, TeamMember
from .places import Location, Venue

__all__ = [
    "CompetitionSession",
    "Discipline",
    "Entry",
    "Event",
    "EventUnit",
    "FactChange",
    "Location",
    "Medal",
    "Organisation",
    "Participant",
    "ParticipantAlias",
    "Phase",
    "Result",
    "Team",
    "TeamMember",
    "Venue",
]
