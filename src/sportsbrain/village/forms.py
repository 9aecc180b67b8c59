"""Words of forms of the village: cut to what is kept, never an error of the server."""

import datetime as dt

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime


def word(request: HttpRequest, name: str, most: int = 60) -> str:
    """Return a word of a form, without blanks round it, of so many letters at most."""
    return request.POST.get(name, "").strip().replace("\x00", "")[:most]


def number(request: HttpRequest, name: str) -> int:
    """Return a whole number of a form; 0 where there is none."""
    found = word(request, name, 9)
    return int(found) if found.isdecimal() else 0


def day(request: HttpRequest, name: str) -> dt.date | None:
    """Return a day of a form; None where there is none."""
    try:
        return dt.date.fromisoformat(word(request, name, 10))
    except ValueError:
        return None


def moment(request: HttpRequest, name: str, zone: dt.tzinfo) -> dt.datetime | None:
    """Return a moment of a form, in a zone unless it says another; None where there is none."""
    try:
        found = parse_datetime(word(request, name, 25))
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=zone)
