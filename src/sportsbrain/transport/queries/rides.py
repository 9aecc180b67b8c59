"""Rides that are booked, and what the cars' plan in force makes of them."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import (
    Sources,
    load_slice_rules,
    version_items,
    version_of,
    version_row,
)
from sportsbrain.transport.models import RideBooking
from sportsbrain.transport.queries.places import Place, places_of
from sportsbrain.vocabulary.windows import clock_seconds
from sportsbrain.world.queries import site_facts

PLANNER = "dispatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class RideRow:
    """
    A booking; places by code and by name.

    ``is_arrival``: they have to be there by ``wanted_at``; else they are fetched from then on.
    """

    code: str
    from_place: str
    to_place: str
    from_name: str
    to_name: str
    people: int
    wanted_at: dt.datetime
    is_arrival: bool
    client: str
    booked_by: str
    booked_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CarStop:
    """A stop of a car: one booking boards or leaves, and how many sit in the car after it."""

    ride: RideRow
    is_pickup: bool
    place: str
    at: dt.datetime
    on_board: int
    is_made: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CarTour:
    """What one car does on a day."""

    car: str
    leaves_at: dt.datetime
    back_at: dt.datetime
    stops: tuple[CarStop, ...]
    late_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RideState:
    """What becomes of a booking: waiting, planned, refused or done."""

    ride: RideRow
    state: str
    car: str = ""
    fetched_at: dt.datetime | None = None
    there_at: dt.datetime | None = None
    late_minutes: int = 0
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class RideDay:
    """The rides and cars of one operating day; ``version`` is None before the first plan."""

    games: GamesRow
    day: dt.date
    version: int | None
    planned_until: dt.datetime | None
    rides: tuple[RideState, ...]
    tours: tuple[CarTour, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return the number of rides in each state."""
        found = dict.fromkeys(("waiting", "planned", "refused", "done"), 0)
        for row in self.rides:
            found[row.state] += 1
        return found

    def tour(self, car: str) -> CarTour | None:
        """Return what a car does."""
        return next((tour for tour in self.tours if tour.car == car), None)


def ride_places(*, games: GamesRow) -> tuple[Place, ...]:
    """Return where cars go: the homes and the venues with coordinates."""
    rules = load_slice_rules("transport", games.rules_name)
    sites = site_facts(games_id=games.id)
    return places_of(games=games, sources=Sources(), sites=sites, reach_km=rules["reach_km"])[0]


def rides_of(*, games: GamesRow) -> tuple[RideRow, ...]:
    """Return the bookings that hold, by time."""
    rows = RideBooking.objects.filter(games_id=games.id, cancelled_at__isnull=True)
    names = place_names(games=games)
    return tuple(_row(ride, names) for ride in rows.order_by("wanted_at", "code"))


def ride_days(*, games: GamesRow) -> tuple[dt.date, ...]:
    """Return the operating days with bookings."""
    rule = day_rule(games)
    times = RideBooking.objects.filter(games_id=games.id, cancelled_at__isnull=True)
    return tuple(sorted({rule(at) for at in times.values_list("wanted_at", flat=True)}))


class _DayRule:
    """The operating day of a moment: a night ride belongs to the day before."""

    def __init__(self, zone: ZoneInfo, cut: int) -> None:
        self.zone, self.cut = zone, dt.timedelta(seconds=cut)

    def __call__(self, at: dt.datetime) -> dt.date:
        """Return the day of a moment."""
        return (at.astimezone(self.zone) - self.cut).date()

    def begins(self, day: dt.date) -> dt.datetime:
        """Return when a day begins."""
        return dt.datetime.combine(day, dt.time(), tzinfo=self.zone) + self.cut


def day_rule(games: GamesRow) -> _DayRule:
    """Return how moments become operating days."""
    rules = load_slice_rules("transport", games.rules_name)
    return _DayRule(ZoneInfo(games.time_zone), clock_seconds(rules["day_cut"]))


def moment_of(games: GamesRow, seconds: float) -> dt.datetime:
    """Return a moment of seconds since midnight UTC of the first day, as plans count."""
    epoch = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC)
    return epoch + dt.timedelta(seconds=round(seconds))


def seconds_of(games: GamesRow, at: dt.datetime) -> float:
    """Return a moment as plans count it."""
    epoch = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC)
    return (at - epoch).total_seconds()


def dispatch_version(*, games: GamesRow) -> int | None:
    """Return the cars' plan that is read: the one in force, else the newest."""
    return version_of(games_id=games.id, planner=PLANNER, sources=Sources())


def ride_day(*, games: GamesRow, day: dt.date) -> RideDay:
    """Return the rides of a day with their cars."""
    rules = load_slice_rules("transport", games.rules_name)
    rule = day_rule(games)
    begins = rule.begins(day)
    rows = RideBooking.objects.filter(
        games_id=games.id,
        cancelled_at__isnull=True,
        wanted_at__gte=begins,
        wanted_at__lt=rule.begins(day + dt.timedelta(days=1)),
    )
    names = place_names(games=games)
    rides = {ride.code: _row(ride, names) for ride in rows.order_by("wanted_at", "code")}
    number = dispatch_version(games=games)
    found: Mapping[str, Any] = {}
    reasons: dict[str, str] = {}
    if number is not None:
        items = version_items(games_id=games.id, planner=PLANNER, number=number)
        found = items["days"].get(day.isoformat(), {})
        statistics = version_row(games_id=games.id, planner=PLANNER, number=number).statistics
        reasons = statistics["refused"]
    tours = tuple(
        tour for row in found.get("tours", ()) if (tour := _tour(games, found, row, rides)).stops
    )
    at = found.get("at")
    return RideDay(
        games=games,
        day=day,
        version=number if found else None,
        planned_until=None if at is None else moment_of(games, at),
        rides=_states(rides, tours, found, reasons, wait_minutes=rules["cars"]["wait_minutes"]),
        tours=tours,
    )


