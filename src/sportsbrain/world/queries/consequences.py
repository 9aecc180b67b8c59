"""The facts that beds, buses, meals and shifts are planned from."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from sportsbrain.vocabulary.people import Standing
from sportsbrain.world.models import (
    Building,
    Entry,
    Event,
    EventUnit,
    FactChange,
    Medal,
    Organisation,
    Participant,
    Result,
    Room,
    TeamMember,
    Venue,
)
from sportsbrain.world.queries.entering import without_withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFact:
    """A unit with its venue and its time as imported or adopted."""

    code: str
    event: str
    venue: str
    medal: str
    phase_order: int
    starts_at: dt.datetime | None
    ends_before: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFact:
    """A participant with the events entered, alone or in a team."""

    code: str
    organisation: str
    gender: str
    birth_date: dt.date | None
    height_cm: int | None
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFact:
    """A venue with what transport and staff need of it."""

    code: str
    name: str
    latitude: float | None
    longitude: float | None
    spectators_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingFact:
    """A house of a village; ``quiet_floors`` are for those who compete next day."""

    code: str
    village: str
    latitude: float | None
    longitude: float | None
    walk_minutes: float
    quiet_floors: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFact:
    """A room of a village; rooms with one building, floor and apartment have one door."""

    code: str
    building: str
    floor: int
    apartment: str
    beds: int
    long_beds: int
    is_accessible: bool


def village_facts(*, games_id: int) -> tuple[tuple[BuildingFact, ...], tuple[RoomFact, ...]]:
    """Return the houses and the rooms of the villages, by code."""
    houses = Building.objects.filter(games_id=games_id).order_by("code")
    rooms = Room.objects.filter(games_id=games_id).order_by("code")
    names = ("code", "floor", "apartment", "beds", "long_beds", "is_accessible")
    return (
        tuple(
            BuildingFact(
                code=house.code,
                village=house.village,
                latitude=house.latitude,
                longitude=house.longitude,
                walk_minutes=house.walk_minutes,
                quiet_floors=tuple(int(floor) for floor in house.quiet_floors.split()),
            )
            for house in houses
        ),
        tuple(
            RoomFact(building=row.pop("building__code"), **row)
            for row in rooms.values("building__code", *names)
        ),
    )


def schedule_facts(*, games_id: int) -> list[ScheduleFact]:
    """Return the units with a place that are not cancelled, by code."""
    rows = (
        EventUnit.objects.filter(games_id=games_id, location__isnull=False)
        .exclude(schedule_status="CANCELLED")
        .order_by("code")
        .values_list(
            "code",
            "phase__event__code",
            "location__venue__code",
            "medal",
            "phase__order",
            "starts_at",
            "ends_before",
        )
    )
    return [
        ScheduleFact(
            code=code,
            event=event,
            venue=venue,
            medal=medal,
            phase_order=order,
            starts_at=starts,
            ends_before=ends,
        )
        for code, event, venue, medal, order, starts, ends in rows
    ]


def schedule_stamp(*, games_id: int) -> tuple[int, int]:
    """Return what is another one whenever `schedule_facts` may be: the newest change, the units."""
    changes = FactChange.objects.filter(games_id=games_id).order_by("-pk")
    newest = changes.values_list("pk", flat=True).first() or 0
    return newest, EventUnit.objects.filter(games_id=games_id).count()


def person_facts(*, games_id: int) -> list[PersonFact]:
    """Return every participant who comes, by code, with the events entered."""
    events: dict[int, set[str]] = defaultdict(set)
    entered = Entry.objects.filter(games_id=games_id, standing=Standing.ENTERED.value)
    own = entered.filter(participant__isnull=False)
    for person, event in own.values_list("participant_id", "event__code"):
        events[person].add(event)
    of_team: dict[int, set[str]] = defaultdict(set)
    teams = entered.filter(team__isnull=False)
    for team, event in teams.values_list("team_id", "event__code"):
        of_team[team].add(event)
    members = TeamMember.objects.filter(games_id=games_id)
    for team, person in members.values_list("team_id", "participant_id"):
        events[person] |= of_team[team]
    rows = Participant.objects.filter(games_id=games_id, is_withdrawn=False).order_by("code")
    return [
        PersonFact(
            code=code,
            organisation=organisation,
            gender=gender,
            birth_date=birth,
            height_cm=height,
            events=tuple(sorted(events[key])),
        )
        for key, code, organisation, gender, birth, height in rows.values_list(
            "pk", "code", "organisation__code", "gender", "birth_date", "height_cm"
        )
    ]


def site_facts(*, games_id: int) -> list[SiteFact]:
    """Return every venue, by code."""
    rows = Venue.objects.filter(games_id=games_id).order_by("code")
    return [
        SiteFact(
            code=code,
            name=name,
            latitude=latitude,
            longitude=longitude,
            spectators_max=seats or 0,
        )
        for code, name, latitude, longitude, seats in rows.values_list(
            "code", "name", "latitude", "longitude", "spectators_max"
        )
    ]


def unit_competitors(*, games_id: int) -> dict[str, int]:
    """Return how many persons start in each unit, where a start list or result says so."""
    sizes: dict[int, int] = defaultdict(int)
    members = TeamMember.objects.filter(games_id=games_id, participant__is_withdrawn=False)
    for team in members.values_list("team_id", flat=True):
        sizes[team] += 1
    counts: dict[str, int] = defaultdict(int)
    rows = without_withdrawn(Result.objects.filter(games_id=games_id), games_id=games_id)
    for unit, team in rows.values_list("unit__code", "team_id"):
        counts[unit] += max(1, sizes[team]) if team else 1
    return dict(counts)


def event_names(*, games_id: int) -> list[tuple[str, str]]:
    """Return (code, discipline and name) of every event, by name."""
    rows = Event.objects.filter(games_id=games_id).order_by("discipline__name", "name", "code")
    return [
        (code, f"{discipline}, {name}")
        for code, discipline, name in rows.values_list("code", "discipline__name", "name")
    ]


def golds_by_organisation(*, games_id: int) -> dict[str, int]:
    """Return how many gold medals each organisation has won."""
    rows = Medal.objects.filter(games_id=games_id, kind="GOLD")
    return dict(rows.values_list("organisation__code").annotate(n=Count("pk")))


def delegation_names(*, games_id: int) -> list[tuple[str, str]]:
    """Return (code, name) of every organisation with participants, by name."""
    rows = Organisation.objects.filter(games_id=games_id, participants__isnull=False)
    return list(rows.distinct().order_by("name").values_list("code", "name"))


def units_of_participants(*, games_id: int, codes: tuple[str, ...]) -> list[str]:
    """Return the units in which people start, alone or in a team; one line each start."""
    if not codes:
        return []
    teams = TeamMember.objects.filter(games_id=games_id, participant__code__in=codes)
    rows = without_withdrawn(Result.objects.filter(games_id=games_id), games_id=games_id).filter(
        Q(participant__code__in=codes) | Q(team_id__in=teams.values("team_id"))
    )
    return list(rows.order_by("pk").values_list("unit__code", flat=True))


def organisations_of_participants(*, games_id: int, codes: list[str]) -> dict[str, str]:
    """Return the organisation of each participant that there is of these codes."""
    rows = Participant.objects.filter(games_id=games_id, code__in=codes)
    return dict(rows.values_list("code", "organisation__code"))


def reserves_for(
    *, games_id: int, participant: str, rows_max: int = 3
) -> list[tuple[str, str, int]]:
    """
    Return (code, name, events entered) of who could take the places of a participant.

    First the reserves of the same events, then others of the same delegation, gender and discipline
    who are not entered in the same events; those with the fewest events of their own first.
    """
    facts = {person.code: person for person in person_facts(games_id=games_id)}
    gone = facts.get(participant)
    if gone is None:
        return []
    disciplines = {event[:3] for event in gone.events}
    named = set(
        Entry.objects.filter(
            games_id=games_id, standing=Standing.RESERVE.value, event__code__in=gone.events
        ).values_list("participant__code", flat=True)
    )
    found = [
        person
        for person in facts.values()
        if person.code != gone.code
        and (person.organisation, person.gender) == (gone.organisation, gone.gender)
        and (person.code in named or disciplines & {event[:3] for event in person.events})
        and not set(gone.events) & set(person.events)
    ]
    found.sort(key=lambda person: (person.code not in named, len(person.events), person.code))
    best = found[:rows_max]
    names = dict(
        Participant.objects.filter(
            games_id=games_id, code__in=[person.code for person in best]
        ).values_list("code", "name")
    )
    return [(person.code, names[person.code], len(person.events)) for person in best]
