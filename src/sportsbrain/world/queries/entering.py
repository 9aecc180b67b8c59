"""Who is entered where: entries with their standing, and who could be entered."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sportsbrain.vocabulary.people import Standing
from sportsbrain.world.models import (
    Entry,
    Event,
    Participant,
    ParticipantAlias,
    Result,
    Team,
    TeamMember,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event with its number of entries by standing."""

    code: str
    name: str
    discipline: str
    gender: str
    entered: int = 0
    reserves: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AthleteRow:
    """A participant as far as eligibility goes."""

    code: str
    name: str
    organisation: str
    gender: str
    birth_date: dt.date | None
    is_withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitorRow:
    """Who or what could be entered: a participant, or a team with its members."""

    code: str
    name: str
    organisation: str
    is_team: bool
    people: tuple[AthleteRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry; ``mark`` is the best result so far."""

    code: str
    event: str
    competitor: str
    name: str
    organisation: str
    is_team: bool
    standing: str
    mark: str


def event_rows(*, games_id: int, organisation: str = "", codes: tuple[str, ...] = ()) -> list[
    EventRow
]:  # fmt: skip
    """Return events, by discipline and name, with the entries of an organisation or of all."""
    rows = Event.objects.filter(games_id=games_id)
    if codes:
        rows = rows.filter(code__in=codes)
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    entries = Entry.objects.filter(games_id=games_id)
    if organisation:
        entries = entries.filter(_of(organisation))
    for code, standing, n in entries.values_list("event__code", "standing").annotate(n=Count("pk")):
        counted[code][standing] = n
    return [
        EventRow(
            code=code,
            name=name,
            discipline=discipline,
            gender=gender,
            entered=counted[code].get(Standing.ENTERED.value, 0),
            reserves=counted[code].get(Standing.RESERVE.value, 0),
            withdrawn=counted[code].get(Standing.WITHDRAWN.value, 0),
        )
        for code, name, discipline, gender in rows.order_by(
            "discipline__name", "name", "code"
        ).values_list("code", "name", "discipline__name", "gender")
    ]


def entry_rows(*, games_id: int, organisation: str = "", **where: Any) -> list[EntryRow]:
    """Return entries, by event and code, by Django field look-ups."""
    rows = Entry.objects.filter(games_id=games_id, **where)
    if organisation:
        rows = rows.filter(_of(organisation))
    return [
        EntryRow(
            code=r[0],
            event=r[1],
            competitor=r[4] or r[5],
            name=r[6] or r[7] or r[4] or r[5],
            organisation=r[8] or r[9],
            is_team=r[4] is None,
            standing=r[2],
            mark=r[3],
        )
        for r in rows.order_by("event__code", "code").values_list(
            "code",
            "event__code",
            "standing",
            "mark",
            "participant__code",
            "team__code",
            "participant__name",
            "team__name",
            "participant__organisation__code",
            "team__organisation__code",
        )
    ]


def entries_by_organisation(*, games_id: int, event: str) -> dict[tuple[str, str], int]:
    """Return how many entries of an event each (organisation, standing) has."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in entry_rows(games_id=games_id, event__code=event):
        found[row.organisation, row.standing] += 1
    return dict(found)


def competitor_rows(
    *, games_id: int, organisation: str = "", codes: tuple[str, ...] = ()
) -> list[CompetitorRow]:
    """Return participants and teams of an organisation, or of these codes, by code."""
    people = Participant.objects.filter(games_id=games_id)
    teams = Team.objects.filter(games_id=games_id)
    if organisation:
        people = people.filter(organisation__code=organisation)
        teams = teams.filter(organisation__code=organisation)
    if codes:
        people, teams = people.filter(code__in=codes), teams.filter(code__in=codes)
    members: dict[int, list[AthleteRow]] = defaultdict(list)
    for row in TeamMember.objects.filter(team__in=teams).select_related(
        "participant", "participant__organisation"
    ):
        members[row.team_id].append(_athlete(row.participant))
    found = [
        CompetitorRow(
            code=p.code,
            name=p.name or p.code,
            organisation=p.organisation.code,
            is_team=False,
            people=(_athlete(p),),
        )
        for p in people.select_related("organisation").order_by("code")
    ]
    return found + [
        CompetitorRow(
            code=t.code,
            name=t.name or t.code,
            organisation=t.organisation.code,
            is_team=True,
            people=tuple(sorted(members[t.pk], key=lambda person: person.code)),
        )
        for t in teams.select_related("organisation").order_by("code")
    ]


def participants_of(*, games_id: int, people: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the participants that (delegation, code) are, also of codes that were merged."""
    wanted = set(people)
    codes = {code for _, code in wanted}
    found = set()
    rows = Participant.objects.filter(games_id=games_id, code__in=codes)
    for organisation, code in rows.values_list("organisation__code", "code"):
        if (organisation, code) in wanted:
            found.add(code)
    aliases = ParticipantAlias.objects.filter(games_id=games_id, code__in=codes)
    for organisation, code, kept in aliases.values_list(
        "participant__organisation__code", "code", "participant__code"
    ):
        if (organisation, code) in wanted:
            found.add(kept)
    return tuple(sorted(found))


def events_of_teams(*, games_id: int, codes: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return (team, organisation) by event of the entered teams that people are members of."""
    rows = Entry.objects.filter(
        games_id=games_id,
        team__members__participant__code__in=list(codes),
        standing=Standing.ENTERED.value,
    ).distinct()
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for event, team, organisation in rows.order_by("event__code", "code").values_list(
        "event__code", "team__code", "team__organisation__code"
    ):
        found[event].append((team, organisation))
    return dict(found)


def without_withdrawn(rows: QuerySet[Result], *, games_id: int) -> QuerySet[Result]:
    """Return the places on start lists without those of entries that are withdrawn."""
    gone = Entry.objects.filter(games_id=games_id, standing=Standing.WITHDRAWN.value)
    people = Participant.objects.filter(games_id=games_id, is_withdrawn=True)
    if not gone.exists() and not people.exists():
        return rows
    here = gone.filter(event=OuterRef("unit__phase__event"))
    return rows.exclude(
        Q(finished_at__isnull=True)
        & (
            Exists(here.filter(participant=OuterRef("participant")))
            | Exists(here.filter(team=OuterRef("team")))
            | Exists(people.filter(pk=OuterRef("participant")))
        )
    )


def _of(organisation: str) -> Q:
    return Q(participant__organisation__code=organisation) | Q(
        team__organisation__code=organisation
    )


def _athlete(row: Participant) -> AthleteRow:
    return AthleteRow(
        code=row.code,
        name=row.name or row.code,
        organisation=row.organisation.code,
        gender=row.gender,
        birth_date=row.birth_date,
        is_withdrawn=row.is_withdrawn,
    )
