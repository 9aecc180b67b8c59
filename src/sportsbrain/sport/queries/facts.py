"""One thing at a time: event, unit, venue, organisation, participant."""

import math
from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.sport.queries.schedule import Filters, UnitRow, unit_rows
from sportsbrain.vocabulary.people import Standing
from sportsbrain.world import queries as world
from sportsbrain.world.queries import EntryLine, Named, ResultLine, VenueLine

MAP_SIZE = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """An event with its rounds and its field."""

    event: dict[str, Any]
    units: list[UnitRow]
    entries: list[EntryLine]
    entered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPage:
    """A unit with its start list or results."""

    row: UnitRow
    results: list[ResultLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """A venue on the map: percent from left and top."""

    code: str
    name: str
    x: float
    y: float
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VenuePage:
    """A venue with its places, its days and where it lies."""

    venue: VenueLine
    places: list[Named]
    units: list[UnitRow]
    points: list[MapPoint]
    scale_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPage:
    """An organisation with its people."""

    organisation: Named
    participants: list[Named]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantPage:
    """A person with entries and days."""

    person: dict[str, Any]
    entries: list[EntryLine]
    units: list[UnitRow]


def games_counts(*, games: GamesRow) -> dict[str, int]:
    """Return how many of each a Games holds."""
    return world.counts(games_id=games.id)


def event_page(*, games: GamesRow, code: str, version: int | None) -> EventPage | None:
    """Return an event, or None when there is none."""
    event = world.event_named(games_id=games.id, code=code)
    if event is None:
        return None
    units = unit_rows(games=games, filters=Filters(events=(code,), version=version))
    entries = world.entry_lines(games_id=games.id, event__code=code)
    entered = sum(1 for entry in entries if entry.standing == Standing.ENTERED.value)
    return EventPage(event=event, units=units, entries=entries, entered=entered)


def unit_page(*, games: GamesRow, code: str, version: int | None) -> UnitPage | None:
    """Return a unit, or None when there is none or it has no time."""
    rows = unit_rows(games=games, filters=Filters(unit=code, version=version))
    if not rows:
        return None
    return UnitPage(row=rows[0], results=world.result_lines(games_id=games.id, unit_code=code))


def venues(*, games: GamesRow) -> list[VenueLine]:
    """Return all venues."""
    return world.venue_lines(games_id=games.id)


def map_points(places: list[VenueLine], chosen: str) -> tuple[list[MapPoint], float]:
    """Return venues near the chosen one (or the middle) on a square, and its width in km."""
    known = [v for v in places if v.latitude is not None and v.longitude is not None]
    if not known:
        return [], 0.0
    middle = next((v for v in known if v.code == chosen), None)
    if middle is None:
        by_latitude = sorted(known, key=lambda v: v.latitude or 0.0)
        middle = by_latitude[len(by_latitude) // 2]
    lat0, lon0 = middle.latitude or 0.0, middle.longitude or 0.0
    km_lat, km_lon = 110.57, 111.32 * math.cos(math.radians(lat0))
    offsets = {
        v.code: (((v.longitude or 0) - lon0) * km_lon, ((v.latitude or 0) - lat0) * km_lat)
        for v in known
    }
    far = sorted(max(abs(x), abs(y)) for x, y in offsets.values())
    reach = max(2.0, min(60.0, far[int(len(far) * 0.8)] * 1.15))
    points = [
        MapPoint(
            code=v.code,
            name=v.name,
            x=round(50 + 50 * offsets[v.code][0] / reach, 2),
            y=round(50 - 50 * offsets[v.code][1] / reach, 2),
            is_chosen=v.code == chosen,
        )
        for v in known
        if max(map(abs, offsets[v.code])) <= reach
    ]
    return points, round(2 * reach, 1)


def venue_page(*, games: GamesRow, code: str, version: int | None) -> VenuePage | None:
    """Return a venue, or None when there is none."""
    everything = venues(games=games)
    venue = next((v for v in everything if v.code == code), None)
    if venue is None:
        return None
    points, scale = map_points(everything, code)
    return VenuePage(
        venue=venue,
        places=world.location_names(games_id=games.id, venue_code=code),
        units=unit_rows(games=games, filters=Filters(venue=code, version=version)),
        points=points,
        scale_km=scale,
    )


def organisations(*, games: GamesRow) -> list[Named]:
    """Return all organisations."""
    return world.organisation_lines(games_id=games.id)


def organisation_page(*, games: GamesRow, code: str) -> OrganisationPage | None:
    """Return an organisation, or None when there is none."""
    found = next((o for o in organisations(games=games) if o.code == code), None)
    if found is None:
        return None
    return OrganisationPage(
        organisation=found,
        participants=world.participant_lines(games_id=games.id, organisation=code),
    )


def participant_page(*, games: GamesRow, code: str, version: int | None) -> ParticipantPage | None:
    """Return a participant, or None when there is none."""
    person = world.participant_named(games_id=games.id, code=code)
    if person is None:
        return None
    entries = world.entry_lines(games_id=games.id, participant__code=code)
    teams = world.team_codes_of(games_id=games.id, participant=code)
    if teams:
        entries += world.entry_lines(games_id=games.id, team__code__in=teams)
    events = tuple(
        sorted({e.event_code for e in entries if e.standing != Standing.WITHDRAWN.value})
    )
    filters = Filters(events=events, version=version)
    rows = unit_rows(games=games, filters=filters) if events else []
    return ParticipantPage(person=person, entries=entries, units=rows)


def search(*, games: GamesRow, text: str) -> list[tuple[str, str, str]]:
    """Return (kind, code, name) of what the text finds."""
    return world.found(games_id=games.id, text=text) if len(text.strip()) > 1 else []
