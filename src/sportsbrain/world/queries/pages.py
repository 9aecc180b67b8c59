"""Facts one by one, for whoever shows them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from sportsbrain.vocabulary.people import Standing
from sportsbrain.world.models import (
    CompetitionSession,
    Discipline,
    Entry,
    Event,
    EventUnit,
    Location,
    Organisation,
    Participant,
    Phase,
    Result,
    Team,
    TeamMember,
    Venue,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit with everything a list shows of it."""

    code: str
    rsc: str
    name: str
    event_code: str
    event: str
    discipline_code: str
    discipline: str
    gender: str
    phase: str
    medal: str
    schedule_status: str
    location_code: str
    location: str
    venue_code: str
    venue: str
    time_zone: str
    starts_at: dt.datetime | None
    ends_before: dt.datetime | None
    result_status: str


UNIT_FIELDS = (
    "code",
    "rsc",
    "name",
    "phase__event__code",
    "phase__event__name",
    "phase__event__discipline__code",
    "phase__event__discipline__name",
    "phase__event__gender",
    "phase__name",
    "medal",
    "schedule_status",
    "location__code",
    "location__name",
    "location__venue__code",
    "location__venue__name",
    "location__venue__time_zone",
    "starts_at",
    "ends_before",
    "result_status",
)


def unit_lines(*, games_id: int, **where: Any) -> list[UnitLine]:
    """Return units by Django field look-ups, in order of time."""
    rows = (
        EventUnit.objects.filter(games_id=games_id, **where)
        .order_by("starts_at", "code")
        .values_list(*UNIT_FIELDS)
    )
    names = tuple(UnitLine.__dataclass_fields__)
    return [_unit_line(names, row) for row in rows]


def _unit_line(names: tuple[str, ...], row: tuple[Any, ...]) -> UnitLine:
    values: dict[str, Any] = {
        name: "" if value is None and name not in _DATES else value
        for name, value in zip(names, row, strict=True)
    }
    return UnitLine(**values)


