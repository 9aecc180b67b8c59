"""
The world outside on one day, as it really is: nobody who plans knows it.

Nothing here is taken from the planners: people come in waves of their own, lanes tire, trains fail,
storms come. Numbers are this file's own.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

MINUTE = dt.timedelta(minutes=1)
FIVE = 5
ENTRANCES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that comes in by a door at a moment."""

    at: dt.datetime
    door: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueDay:
    """A venue as the day finds it: sessions with their people, and open lanes by quarter."""

    code: str
    name: str
    sessions: tuple[tuple[dt.datetime, dt.datetime, int], ...]
    lanes: tuple[tuple[dt.datetime, int], ...]

    def open_at(self, moment: dt.datetime) -> int:
        """Return the lanes that are open."""
        found = 0
        for at, count in self.lanes:
            if at <= moment:
                found = count
        return found if self.lanes and moment < self.lanes[-1][0] + 15 * MINUTE else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of the day as it is planned."""

    code: str
    venue: str
    starts_at: dt.datetime
    ends_before: dt.datetime


def the_day(
    *,
    venues: tuple[VenueDay, ...],
    units: tuple[Unit, ...],
    runs: tuple[tuple[str, dt.datetime], ...],
    begins_at: dt.datetime,
    seed: int,
) -> tuple[Happening, ...]:
    """Return everything that happens on a day, in order of time."""
    dice = np.random.default_rng([seed, begins_at.toordinal()])
    storm_at = begins_at + dt.timedelta(hours=float(dice.uniform(8, 13)))
    found: list[Happening] = []
    broken = _train(dice, begins_at)
    for venue in venues:
        found += _gates(venue, dice, broken)
    found += _play(units, dice, storm_at)
    found += _buses(runs, dice, begins_at)
    found += _weather(venues, dice, begins_at, storm_at)
    found += _troubles(venues, dice, begins_at)
    return tuple(sorted(found, key=lambda h: (h.at, h.door)))


def _train(dice: np.random.Generator, begins_at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Return when no trains run: forty minutes somewhere in the day."""
    first = begins_at + dt.timedelta(hours=float(dice.uniform(3, 13)))
    return first, first + 40 * MINUTE


