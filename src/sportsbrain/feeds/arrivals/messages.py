"""A list of arrivals and departures as organisations bring it."""

import datetime as dt
from dataclasses import dataclass

COLUMNS = {
    "code": "your own number of the person, as in the list of people",
    "organisation": "code of the organisation",
    "direction": "arrival or departure",
    "port": "code of the airport or station",
    "carrier": "number of the flight or train",
    "at": "when it lands or leaves, such as 2030-07-15T09:30; the host's clock",
    "bags": "how many, 0 to 40",
    "special": "bikes, boats, poles, horses, weapons: what needs its own handling",
}
NEEDED = ("code", "organisation", "direction", "port", "at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRow:
    """One line of a list."""

    line: int
    code: str
    organisation: str
    direction: str
    port: str
    carrier: str
    at: dt.datetime
    bags: int
    special: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalIssue:
    """A line that can't be read, and what to do."""

    line: int
    column: str
    value: str
    advice: str

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        return f"line {self.line}, {self.column}{shown}: {self.advice}"
