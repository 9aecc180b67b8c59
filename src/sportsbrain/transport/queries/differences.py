"""What is different between two transport plans."""

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.vocabulary.comparison import (
    Better,
    Difference,
    Figure,
    Listing,
    listing,
    stated,
)
from sportsbrain.vocabulary.series import QUARTER

FLEET_FIGURES = {
    "vehicles": ("buses", Better.LESS),
    "reserve": ("buses", Better.LESS),
    "duties": ("drivers", Better.LESS),
    "trips": ("trips", Better.LESS),
    "late_riders": ("people", Better.LESS),
    "not_carried": ("people", Better.LESS),
    "kilometres": ("km", Better.LESS),
    "energy_kwh": ("kWh", Better.LESS),
}


def fleet_difference(*, games: GamesRow, before: int, after: int) -> Difference:
    """Return what is different between two bus networks."""
    first, second = (
        version_row(games_id=games.id, planner="fleet", number=number) for number in (before, after)
    )
    currency = str(second.statistics.get("currency", ""))
    keys = {**FLEET_FIGURES, "cost": (currency, Better.LESS)}
    return Difference(
        figures=stated(first.statistics, second.statistics, keys),
        listings=(_lines(games, before, after), _days(games, before, after)),
    )


def _fleet_items(games: GamesRow, number: int) -> dict[str, Any]:
    return version_items(games_id=games.id, planner="fleet", number=number)


def _lines(games: GamesRow, before: int, after: int) -> Listing:
    """Return the lines that run another number of trips, or carry others."""
    one, other = (
        _trips_of_lines(_fleet_items(games, number)["departures"]) for number in (before, after)
    )
    none = (0, 0)
    rows = [
        (line, *(f"{one.get(line, none)[n]} → {other.get(line, none)[n]}" for n in (0, 1)))
        for line in sorted(
            one.keys() | other.keys(),
            key=lambda key: (-abs(other.get(key, none)[0] - one.get(key, none)[0]), key),
        )
        if one.get(line) != other.get(line)
    ]
    return listing("lines", ("line", "trips", "riders"), rows)


def _trips_of_lines(departures: list[Any]) -> dict[str, tuple[int, int]]:
    trips: Counter[str] = Counter()
    riders: Counter[str] = Counter()
    for _, service, _, _, some in departures:
        trips[service] += 1
        riders[service] += sum(people for _, people in some)
    return {service: (count, riders[service]) for service, count in trips.items()}


def _days(games: GamesRow, before: int, after: int) -> Listing:
    """Return the days on which another number of buses is out."""
    one, other = (
        Counter(int(block[0].split("/")[0]) for block in _fleet_items(games, n)["blocks"])
        for n in (before, after)
    )
    rows = [
        (f"{games.starts_on + dt.timedelta(days=day):%a %d %b}", f"{one[day]} → {other[day]}")
        for day in sorted(one | other)
        if one[day] != other[day]
    ]
    return listing("bus_days", ("day", "buses"), rows)


def demand_difference(*, games: GamesRow, before: int, after: int) -> Difference:
    """Return what is different between two demand profiles."""
    first, second = (
        version_row(games_id=games.id, planner="demand", number=n).statistics
        for n in (before, after)
    )
    peaks = [_peaks(games, number) for number in (before, after)]
    sessions = _sessions(games, first, second)
    figures = (
        Figure(key="spectators_elsewhen", before=0, after=_concerned(first, second), unit="people"),
        *stated(
            first,
            second,
            {"spectators": ("people", Better.MORE), "people": ("journeys", Better.NEITHER)},
        ),
        Figure(
            key="arrivals_quarter",
            before=max(peaks[0].values(), default=0),
            after=max(peaks[1].values(), default=0),
            unit="people",
        ),
    )
    rows = [
        (place, f"{peaks[0].get(place, 0):,} → {peaks[1].get(place, 0):,}")
        for place in sorted(peaks[0].keys() | peaks[1].keys())
        if peaks[0].get(place) != peaks[1].get(place)
    ]
    queues = listing("arrivals", ("venue", "people in the fullest 15 minutes"), rows)
    return Difference(figures=figures, listings=(sessions, queues))


Session = tuple[str, int, int]


def _by_session(statistics: dict[str, Any]) -> dict[Session, int]:
    return {
        (venue, starts, ends): people
        for venue, starts, ends, people in statistics.get("sessions", [])
    }


def _concerned(first: dict[str, Any], second: dict[str, Any]) -> int:
    """Return the spectators of sessions that are no longer at their time."""
    after = _by_session(second)
    return sum(people for key, people in _by_session(first).items() if key not in after)


def _sessions(games: GamesRow, first: dict[str, Any], second: dict[str, Any]) -> Listing:
    one, other = _by_session(first), _by_session(second)
    rows = []
    for key in sorted(one.keys() ^ other.keys(), key=lambda k: (k[0], k[1])):
        venue, starts, ends = key
        spell = f"{_clock(games, starts)} to {_clock(games, ends)[-5:]}"
        state = "goes" if key in one else "comes"
        rows.append((venue, spell, state, f"{one.get(key, other.get(key, 0)):,}"))
    return listing("sessions", ("venue", "session", "", "spectators"), rows)


def _clock(games: GamesRow, seconds: int) -> str:
    midnight = dt.datetime.combine(games.starts_on, dt.time())
    return f"{midnight + dt.timedelta(seconds=seconds + games.utc_offset):%a %d %b %H:%M}"


def _peaks(games: GamesRow, number: int) -> dict[str, int]:
    """Return the most people who come to each place in a quarter of an hour."""
    items = version_items(games_id=games.id, planner="demand", number=number)
    found: dict[str, int] = {}
    for place, groups in items["flows"].items():
        quarters: dict[int, int] = defaultdict(int)
        for modes in groups.values():
            for flow in modes.values():
                series = flow["comes"]
                first = series["starts_at"] // QUARTER
                for n, value in enumerate(series["values"]):
                    if value:
                        quarters[first + n] += int(value)
        found[place] = max(quarters.values(), default=0)
    return found
