"""A room list as people bring it."""

import datetime as dt
from dataclasses import dataclass

COLUMNS = {
    "person": "the code of the person in the registration",
    "room": "the code of the room",
    "bed": "the number of the bed in the room, from 1",
    "arrives": "the first night, such as 2030-07-17",
    "leaves": "the day of leaving, such as 2030-08-02",
    "delegation": "needed for people who have no bed yet",
    "gender": "M, W or X; needed for people who have no bed yet",
    "role": "such as athlete or official; may be empty",
}
NEEDED = ("person", "room", "bed", "arrives", "leaves")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomingLine:
    """One row of a list; ``bed`` counts from 0."""

    line: int
    person: str
    room: str
    bed: int
    arrives: dt.date
    leaves: dt.date
    delegation: str
    gender: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomingIssue:
    """A row that can't be read, and what to do."""

    line: int
    column: str
    value: str
    advice: str

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        return f"line {self.line}, {self.column}{shown}: {self.advice}"
