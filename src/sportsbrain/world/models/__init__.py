"""The facts of a Games, split by subject."""

from .competition import (
    CompetitionSession,
    Discipline,
    Event,
    EventUnit,
    Phase,
)
from .history import FactChange
from .outcomes import Medal, MedalDecision, Result
from .people import Entry, Organisation, Participant, ParticipantAlias, Team, TeamMember
from .places import Building, Location, Room, Venue

__all__ = [
    "Building",
    "CompetitionSession",
    "Discipline",
    "Entry",
    "Event",
    "EventUnit",
    "FactChange",
    "Location",
    "Medal",
    "MedalDecision",
    "Organisation",
    "Participant",
    "ParticipantAlias",
    "Phase",
    "Result",
    "Room",
    "Team",
    "TeamMember",
    "Venue",
]
