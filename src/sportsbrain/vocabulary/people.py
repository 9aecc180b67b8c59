"""People of a Games: where a registration stands, who has which duty, what is whose business."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class RegistrationState(StrEnum):
    """Where the registration of a person stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class CheckState(StrEnum):
    """What a background check has come to."""

    WAITING = "waiting"
    SENT = "sent"
    CLEAR = "clear"
    HELD = "held"
    REFUSED = "refused"
    APPEALED = "appealed"


class CardState(StrEnum):
    """Where a card stands."""

    VALID = "valid"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


class RightKind(StrEnum):
    """What a right is for."""

    ZONE = "zone"
    TRANSPORT = "transport"
    SEATING = "seating"
    DINING = "dining"
    VILLAGE = "village"


class Direction(StrEnum):
    """Which way somebody travels."""

    ARRIVAL = "arrival"
    DEPARTURE = "departure"


class MovementState(StrEnum):
    """How far a traveller is, first to last."""

    EXPECTED = "expected"
    LANDED = "landed"
    MET = "met"
    ON_THE_WAY = "on the way"
    CHECKED_IN = "checked in"
    MISSED = "missed"


class Standing(StrEnum):
    """Whether an entry competes."""

    ENTERED = "entered"
    RESERVE = "reserve"
    WITHDRAWN = "withdrawn"


class WithdrawalReason(StrEnum):
    """Why an entry is withdrawn; seen by the own delegation and the office."""

    MEDICAL = "medical"
    PERSONAL = "personal"
    SPORTING = "sporting"
    DISCIPLINARY = "disciplinary"
    ADMINISTRATIVE = "administrative"


class Duty(StrEnum):
    """What a user may do with people: for all organisations or for one."""

    REGISTER = "register"  # a chef de mission, a media manager: the people of the own organisation
    REGISTRATION = "registration"  # the office: everybody's registration, approval, duplicates
    VETTING = "vetting"  # background checks and their reasons
    CARDS = "cards"  # issue, print and cancel cards
    GATE = "gate"  # scan at a gate
    ARRIVALS = "arrivals"  # the desk at the airport and at the village
    PRIVACY = "privacy"  # what is kept of whom, erasure


class FieldClass(StrEnum):
    """How much of somebody's business a field is."""

    NAME = "name"
    IDENTITY = "identity"
    CONTACT = "contact"
    NEEDS = "needs"
    VETTING = "vetting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong in which field, and what to do."""

    column: str
    value: str
    reason: str
    advice: str


def age_on(born: dt.date, day: dt.date) -> int:
    """Return somebody's age in whole years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
