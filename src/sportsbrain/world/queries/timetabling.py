"""The facts a timetable is planned from, as frozen rows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sportsbrain.vocabulary.people import Standing
from sportsbrain.world.models import (
    Entry,
    Event,
    EventUnit,
    Location,
    Participant,
    Result,
    Team,
    TeamMember,
    Venue,
)
from sportsbrain.world.queries.entering import without_withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueFact:
    """A venue with its coordinates."""

    code: str
    name: str
    latitude: float | None
    longitude: float | None
    time_zone: str
    zone: str
    spectators_max: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationFact:
    """A field of play."""

    code: str
    venue: str
    units_at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFact:
    """An event."""

    code: str
    name: str
    discipline: str
    gender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFact:
    """A scheduled unit; ``part`` counts rows of one code."""

    code: str
    rsc: str
    part: int
    name: str
    event: str
    phase: str
    phase_order: int
    medal: str
    location: str
    schedule_status: str
    starts_at: dt.datetime
    ends_before: dt.datetime | None
    is_pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableFacts:
    """
    Everything at once.

    ``competitors`` gives the known competitors by unit code, ``phase_competitors`` by the first 26
    characters of the code (also of units that are not on the schedule), ``members`` the persons of
    each team, ``finished_at`` when a unit was completed.
    """

    venues: tuple[VenueFact, ...]
    locations: tuple[LocationFact, ...]
    events: tuple[EventFact, ...]
    units: tuple[UnitFact, ...]
    competitors: dict[str, tuple[str, ...]]
    phase_competitors: dict[str, tuple[str, ...]]
    entries: dict[str, tuple[str, ...]]
    members: dict[str, tuple[str, ...]]
    finished_at: dict[str, dt.datetime]


def timetable_facts(*, games_id: int) -> TimetableFacts:
    """Return the facts of one Games that a timetable depends on."""
    teams = dict(Team.objects.filter(games_id=games_id).values_list("pk", "code"))
    people = dict(Participant.objects.filter(games_id=games_id).values_list("pk", "code"))
    competitors, phase_competitors, finished = _results(games_id, teams, people)
    return TimetableFacts(
        venues=tuple(
            VenueFact(**row)
            for row in Venue.objects.filter(games_id=games_id)
            .order_by("code")
            .values("code", "name", "latitude", "longitude", "time_zone", "zone", "spectators_max")
        ),
        locations=tuple(
            LocationFact(code=code, venue=venue, units_at_once=count)
            for code, venue, count in Location.objects.filter(games_id=games_id)
            .order_by("code")
            .values_list("code", "venue__code", "units_at_once")
        ),
        events=tuple(
            EventFact(code=code, name=name, discipline=discipline, gender=gender)
            for code, name, discipline, gender in Event.objects.filter(games_id=games_id)
            .order_by("code")
            .values_list("code", "name", "discipline__code", "gender")
        ),
        units=tuple(_units(games_id)),
        competitors=competitors,
        phase_competitors=phase_competitors,
        entries=_entries(games_id, teams, people),
        members=_members(games_id, teams, people),
        finished_at=finished,
    )


def _units(games_id: int) -> list[UnitFact]:
    rows: Iterable[Any] = (
        EventUnit.objects.filter(games_id=games_id, starts_at__isnull=False, location__isnull=False)
        .exclude(schedule_status="CANCELLED")
        .order_by("code")
        .values_list(
            "code",
            "rsc",
            "name",
            "phase__event__code",
            "phase__code",
            "phase__order",
            "medal",
            "location__code",
            "schedule_status",
            "starts_at",
            "ends_before",
            "is_pinned",
        )
    )
    return [
        UnitFact(
            code=r[0],
            rsc=r[1],
            part=int(r[0].partition("~")[2] or 1),
            name=r[2],
            event=r[3],
            phase=r[4],
            phase_order=r[5],
            medal=r[6],
            location=r[7],
            schedule_status=r[8],
            starts_at=r[9],
            ends_before=r[10],
            is_pinned=r[11],
        )
        for r in rows
    ]


def _results(
    games_id: int, teams: dict[int, str], people: dict[int, str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, dt.datetime]]:
    units: dict[str, list[str]] = defaultdict(list)
    phases: dict[str, dict[str, None]] = defaultdict(dict)
    finished: dict[str, dt.datetime] = {}
    rows = without_withdrawn(Result.objects.filter(games_id=games_id), games_id=games_id)
    rows = rows.order_by("unit_id", "pk")
    for rsc, person, team, moment in rows.values_list(
        "unit__rsc", "participant_id", "team_id", "finished_at"
    ):
        code = people[person] if person else teams[team]
        units[rsc].append(code)
        phases[rsc[:26]][code] = None
        if moment:
            finished[rsc] = max(moment, finished.get(rsc, moment))
    return (
        {k: tuple(dict.fromkeys(v)) for k, v in units.items()},
        {k: tuple(v) for k, v in phases.items()},
        finished,
    )


def _entries(
    games_id: int, teams: dict[int, str], people: dict[int, str]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = Entry.objects.filter(games_id=games_id, standing=Standing.ENTERED.value)
    rows = rows.exclude(participant__is_withdrawn=True).order_by("code")
    for event, person, team in rows.values_list("event__code", "participant_id", "team_id"):
        found[event].append(people[person] if person else teams[team])
    return {k: tuple(v) for k, v in found.items()}


def _members(
    games_id: int, teams: dict[int, str], people: dict[int, str]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = TeamMember.objects.filter(games_id=games_id, participant__is_withdrawn=False)
    rows = rows.order_by("team_id", "participant_id")
    for team, person in rows.values_list("team_id", "participant_id"):
        found[teams[team]].append(people[person])
    return {k: tuple(v) for k, v in found.items()}
