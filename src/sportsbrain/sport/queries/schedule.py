"""The schedule by day and venue, as imported or of a version."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import version_items
from sportsbrain.world.queries import UnitLine, events_of_organisation, unit_lines

PLANNER = "timetable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a schedule page shows."""

    day: dt.date | None = None
    discipline: str = ""
    organisation: str = ""
    venue: str = ""
    is_medal_only: bool = False
    version: int | None = None
    events: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit at a time, in the clock of the Games and of its venue."""

    line: UnitLine
    starts_at: dt.datetime
    ends_before: dt.datetime
    venue_clock: str

    @property
    def is_final(self) -> bool:
        """Tell whether the unit decides gold."""
        return self.line.medal == "1"

    @property
    def clock(self) -> str:
        """Return start and end in the clock of the Games."""
        return f"{self.starts_at:%H:%M}–{self.ends_before:%H:%M}"

    @property
    def minutes(self) -> int:
        """Return the duration."""
        return int((self.ends_before - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A unit drawn: percent from the left and wide."""

    row: UnitRow
    left: float
    width: float
    top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One venue's day, drawn."""

    venue_code: str
    venue: str
    bars: tuple[Bar, ...]
    depth: int
    finals: int


def unit_rows(*, games: GamesRow, filters: Filters) -> list[UnitRow]:
    """Return the units of the filters in order of time."""
    where: dict[str, object] = {"starts_at__isnull": False, "location__isnull": False}
    if filters.discipline:
        where["phase__event__discipline__code"] = filters.discipline
    if filters.venue:
        where["location__venue__code"] = filters.venue
    if filters.events:
        where["phase__event__code__in"] = filters.events
    if filters.unit:
        where["code"] = filters.unit
    if filters.is_medal_only:
        where["medal"] = "1"
    if filters.day and filters.version is None:
        first = dt.datetime.combine(filters.day, dt.time(), tzinfo=ZoneInfo(games.time_zone))
        where["starts_at__gte"] = first
        where["starts_at__lt"] = first + dt.timedelta(days=1)
    lines = [u for u in unit_lines(games_id=games.id, **where) if u.schedule_status != "CANCELLED"]
    if filters.organisation:
        events = events_of_organisation(games_id=games.id, code=filters.organisation)
        lines = [u for u in lines if u.event_code in events]
    rows = _timed(games, lines, filters)
    if filters.day:
        zone = ZoneInfo(games.time_zone)
        rows = [r for r in rows if r.starts_at.astimezone(zone).date() == filters.day]
    return sorted(rows, key=lambda r: (r.starts_at, r.line.code))


def _timed(games: GamesRow, lines: list[UnitLine], filters: Filters) -> list[UnitRow]:
    zone = ZoneInfo(games.time_zone)
    if filters.version is None:
        items = {}
    else:
        items = version_items(games_id=games.id, planner=PLANNER, number=filters.version)
    epoch = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC)
    rows: list[UnitRow] = []
    for line in lines:
        starts, ends = line.starts_at, line.ends_before
        if filters.version is not None:
            item = items.get(line.code)
            if item is None:
                continue
            starts = epoch + dt.timedelta(seconds=item[0])
            ends = epoch + dt.timedelta(seconds=item[1])
        if starts is None:
            continue
        ends = max(ends or starts, starts + dt.timedelta(minutes=1))
        local = ""
        if line.time_zone and line.time_zone != games.time_zone:
            local = f"{starts.astimezone(ZoneInfo(line.time_zone)):%H:%M} at the venue"
        rows.append(
            UnitRow(
                line=replace(line, starts_at=starts, ends_before=ends),
                starts_at=starts.astimezone(zone),
                ends_before=ends.astimezone(zone),
                venue_clock=local,
            )
        )
    return rows


def schedule_days(*, games: GamesRow) -> list[dt.date]:
    """Return the days of a Games."""
    count = (games.ends_on - games.starts_on).days + 1
    return [games.starts_on + dt.timedelta(days=n) for n in range(count)]


def lanes(rows: list[UnitRow], *, day: dt.date) -> tuple[list[Lane], list[tuple[str, float]]]:
    """Return the day drawn venue by venue, and the hours of its axis as (text, percent)."""
    if not rows:
        return [], []
    zone = rows[0].starts_at.tzinfo
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=zone)
    first = min(r.starts_at for r in rows).hour
    last_end = max(r.ends_before for r in rows)
    last = min(30, int((last_end - midnight).total_seconds() // 3600) + 1)
    span = max(1, last - first) * 60
    by_venue: dict[tuple[str, str], list[UnitRow]] = defaultdict(list)
    for row in rows:
        by_venue[row.line.venue, row.line.venue_code].append(row)
    found = []
    for (name, code), units in sorted(by_venue.items()):
        ends: list[dt.datetime] = []
        bars = []
        for unit in units:
            top = next((i for i, end in enumerate(ends) if end <= unit.starts_at), len(ends))
            ends[top : top + 1] = [unit.ends_before]
            begin = (unit.starts_at - midnight).total_seconds() / 60 - first * 60
            bars.append(
                Bar(
                    row=unit,
                    left=round(100 * begin / span, 3),
                    width=round(max(0.25, 100 * unit.minutes / span), 3),
                    top=top,
                )
            )
        found.append(
            Lane(
                venue_code=code,
                venue=name,
                bars=tuple(bars),
                depth=len(ends),
                finals=sum(u.is_final for u in units),
            )
        )
    hours = [
        (f"{h % 24:02}", round(100 * (h - first) * 60 / span, 3)) for h in range(first, last + 1)
    ]
    return found, hours
