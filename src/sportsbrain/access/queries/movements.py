"""Read arrivals and departures."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sportsbrain.access.models import Movement
from sportsbrain.access.queries.privacy import Seats
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, version_items, version_of
from sportsbrain.vocabulary.people import Direction, MovementState, RegistrationState
from sportsbrain.vocabulary.series import QUARTER

CHECK_OUT = "Check-out"  # the hall of departures, in the village
GONE = (RegistrationState.WITHDRAWN.value, RegistrationState.REFUSED.value,
        RegistrationState.MERGED.value)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Traveller:
    """One person who comes or goes."""

    number: int
    code: str
    name: str
    client: str
    client_group: str
    direction: str
    port: str
    carrier: str
    at: dt.datetime
    bags: int
    special: str
    movement_state: str


def travellers(
    *,
    games: GamesRow,
    direction: Direction,
    seats: Seats | None = None,
    starts_at: dt.datetime | None = None,
    ends_before: dt.datetime | None = None,
    only_expected: bool = False,
) -> tuple[Traveller, ...]:
    """Return who comes or goes in a period, in order; for a page with the seats of who asks."""
    rows = Movement.objects.filter(games_id=games.id, direction=direction.value).exclude(
        registration__registration_state__in=GONE
    )
    if seats is not None and not seats.is_office:
        rows = rows.filter(registration__client__code__in=seats.clients)
    if starts_at is not None:
        rows = rows.filter(at__gte=starts_at)
    if ends_before is not None:
        rows = rows.filter(at__lt=ends_before)
    if only_expected:
        rows = rows.exclude(
            movement_state__in=[MovementState.CHECKED_IN.value, MovementState.MISSED.value]
        )
    fields = (
        "registration__number", "registration__code", "registration__given_name",
        "registration__family_name", "registration__client__code",
        "registration__category__client_group", "direction", "port", "carrier", "at", "bags",
        "special", "movement_state",
    )  # fmt: skip
    return tuple(
        Traveller(
            number=number,
            code=code,
            name=f"{given} {family}".strip(),
            client=client,
            client_group=group,
            direction=way,
            port=port,
            carrier=carrier,
            at=at,
            bags=bags,
            special=special,
            movement_state=state,
        )
        for (
            number, code, given, family, client, group, way, port, carrier, at, bags, special,
            state,
        ) in rows.order_by("at", "registration__number").values_list(*fields)
    )  # fmt: skip


def travel_days(*, games: GamesRow, direction: Direction) -> dict[dt.date, int]:
    """Return how many come or go on each day of the host's clock."""
    found: dict[dt.date, int] = {}
    offset = dt.timedelta(seconds=games.utc_offset)
    rows = Movement.objects.filter(games_id=games.id, direction=direction.value).exclude(
        registration__registration_state__in=GONE
    )
    for at in rows.values_list("at", flat=True):
        day = (at + offset).date()
        found[day] = found.get(day, 0) + 1
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One quarter of an hour of a hall: who comes, desks, who is ready; drawn in per cent."""

    at: dt.datetime
    comes: int
    ready: int
    desks: int
    x: float
    width: float
    comes_high: float
    desks_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HallDay:
    """What the plan says of a port on a day."""

    port: str
    people: int
    bags: int
    desks_most: int
    desk_hours: float
    constant_hours: float | None
    busiest: Step
    steps: tuple[Step, ...]
    buses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """One flight or train of the day."""

    carrier: str
    port: str
    at: dt.datetime
    people: int
    bags: int
    special: str
    organisations: tuple[str, ...]
    states: dict[str, int]


def carriers(people: tuple[Traveller, ...]) -> tuple[Carrier, ...]:
    """Return the carriers of some travellers in order of time."""
    found: dict[tuple[dt.datetime, str, str], list[Traveller]] = {}
    for person in people:
        found.setdefault((person.at, person.carrier, person.port), []).append(person)
    return tuple(
        Carrier(
            carrier=carrier,
            port=port,
            at=at,
            people=len(some),
            bags=sum(p.bags for p in some),
            special=", ".join(sorted({p.special for p in some if p.special})),
            organisations=tuple(sorted({p.client for p in some})),
            states=dict(Counter(p.movement_state for p in some)),
        )
        for (at, carrier, port), some in sorted(found.items())
    )


def hall_days(
    *, games: GamesRow, date: dt.date, direction: Direction = Direction.ARRIVAL
) -> tuple[HallDay, ...]:
    """
    Return what the arrivals plan says of each hall on a day; nothing without a plan.

    Halls of arrivals are at the ports, that of departures is the check-out of the village.
    """
    number = version_of(games_id=games.id, planner="arrivals", sources=Sources())
    if number is None:
        return ()
    items = version_items(games_id=games.id, planner="arrivals", number=number)
    epoch = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC)
    rows = [
        row
        for row in items["halls"].values()
        if row["date"] == date.isoformat()
        and (row["port"] == CHECK_OUT) == (direction == Direction.DEPARTURE)
    ]
    return tuple(_hall_day(row, items["buses"]["departures"], epoch) for row in rows)


def _is_of(row: dict[str, Any], needs: list[Any], epoch: dt.datetime) -> bool:
    """Tell whether a bus carries people of a hall's day."""
    if row["port"] != CHECK_OUT:
        prefix = f"{row['port']} {row['date']} "
        return any(need.startswith(prefix) for need, _ in needs)
    first, last = row["opens_at"], row["opens_at"] + QUARTER * (len(row["desks"]) + 12)
    return any(
        need.startswith("village ") and first <= int(need.rsplit(" ", 1)[1]) <= last
        for need, _ in needs
    )


def _hall_day(row: dict[str, Any], departures: list[Any], epoch: dt.datetime) -> HallDay:
    quarters = len(row["desks"])
    comes, desks = row["comes"], row["desks"]
    most, wide = max(*comes, 1), max(*desks, 1)
    steps = tuple(
        Step(
            at=epoch + dt.timedelta(seconds=row["opens_at"] + QUARTER * n),
            comes=comes[n],
            ready=row["ready"][n],
            desks=desks[n],
            x=100 * n / quarters,
            width=100 / quarters,
            comes_high=100 * comes[n] / most,
            desks_high=100 * desks[n] / wide,
        )
        for n in range(quarters)
    )
    buses = sum(1 for d in departures if _is_of(row, d[4], epoch))
    constant = row["constant"]
    return HallDay(
        port=row["port"],
        people=row["people"],
        bags=row["bags"],
        desks_most=max(desks),
        desk_hours=sum(desks) * QUARTER / 3600,
        constant_hours=None if constant is None else constant * quarters * QUARTER / 3600,
        busiest=max(steps, key=lambda s: s.comes),
        steps=steps,
        buses=buses,
    )
