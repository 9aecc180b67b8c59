"""Read stays: the desk of a day, a delegation, a room."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from sportsbrain.village.models import ChefDeMission, Stay, VillageRoom
from sportsbrain.vocabulary.village import OPEN, StayState
from sportsbrain.world.queries import codes_named, names_by_code

OPENED = [state.value for state in OPEN]
DAY = dt.timedelta(days=1)
SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StayRow:
    """A stay; ``bed`` counts from 1, ``after`` is the day of leaving."""

    person: str
    name: str
    delegation: str
    role: str
    building: str
    room: str
    bed: int
    first: dt.date
    after: dt.date
    stay_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the front desk needs on a day; of long lists the first hundred, and how many."""

    day: dt.date
    in_house: int
    beds: int
    closed: tuple[tuple[str, str], ...]
    plan_version: int | None
    expected: tuple[StayRow, ...]
    late: tuple[StayRow, ...]
    leaving: tuple[StayRow, ...]
    expected_count: int
    late_count: int
    leaving_count: int
    delegations: tuple[tuple[str, int, int], ...]

    @property
    def free(self) -> int:
        """Return how many beds nobody sleeps in tonight."""
        return self.beds - self.in_house


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeBed:
    """A bed that is free in some nights."""

    room: str
    building: str
    bed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChefRow:
    """Who runs a delegation in the village."""

    delegation: str
    username: str


def has_stays(*, games_id: int) -> bool:
    """Tell whether there are stays."""
    return Stay.objects.filter(games_id=games_id).exists()


def desk_of(*, games_id: int, day: dt.date, is_named: bool = False) -> Desk:
    """
    Return the desk of a day: who is expected, late, leaving; counts of all delegations.

    ``is_named``: with names, for those who act there; others see codes.
    """
    rows = Stay.objects.filter(games_id=games_id)
    reserved = rows.filter(stay_state=StayState.RESERVED.value)
    in_house = rows.filter(stay_state=StayState.IN_HOUSE.value)
    rooms = VillageRoom.objects.filter(games_id=games_id)
    here = Counter(dict(in_house.values_list("delegation").annotate(n=Count("pk"))))
    people = dict(
        rows.filter(stay_state__in=OPENED).values_list("delegation").annotate(n=Count("pk"))
    )
    expected = reserved.filter(nights__startswith=day)
    late = reserved.filter(nights__startswith__lt=day, nights__endswith__gt=day)
    leaving = in_house.filter(nights__endswith__lte=day)
    return Desk(
        day=day, in_house=sum(here.values()), beds=rooms.aggregate(n=Sum("beds"))["n"] or 0,
        closed=tuple(rooms.exclude(closed_for="").order_by("code")
                     .values_list("code", "closed_for")),
        plan_version=rows.order_by("-plan_version").exclude(plan_version=None)
        .values_list("plan_version", flat=True).first(),
        expected=stay_rows(expected, SHOWN, is_named=is_named), expected_count=expected.count(),
        late=stay_rows(late, SHOWN, is_named=is_named), late_count=late.count(),
        leaving=stay_rows(leaving, SHOWN, is_named=is_named), leaving_count=leaving.count(),
        delegations=tuple((code, here[code], n) for code, n in sorted(people.items())),
    )  # fmt: skip


def delegation_stays(
    *, games_id: int, delegation: str, is_named: bool = False
) -> tuple[StayRow, ...]:
    """Return the stays of a delegation that are expected or go on, by room."""
    rows = Stay.objects.filter(games_id=games_id, delegation=delegation, stay_state__in=OPENED)
    return stay_rows(rows, is_named=is_named)


def stays_by_person(*, games_id: int, people: set[str]) -> dict[str, StayRow]:
    """Return the open stays of some people; of two the later: who is there is found first."""
    rows = Stay.objects.filter(games_id=games_id, person__in=people, stay_state__in=OPENED)
    ordered = sorted(stay_rows(rows, len(people) * 2), key=lambda row: row.stay_state == OPENED[0])
    return {row.person: row for row in reversed(ordered)}


def found_stays(
    *, games_id: int, text: str, is_named: bool = False, limit: int = 40
) -> tuple[StayRow, ...]:
    """Return open stays by the beginning of a person's code, by room, or by a part of the name."""
    word = text.strip().replace("\x00", "")
    rows = Stay.objects.filter(games_id=games_id, stay_state__in=OPENED)
    named = codes_named(games_id=games_id, text=word) if is_named else ()
    asked = Q(person__istartswith=word) | Q(room__code__iexact=word) | Q(person__in=named)
    return stay_rows(rows.filter(asked), limit, is_named=is_named)


