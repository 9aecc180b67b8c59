"""Words of devices: points, values, what a reading is."""

from dataclasses import dataclass
from enum import StrEnum


class PointKind(StrEnum):
    """What a point is: what is so, what happened, what it is told."""

    STATE = "state"
    EVENT = "event"
    COMMAND = "command"


class ValueKind(StrEnum):
    """What the values of a point are."""

    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"  # true or false


class CommandState(StrEnum):
    """Where a command stands."""

    QUEUED = "queued"
    SENT = "sent"
    APPLIED = "applied"
    FAILED = "failed"
    EXPIRED = "expired"


QUALITIES = ("good", "uncertain", "bad")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """A point as the ingest knows it; ``games`` and ``principal`` are keys of rows."""

    id: int
    kind: PointKind
    value_kind: ValueKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalRow:
    """A principal as the ingest knows it; ``points`` by (device, key)."""

    id: int
    games_id: int
    epoch: int
    is_revoked: bool
    points: dict[tuple[str, str], PointRow]


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a point said: a state or an event; times are microseconds since 1970, UTC.

    ``is_history``: kept while its device was offline: it is never the newest.
    """

    point: int
    is_event: bool
    is_history: bool
    at: int
    epoch: int
    sequence: int
    number: float | None
    text: str | None
    quality: int
    received: int


@dataclass(frozen=True, slots=True)
class Birth:
    """A principal came or went."""

    principal: int
    is_online: bool
    epoch: int


@dataclass(frozen=True, slots=True)
class Reply:
    """A device answered a command."""

    principal: int
    number: str
    is_done: bool
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that is not stored, and why; ``games_id`` is none when its sender is unknown."""

    games_id: int | None
    topic: str
    reason: str
    payload: bytes
    received: int