_DATES = {"starts_at", "ends_before"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One competitor in one unit."""

    competitor_code: str
    competitor: str
    organisation: str
    start_order: str
    rank: int | None
    value: str
    irregularity: str
    is_team: bool


def result_lines(*, games_id: int, unit_code: str) -> list[ResultLine]:
    """Return start list and results of a unit."""
    rows = Result.objects.filter(games_id=games_id, unit__code=unit_code).order_by("rank", "pk")
    return [
        ResultLine(
            competitor_code=r[0] or r[1],
            competitor=(r[2] or r[3] or r[0] or r[1]),
            organisation=r[4] or r[5],
            start_order=r[6],
            rank=r[7],
            value=r[8],
            irregularity=r[9],
            is_team=r[0] is None,
        )
        for r in rows.values_list(
            "participant__code",
            "team__code",
            "participant__name",
            "team__name",
            "participant__organisation__code",
            "team__organisation__code",
            "start_order",
            "rank",
            "value",
            "irregularity",
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One competitor of an event."""

    competitor_code: str
    competitor: str
    organisation: str
    is_team: bool
    event_code: str
    event: str
    standing: str


def entry_lines(*, games_id: int, **where: Any) -> list[EntryLine]:
    """Return entries by Django field look-ups."""
    rows = Entry.objects.filter(games_id=games_id, **where).order_by(
        "event__code", "participant__organisation__code", "team__organisation__code", "code"
    )
    return [
        EntryLine(
            competitor_code=r[0] or r[1],
            competitor=r[2] or r[3] or r[0] or r[1],
            organisation=r[4] or r[5],
            is_team=r[0] is None,
            event_code=r[6],
            event=r[7],
            standing=r[8],
        )
        for r in rows.values_list(
            "participant__code",
            "team__code",
            "participant__name",
            "team__name",
            "participant__organisation__code",
            "team__organisation__code",
            "event__code",
            "event__name",
            "standing",
        )
    ]


def events_of_organisation(*, games_id: int, code: str) -> set[str]:
    """Return the codes of the events in which an organisation has entries."""
    rows = Entry.objects.filter(games_id=games_id, standing=Standing.ENTERED.value).filter(
        Q(participant__organisation__code=code) | Q(team__organisation__code=code)
    )
    return set(rows.values_list("event__code", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A code with its name and a few numbers."""

    code: str
    name: str
    count: int = 0
    extra: str = ""


def disciplines(*, games_id: int) -> list[Named]:
    """Return the disciplines."""
    rows = Discipline.objects.filter(games_id=games_id).order_by("name").values_list("code", "name")
    return [Named(code=c, name=n) for c, n in rows]


def event_named(*, games_id: int, code: str) -> dict[str, Any] | None:
    """Return one event with its discipline and phases, or None."""
    event = (
        Event.objects.filter(games_id=games_id, code=code)
        .values("code", "name", "gender", "discipline__code", "discipline__name")
        .first()
    )
    if event is None:
        return None
    phases = Phase.objects.filter(games_id=games_id, event__code=code).order_by("order", "code")
    return {**event, "phases": list(phases.values("code", "name", "order"))}


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueLine:
    """A venue with what it holds."""

    code: str
    name: str
    latitude: float | None
    longitude: float | None
    time_zone: str
    zone: str
    spectators_max: int | None
    locations: int
    units: int


def venue_lines(*, games_id: int, **where: Any) -> list[VenueLine]:
    """Return venues with the number of their places and units."""
    rows = (
        Venue.objects.filter(games_id=games_id, **where)
        .annotate(
            places=Count("locations", distinct=True), units=Count("locations__units", distinct=True)
        )
        .order_by("name")
    )
    return [
        VenueLine(
            code=v.code,
            name=v.name,
            latitude=v.latitude,
            longitude=v.longitude,
            time_zone=v.time_zone,
            zone=v.zone,
            spectators_max=v.spectators_max,
            locations=v.places,
            units=v.units,
        )
        for v in rows
    ]


def location_names(*, games_id: int, venue_code: str) -> list[Named]:
    """Return the places of a venue."""
    rows = Location.objects.filter(games_id=games_id, venue__code=venue_code).order_by("code")
    return [
        Named(code=c, name=n, count=k)
        for c, n, k in rows.values_list("code", "name", "units_at_once")
    ]


def organisation_lines(*, games_id: int) -> list[Named]:
    """Return organisations with the number of their participants."""
    rows = (
        Organisation.objects.filter(games_id=games_id)
        .annotate(people=Count("participants"))
        .order_by("name")
        .values_list("code", "name", "people")
    )
    return [Named(code=c, name=n, count=k) for c, n, k in rows]


def participant_lines(*, games_id: int, organisation: str) -> list[Named]:
    """Return the participants of an organisation with the number of their entries."""
    rows = (
        Participant.objects.filter(games_id=games_id, organisation__code=organisation)
        .annotate(entered=Count("entries"))
        .order_by("name", "code")
        .values_list("code", "name", "entered", "gender")
    )
    return [Named(code=c, name=n or c, count=k, extra=g) for c, n, k, g in rows]


def participant_named(*, games_id: int, code: str) -> dict[str, Any] | None:
    """Return one participant, or None."""
    found: Any = (
        Participant.objects.filter(games_id=games_id, code=code)
        .values(
            "code",
            "name",
            "gender",
            "birth_date",
            "height_cm",
            "organisation__code",
            "organisation__name",
        )
        .first()
    )
    return dict(found) if found else None


def team_codes_of(*, games_id: int, participant: str) -> list[str]:
    """Return the codes of the teams a participant belongs to."""
    rows = TeamMember.objects.filter(games_id=games_id, participant__code=participant)
    return list(rows.values_list("team__code", flat=True))


def team_named(*, games_id: int, code: str) -> dict[str, Any] | None:
    """Return one team with its members, or None."""
    team = (
        Team.objects.filter(games_id=games_id, code=code)
        .values("code", "name", "organisation__code")
        .first()
    )
    if team is None:
        return None
    members = TeamMember.objects.filter(games_id=games_id, team__code=code).order_by(
        "participant__code"
    )
    return {**team, "members": list(members.values("participant__code", "participant__name"))}


def counts(*, games_id: int) -> dict[str, int]:
    """Return how many of each there are, in one query."""
    tables = (
        ("disciplines", Discipline),
        ("events", Event),
        ("units", EventUnit),
        ("sessions", CompetitionSession),
        ("venues", Venue),
        ("organisations", Organisation),
        ("participants", Participant),
    )
    parts = [
        f"(SELECT count(*) FROM {model._meta.db_table} WHERE games_id = %s)"  # noqa: S608  # our own table names
        for _, model in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), [games_id] * len(parts))
        row = cursor.fetchone()
    return {name: int(n) for (name, _), n in zip(tables, row, strict=True)}


def found(*, games_id: int, text: str, rows_max: int = 12) -> list[tuple[str, str, str]]:
    """Return (kind, code, name) of things whose code or name holds the text."""
    hits: list[tuple[str, str, str]] = []
    kinds: tuple[tuple[str, Any], ...] = (
        ("event", Event),
        ("venue", Venue),
        ("organisation", Organisation),
        ("participant", Participant),
    )
    for kind, model in kinds:
        rows = model.objects.filter(games_id=games_id).filter(
            Q(name__icontains=text) | Q(code__istartswith=text)
        )
        hits += [(kind, c, n or c) for c, n in rows.values_list("code", "name")[:rows_max]]
    return hits


def names_by_code(*, games_id: int, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of some participants, by their codes."""
    rows = Participant.objects.filter(games_id=games_id, code__in=list(codes))
    return dict(rows.values_list("code", "name"))


def codes_named(*, games_id: int, text: str, limit: int = 200) -> tuple[str, ...]:
    """Return the codes of participants whose name holds a text."""
    rows = Participant.objects.filter(games_id=games_id, name__icontains=text)
    return tuple(rows.order_by("name").values_list("code", flat=True)[:limit])


def names_of_participants(*, games_id: int) -> tuple[str, ...]:
    """Return the names of all participants."""
    rows = Participant.objects.filter(games_id=games_id).exclude(name="")
    return tuple(rows.values_list("name", flat=True))
