"""A list of rides as people bring it."""

import datetime as dt
from dataclasses import dataclass

COLUMNS = {
    "code": "their own number of the ride; the same number again changes the ride; may be empty",
    "from": "village, hotels or the code of a venue",
    "to": "village, hotels or the code of a venue",
    "people": "how many, 1 to 60",
    "arrive_by": "when they have to be there, such as 2030-07-24T09:30; or leave empty",
    "fetch_at": "from when on they can be fetched; give one of the two",
    "client": "for whom",
}
NEEDED = ("from", "to", "people", "client")


@dataclass(frozen=True, slots=True, kw_only=True)
class RideValues:
    """One row of a list."""

    line: int
    code: str
    from_place: str
    to_place: str
    people: int
    wanted_at: dt.datetime
    is_arrival: bool
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RideIssue:
    """A row that can't be read, and what to do."""

    line: int
    column: str
    value: str
    advice: str

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        return f"line {self.line}, {self.column}{shown}: {self.advice}"
