"""Calendars of all that one can follow: one event a unit, moved and cancelled ones kept."""

import datetime as dt
from collections.abc import Iterable

from icalendar import Calendar, Event, vDuration

from sportsbrain.channel.updates import FanState, FanUnit

HOUR = dt.timedelta(hours=1)
FRESH = dt.timedelta(minutes=15)
PRODUCT = "-//Sports Brain//channel//EN"


def unit_event(state: FanState, unit: FanUnit) -> bytes:
    """
    Return a unit as a VEVENT without any result.

    Its key never changes; its sequence is how often its time or place was changed.
    """
    event = Event()
    event.add("uid", f"{unit.code}@{state.games.code}.sportsbrain")
    event.add("sequence", unit.moves)
    event.add("dtstamp", unit.moved_at or dt.datetime.combine(
        state.games.starts_on, dt.time(), tzinfo=dt.UTC
    ))  # fmt: skip
    assert unit.starts_at is not None  # noqa: S101  # callers give scheduled units only
    event.add("dtstart", unit.starts_at.astimezone(dt.UTC))
    ends = unit.ends_before or unit.starts_at + HOUR
    event.add("dtend", max(ends, unit.starts_at).astimezone(dt.UTC))
    row = state.events[unit.event]
    discipline = state.disciplines.get(row.discipline, row.discipline)
    medal = "\N{SPORTS MEDAL} " if unit.medal != "0" else ""
    event.add("summary", f"{medal}{discipline}: {unit.name or row.name}")
    event.add("categories", [discipline])
    place = ", ".join(p for p in (unit.location, state.venues.get(unit.venue, "")) if p)
    if place:
        event.add("location", place)
    event.add("status", "CANCELLED" if unit.schedule_status == "CANCELLED" else "CONFIRMED")
    return bytes(event.to_ical())


def calendar(title: str, events: Iterable[bytes]) -> bytes:
    """Return a calendar of finished events."""
    head = Calendar()
    head.add("prodid", PRODUCT)
    head.add("version", "2.0")
    head.add("x-wr-calname", title)
    head.add("refresh-interval", vDuration(FRESH), parameters={"VALUE": "DURATION"})
    head.add("x-published-ttl", vDuration(FRESH))
    opening, closing = bytes(head.to_ical()).split(b"END:VCALENDAR")
    return b"".join((opening, *events, b"END:VCALENDAR", closing))