def _gates(
    venue: VenueDay, dice: np.random.Generator, broken: tuple[dt.datetime, dt.datetime]
) -> Iterable[Happening]:
    """Return counts of the gates: who really came, through lanes that really work."""
    if not venue.sessions:
        return
    first = min(starts for starts, _, _ in venue.sessions) - dt.timedelta(hours=3)
    first = first.replace(minute=first.minute // FIVE * FIVE, second=0)
    last = max(starts for starts, _, _ in venue.sessions) + dt.timedelta(hours=1)
    minutes = int((last - first) / MINUTE)
    comes = np.zeros(minutes)
    for starts, _, people in venue.sessions:
        there = int(people * dice.normal(0.97, 0.06))
        before = 12 + dice.gamma(3.2, 14.0 * dice.normal(1.0, 0.12), max(0, there))
        when = ((starts - first) / MINUTE - before + dice.normal(0, 8)).astype(int)
        np.add.at(comes, when[(when >= 0) & (when < minutes)], 1.0)
    lost = [int((moment - first) / MINUTE) for moment in broken]
    if 0 < lost[0] < minutes:
        held = 0.5 * comes[lost[0] : lost[1]].copy()
        comes[lost[0] : lost[1]] -= held
        late = min(minutes - 1, lost[1] + 6)
        comes[late] += held.sum()
    pace = 60.0 / (10.2 * dice.normal(1.0, 0.07))  # people a minute of one lane
    queue, through = 0.0, 0.0
    for n in range(minutes):
        queue += comes[n]
        tired = 0.85 if dice.random() < 0.05 else 1.0
        gone = min(queue, venue.open_at(first + n * MINUTE) * pace * tired)
        queue -= gone
        through += gone
        at = first + n * MINUTE
        if (n + 1) % FIVE == 0:
            yield from _count(venue, at - (FIVE - 1) * MINUTE, through, dice)
            through = 0.0


def _count(
    venue: VenueDay, starts_at: dt.datetime, people: float, dice: np.random.Generator
) -> Iterable[Happening]:
    """Return the counts of the entrances; now and then one is late, doubled or nonsense."""
    luck = dice.random()
    if luck < 0.01:
        return
    shares = dice.multinomial(round(people), [1.0 / ENTRANCES] * ENTRANCES)
    rows = [
        {
            "venue": venue.code,
            "entrance": chr(65 + n),
            "starts_at": starts_at.isoformat(),
            "people": int(count),
        }
        for n, count in enumerate(shares)
    ]
    if luck > 0.995:
        rows.append({**rows[0], "people": -1})
    delay = 12.0 if luck < 0.03 else 5.5
    yield Happening(at=starts_at + delay * MINUTE, door="scans", body={"scans": rows})
    if luck > 0.98:
        yield Happening(at=starts_at + (delay + 1) * MINUTE, door="scans", body={"scans": rows})


def _play(
    units: tuple[Unit, ...], dice: np.random.Generator, storm_at: dt.datetime
) -> Iterable[Happening]:
    """Return when units really begin and end: lateness is handed on along a venue."""
    late: dict[str, float] = {}
    for unit in sorted(units, key=lambda u: (u.starts_at, u.code)):
        own = max(0.0, late.get(unit.venue, 0.0) - 3.0)
        if dice.random() < 0.06:
            own += float(dice.exponential(9.0))
        if storm_at <= unit.starts_at < storm_at + 40 * MINUTE and dice.random() < 0.3:
            own += 45.0
        begins = unit.starts_at + (own + abs(float(dice.normal(0, 0.7)))) * MINUTE
        if own >= 8:
            body = {"status": "DELAYED", "late_minutes": round(own)}
            at = unit.starts_at - 2 * MINUTE
            yield Happening(at=at, door=f"units/{unit.code}/status", body=body)
        long = (unit.ends_before - unit.starts_at) * float(dice.normal(1.0, 0.05))
        yield Happening(at=begins, door=f"units/{unit.code}/status", body={"status": "RUNNING"})
        ends = begins + max(long, 2 * MINUTE)
        yield Happening(at=ends, door=f"units/{unit.code}/status", body={"status": "FINISHED"})
        late[unit.venue] = max(0.0, (ends - unit.ends_before) / MINUTE)


def _buses(
    runs: tuple[tuple[str, dt.datetime], ...], dice: np.random.Generator, begins_at: dt.datetime
) -> Iterable[Happening]:
    """Return late buses: few all day, many in a jam."""
    jam = begins_at + dt.timedelta(hours=float(dice.choice([2.0, 11.0])))
    by_minute: dict[dt.datetime, list[dict[str, Any]]] = {}
    for code, leaves_at in runs:
        is_jam = jam <= leaves_at < jam + 75 * MINUTE
        if dice.random() >= (0.12 if is_jam else 0.004):
            continue
        minutes = round(float(dice.gamma(2.0, 6.0 if is_jam else 3.5)) + 2)
        at = leaves_at.replace(second=0, minute=leaves_at.minute // 10 * 10) + 4 * MINUTE
        by_minute.setdefault(at, []).append({"run": code, "minutes": minutes})
    for at, delays in by_minute.items():
        yield Happening(at=at, door="delays", body={"delays": delays})


def _weather(
    venues: tuple[VenueDay, ...],
    dice: np.random.Generator,
    begins_at: dt.datetime,
    storm_at: dt.datetime,
) -> Iterable[Happening]:
    """Return the weather every half hour, and a thunderstorm."""
    warm = float(dice.normal(27, 3))
    for step in range(34):
        at = begins_at + 30 * step * MINUTE
        away = abs((at - storm_at) / MINUTE)
        body: dict[str, Any] = {
            "area": "City",
            "temperature": round(warm + 6 * math.sin((step - 8) / 34 * 2 * math.pi), 1),
            "wind": round(abs(float(dice.normal(3, 1.5))), 1),
            "text": "thunderstorm" if away < 60 else "fair",
            "source": "feed",
        }
        if away < 60:
            body["lightning_km"] = round(3 + away / 5, 1)
        yield Happening(at=at, door="weather", body=body)
    near = [v for v in venues if v.sessions]
    for venue in [near[int(n)] for n in dice.integers(0, len(near), 2)] if near else []:
        for is_on, at in ((True, storm_at), (False, storm_at + 45 * MINUTE)):
            yield _signal("weather.lightning", f"lightning:{venue.code}", at, venue.code,
                          f"{venue.name}: lightning 6 km away", is_on=is_on)  # fmt: skip


def _troubles(
    venues: tuple[VenueDay, ...], dice: np.random.Generator, begins_at: dt.datetime
) -> Iterable[Happening]:
    """Return people who need help, a power cut, and a gateway that floods the room."""
    busy = [venue for venue in venues if venue.sessions]
    if not busy:
        return
    for n in range(int(dice.integers(3, 7))):
        venue = busy[int(dice.integers(0, len(busy)))]
        starts = venue.sessions[0][0]
        at = starts + float(dice.uniform(-40, 120)) * MINUTE
        text = f"{venue.name}: a spectator has collapsed, block {dice.integers(1, 20)}"
        yield _signal("medical", f"medical:{venue.code}:{n}", at, venue.code, text)
    venue = busy[int(dice.integers(0, len(busy)))]
    at = venue.sessions[0][0] + 25 * MINUTE
    for is_on, when in ((True, at), (False, at + 14 * MINUTE)):
        yield _signal("power", f"power:{venue.code}", when, venue.code,
                      f"{venue.name}: no power at the west stand", is_on=is_on)  # fmt: skip
    at = begins_at + dt.timedelta(hours=float(dice.uniform(2, 12)))
    flood = [
        _said("device.silent", f"lamp-{n}", "", "no answer", gateway="Gateway 7")
        for n in range(600)
    ]
    yield Happening(at=at, door="signals", body={"signals": flood})


def _said(
    kind: str, fingerprint: str, venue: str, text: str, *, gateway: str = "", is_on: bool = True
) -> dict[str, Any]:
    return {
        "source": gateway or "venue desk",
        "kind": kind,
        "fingerprint": fingerprint,
        "venue": venue,
        "gateway": gateway,
        "text": text,
        "is_on": is_on,
    }


def _signal(
    kind: str, fingerprint: str, at: dt.datetime, venue: str, text: str, *, is_on: bool = True
) -> Happening:
    row = _said(kind, fingerprint, venue, text, is_on=is_on)
    return Happening(at=at, door="signals", body={"signals": [row]})