def free_beds(
    *, games_id: int, delegation: str, first: dt.date, after: dt.date, limit: int = 200
) -> tuple[FreeBed, ...]:
    """Return beds behind a delegation's own doors that are free in all of some nights."""
    taken = Stay.objects.filter(games_id=games_id, nights__overlap=(first, after)).exclude(
        stay_state=StayState.CANCELLED.value
    )
    own = set(taken.filter(delegation=delegation).values_list("room__door", flat=True))
    used = set(taken.filter(room__door__in=own).values_list("room_id", "bed"))
    rooms = VillageRoom.objects.filter(games_id=games_id, door__in=own, closed_for="")
    found = [
        FreeBed(room=room.code, building=room.building, bed=bed + 1)
        for room in rooms.order_by("code")
        for bed in range(room.beds)
        if (room.pk, bed) not in used
    ]
    return tuple(found[:limit])


def chefs_of(*, games_id: int) -> tuple[ChefRow, ...]:
    """Return who runs which delegation."""
    rows = ChefDeMission.objects.filter(games_id=games_id).order_by("delegation", "username")
    return tuple(ChefRow(delegation=row.delegation, username=row.username) for row in rows)


def led_by(*, games_id: int, user_id: int) -> tuple[str, ...]:
    """Return the delegations that somebody runs."""
    rows = ChefDeMission.objects.filter(games_id=games_id, user_id=user_id).order_by("delegation")
    return tuple(rows.values_list("delegation", flat=True))


def differing_stays(*, games_id: int) -> tuple[str, ...]:
    """Recount what the constraints promise: who shares a bed, or has two, on a night."""
    nights: dict[tuple[object, ...], str] = {}
    found: list[str] = []
    rows = Stay.objects.filter(games_id=games_id).exclude(stay_state=StayState.CANCELLED.value)
    for stay in rows.select_related("room"):
        day = stay.nights.lower
        while day < stay.nights.upper:
            for key, word in (
                (("bed", stay.room.code, stay.bed, day), f"{stay.room.code}/{stay.bed + 1}"),
                (("person", stay.person, day), stay.person),
            ):
                if key in nights:
                    found.append(f"{word} on {day}: {nights[key]} and {stay.person}")
                nights[key] = stay.person
            day += DAY
    return tuple(found)


def stay_rows(
    rows: "QuerySet[Stay]", limit: int = 2_000, *, is_named: bool = False
) -> tuple[StayRow, ...]:
    """Return rows of stays by building, room and bed."""
    ordered = rows.select_related("room").order_by(
        "room__building", "room__code", "bed", "nights", "person"
    )
    found = list(ordered[:limit])
    games = {stay.games_id for stay in found}
    names = (
        names_by_code(games_id=min(games), codes=[stay.person for stay in found])
        if games and is_named
        else {}
    )
    return tuple(
        StayRow(
            person=stay.person, name=names.get(stay.person, ""), delegation=stay.delegation,
            role=stay.role,
            building=stay.room.building, room=stay.room.code, bed=stay.bed + 1,
            first=stay.nights.lower, after=stay.nights.upper, stay_state=stay.stay_state,
        )
        for stay in found
    )  # fmt: skip


def nights_by_building(
    *, games_id: int, first: dt.date, after: dt.date
) -> dict[tuple[str, dt.date], float]:
    """Return the share of beds that are slept in, by building and night."""
    beds = buildings_of(games_id=games_id)
    slept: Counter[tuple[str, dt.date]] = Counter()
    rows = Stay.objects.filter(games_id=games_id, nights__overlap=(first, after))
    rows = rows.exclude(stay_state=StayState.CANCELLED.value)
    alike = rows.values_list("room__building", "nights").annotate(n=Count("pk"))
    for building, nights, n in alike:
        day, end = max(first, nights.lower), min(after, nights.upper)
        while day < end:
            slept[building, day] += n
            day += DAY
    return {(b, day): n / beds[b] for (b, day), n in slept.items() if beds.get(b)}


def building_of_rooms(*, games_id: int) -> dict[str, str]:
    """Return the building of each room."""
    return dict(VillageRoom.objects.filter(games_id=games_id).values_list("code", "building"))


def buildings_of(*, games_id: int) -> dict[str, int]:
    """Return the buildings of the village with their beds."""
    found: Counter[str] = Counter()
    for building, beds in VillageRoom.objects.filter(games_id=games_id).values_list(
        "building", "beds"
    ):
        found[building] += beds
    return dict(found)
