"""A list of arrivals and departures as organisations bring it."""

import datetime as dt
from dataclasses import dataclass


def _(text: str) -> str:
    """Mark a text for translation: parsers know no Django."""
    return text


COLUMNS = {
    "code": _("your own number of the person, as in the list of people"),
    "organisation": _("code of the organisation"),
    "direction": _("arrival or departure"),
    "port": _("code of the airport or station"),
    "carrier": _("number of the flight or train"),
    "at": _("when it lands or leaves, such as 2030-07-15T09:30; the host's clock"),
    "bags": _("how many, 0 to 40"),
    "special": _("bikes, boats, poles, horses, weapons: what needs its own handling"),
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
