"""
What a message of the results feed says, as typed values.

The envelope and the elements are those that `docs/channel.md` names; what is not among them stays
in the raw bytes, which the inbox keeps.
"""

import datetime as dt
from dataclasses import dataclass, field

from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus, ScheduleStatus

BYTES_MAX = 20 << 20


class OdfError(ValueError):
    """A message that is not taken; the message says where and why."""

    def __init__(self, reason: str, advice: str, *, place: str = "", value: str = "") -> None:
        self.reason, self.advice, self.place, self.value = reason, advice, place, value
        super().__init__(f"{place}: {reason}; {advice}" if place else f"{reason}; {advice}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who says what about what: the attributes of the root."""

    competition: str
    kind: str
    code: str
    version: int
    feed: str
    subtype: str = ""
    subcode: str = ""
    status: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """Return what versions are counted for."""
        parts = (self.competition, self.kind, self.subtype, self.code, self.subcode, self.feed)
        return "/".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class OdfPerson:
    """A participant."""

    code: str
    organisation: str
    name: str
    gender: str
    birth_date: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OdfTeam:
    """A team with the athletes it is made of, when the message says so."""

    code: str
    organisation: str
    name: str
    members: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OdfEntry:
    """A competitor of an event."""

    event: str
    competitor: str
    is_team: bool
    organisation: str
    name: str = ""
    athletes: tuple[OdfPerson, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OdfUnit:
    """A unit of the schedule."""

    code: str
    name: str
    medal: str
    schedule_status: ScheduleStatus
    starts_at: dt.datetime | None
    ends_before: dt.datetime | None
    venue: str = ""
    venue_name: str = ""
    location: str = ""
    location_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OdfResult:
    """Results of a unit, whole."""

    unit: str
    status: ResultStatus
    lines: tuple[ResultFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OdfMedals:
    """Who has the medals of an event."""

    event: str
    medals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OdfMessage:
    """One message; ``warnings`` say what was read in another way than it stands there."""

    envelope: Envelope
    people: tuple[OdfPerson, ...] = ()
    teams: tuple[OdfTeam, ...] = ()
    entries: tuple[OdfEntry, ...] = ()
    units: tuple[OdfUnit, ...] = ()
    result: OdfResult | None = None
    medals: OdfMedals | None = None
    is_used: bool = True
    warnings: tuple[str, ...] = field(default_factory=tuple)