def _row(ride: RideBooking, names: Mapping[str, str]) -> RideRow:
    return RideRow(
        code=ride.code,
        from_place=ride.from_place,
        to_place=ride.to_place,
        from_name=names.get(ride.from_place, ride.from_place),
        to_name=names.get(ride.to_place, ride.to_place),
        people=ride.people,
        wanted_at=ride.wanted_at,
        is_arrival=ride.is_arrival,
        client=ride.client,
        booked_by=ride.booked_by,
        booked_at=ride.booked_at,
    )


def _tour(
    games: GamesRow, found: Mapping[str, Any], row: list[Any], rides: Mapping[str, RideRow]
) -> CarTour:
    car, leaves, back, raw = row
    position = next((p for p in found["positions"] if p["vehicle"] == car), None)
    made = len(position["made"]) if position else 0
    stops: list[CarStop] = []
    on_board = 0
    for number, (code, is_pickup, at) in enumerate(raw):
        ride = rides.get(code)
        if ride is None:  # cancelled since
            continue
        on_board += ride.people if is_pickup else -ride.people
        stops.append(
            CarStop(
                ride=ride,
                is_pickup=bool(is_pickup),
                place=ride.from_name if is_pickup else ride.to_name,
                at=moment_of(games, at),
                on_board=on_board,
                is_made=number < made,
            )
        )
    return CarTour(
        car=car,
        leaves_at=moment_of(games, leaves),
        back_at=moment_of(games, back),
        stops=tuple(stops),
        late_minutes=round(position["late"] / 60) if position else 0,
    )


def _states(
    rides: Mapping[str, RideRow],
    tours: tuple[CarTour, ...],
    found: Mapping[str, Any],
    reasons: Mapping[str, str],
    *,
    wait_minutes: float,
) -> tuple[RideState, ...]:
    """Return what becomes of each booking."""
    wait = dt.timedelta(minutes=wait_minutes)
    carried: dict[str, dict[bool, tuple[str, CarStop]]] = {}
    for tour in tours:
        for stop in tour.stops:
            carried.setdefault(stop.ride.code, {})[stop.is_pickup] = (tour.car, stop)
    done, refused = set(found.get("done", ())), set(found.get("refused", ()))
    rows = []
    for code, ride in rides.items():
        stops = carried.get(code, {})
        if True in stops and False in stops:
            car, pickup = stops[True]
            there = stops[False][1].at
            late = there - ride.wanted_at if ride.is_arrival else pickup.at - ride.wanted_at - wait
            rows.append(
                RideState(
                    ride=ride,
                    state="done" if code in done else "planned",
                    car=car,
                    fetched_at=pickup.at,
                    there_at=there,
                    late_minutes=max(0, round(late.total_seconds() / 60)),
                )
            )
        elif code in refused:
            rows.append(RideState(ride=ride, state="refused", why=reasons.get(code, "")))
        else:
            rows.append(RideState(ride=ride, state="waiting"))
    return tuple(rows)


HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarBar:
    """Somebody in a car, in percent of the picture's width."""

    ride: RideRow
    left: float
    width: float
    row: int
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCars:
    """The cars of a day by the hour."""

    hours: tuple[tuple[str, float], ...]
    lanes: tuple[tuple[CarTour, int, tuple[CarBar, ...]], ...]
    now: float | None


def drawn_cars(day: RideDay) -> DrawnCars:
    """Return who sits when in which car, drawn to scale; rides that overlap lie below another."""
    if not day.tours:
        return DrawnCars(hours=(), lanes=(), now=None)
    zone = ZoneInfo(day.games.time_zone)
    first = min(tour.stops[0].at for tour in day.tours).astimezone(zone).replace(minute=0, second=0)
    last = max(tour.stops[-1].at for tour in day.tours) + HOUR / 4
    whole = (last - first).total_seconds()

    def share(at: dt.datetime) -> float:
        return round(100 * (at - first).total_seconds() / whole, 2)

    late = {row.ride.code for row in day.rides if row.late_minutes}
    hours = [first + HOUR * n for n in range(int(whole // 3600) + 1)]
    now = day.planned_until
    return DrawnCars(
        hours=tuple((f"{hour.astimezone(zone):%H}", share(hour)) for hour in hours),
        lanes=tuple(
            _lane(tour, share, late) for tour in sorted(day.tours, key=lambda t: t.stops[0].at)
        ),
        now=share(now) if now is not None and first <= now <= last else None,
    )


def _lane(
    tour: CarTour, share: Callable[[dt.datetime], float], late: set[str]
) -> tuple[CarTour, int, tuple[CarBar, ...]]:
    """Return a car, how many rides overlap in it at most, and the bars of its rides."""
    began: dict[str, tuple[dt.datetime, int]] = {}
    bars = []
    depth = 1
    for stop in tour.stops:
        if stop.is_pickup:
            taken = {row for _, row in began.values()}
            row = next(n for n in range(len(taken) + 1) if n not in taken)
            began[stop.ride.code] = (stop.at, row)
            depth = max(depth, row + 1)
        elif stop.ride.code in began:
            at, row = began.pop(stop.ride.code)
            bars.append(
                CarBar(
                    ride=stop.ride,
                    left=share(at),
                    width=max(0.4, round(share(stop.at) - share(at), 2)),
                    row=row,
                    is_late=stop.ride.code in late,
                )
            )
    return tour, depth, tuple(bars)


def place_names(*, games: GamesRow) -> dict[str, str]:
    """Return what people call each venue."""
    return {site.code: site.name for site in site_facts(games_id=games.id)}
