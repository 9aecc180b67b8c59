"""The timetable as iCalendar (RFC 5545): stable UIDs, SEQUENCE rises with the version."""

import datetime as dt

from sportsbrain.committee.queries import GamesRow
from sportsbrain.sport.queries import UnitRow


def calendar_text(*, games: GamesRow, rows: list[UnitRow], sequence: int) -> str:
    """Return a calendar with one entry a unit."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sports Brain//timetable//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(games.name)}",
    ]
    for row in rows:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{row.line.code}@{games.code.lower()}.sportsbrain",
            f"SEQUENCE:{sequence}",
            f"DTSTAMP:{_moment(row.starts_at)}",
            f"DTSTART:{_moment(row.starts_at)}",
            f"DTEND:{_moment(row.ends_before)}",
            f"SUMMARY:{_text(f'{row.line.discipline}: {row.line.event}, {row.line.name}')}",
            f"LOCATION:{_text(f'{row.line.venue}, {row.line.location}')}",
            f"CATEGORIES:{'FINAL' if row.is_final else 'COMPETITION'}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> str:
    """Fold at 75 octets without cutting a character."""
    parts: list[str] = []
    part = ""
    for character in line:
        if len((part + character).encode()) > 73:
            parts.append(part)
            part = ""
        part += character
    parts.append(part)
    return "\r\n ".join(parts) + "\r\n"
