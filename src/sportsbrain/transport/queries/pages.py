"""What the pages of the buses show, drawn to scale."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from sportsbrain.transport.queries.live import Delay
from sportsbrain.transport.queries.network import Line, Network, Run, Stop
from sportsbrain.vocabulary.geography import eased

HOURS = tuple((4 + hour) % 24 for hour in range(24))
BOARD_ROWS = 24
EDGE = 6.0  # share of the picture left free at its edges
FAR_DEGREES = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A stop on the map, in percent of the picture."""

    code: str
    name: str
    x: float
    y: float
    trips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoke:
    """Both ways of a connection on the map; ``width`` follows the trips."""

    client_group: str
    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    trips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The map, and the stops that are too far away to be on it."""

    dots: tuple[Dot, ...]
    spokes: tuple[Spoke, ...]
    far: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """Vehicles out in each hour of a day; ``shades`` are 0 to 9 of the most."""

    day: dt.date
    most: int
    cells: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line with what it carries."""

    line: Line
    starts_in: str
    ends_in: str
    trips: int
    riders: int
    headway_minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One departure or arrival on a board."""

    run: Run
    line: Line
    to: str
    at: dt.datetime
    delay_minutes: int
    is_cancelled: bool


def drawn(network: Network) -> Drawn:
    """Return the map of a network: stops by coordinates, connections as thick as their trips."""
    trips: dict[tuple[str, str, str], int] = {}
    for code, runs in network.line_runs.items():
        line = network.lines[code]
        one, other = sorted((line.starts_in, line.ends_in))
        key = (line.client_group, one, other)
        trips[key] = trips.get(key, 0) + len(runs)
    used = sorted({stop for _, one, other in trips for stop in (one, other)})
    middle = network.stops["village"] if "village" in network.stops else network.stops[used[0]]
    near = [
        stop
        for stop in used
        if abs(network.stops[stop].latitude - middle.latitude) < FAR_DEGREES
        and abs(network.stops[stop].longitude - middle.longitude) < FAR_DEGREES
    ]
    x, y = _scale(network, near, middle)
    at_stop = {stop: sum(n for key, n in trips.items() if stop in key[1:]) for stop in near}
    most = max(trips.values(), default=1)
    return Drawn(
        dots=tuple(
            Dot(code=s, name=network.name_of(s), x=x[s], y=y[s], trips=at_stop[s]) for s in near
        ),
        spokes=tuple(
            Spoke(
                client_group=group,
                x1=x[one],
                y1=y[one],
                x2=x[other],
                y2=y[other],
                width=round(0.15 + 1.6 * count / most, 2),
                trips=count,
            )
            for (group, one, other), count in sorted(trips.items())
            if one in x and other in x
        ),
        far=tuple(network.name_of(s) for s in used if s not in x),
    )


def _scale(
    network: Network, stops: list[str], middle: Stop
) -> tuple[dict[str, float], dict[str, float]]:
    """Return x and y of stops in percent."""
    found = eased(
        {code: (network.stops[code].latitude, network.stops[code].longitude) for code in stops},
        middle=(middle.latitude, middle.longitude),
        edge=EDGE,
    )
    return {code: x for code, (x, _) in found.items()}, {code: y for code, (_, y) in found.items()}


def heat(network: Network) -> tuple[HeatRow, ...]:
    """Return the vehicles out in each hour of each day."""
    most = max((max(row) for row in network.out_by_hour.values()), default=1) or 1
    return tuple(
        HeatRow(
            day=day,
            most=max(row),
            cells=tuple(
                (HOURS[hour], count, round(9 * count / most)) for hour, count in enumerate(row)
            ),
        )
        for day, row in sorted(network.out_by_hour.items())
    )


def lines_table(network: Network) -> tuple[LineRow, ...]:
    """Return the lines with trips, riders, share of seats taken and usual headway."""
    rows = []
    for code, runs in network.line_runs.items():
        line = network.lines[code]
        riders = sum(run.riders for run in runs)
        waits = sorted(
            int((b.departs_at - a.departs_at).total_seconds() // 60)
            for a, b in pairwise(runs)
            if a.day == b.day
        )
        rows.append(
            LineRow(
                line=line,
                starts_in=network.name_of(line.starts_in),
                ends_in=network.name_of(line.ends_in),
                trips=len(runs),
                riders=riders,
                headway_minutes=waits[len(waits) // 2] if waits else None,
            )
        )
    return tuple(sorted(rows, key=lambda r: (r.line.client_group, -r.trips, r.line.code)))


def board(
    network: Network, delays: dict[str, Delay], *, stop: str, at: dt.datetime
) -> tuple[BoardRow, ...]:
    """Return the next departures of a stop from a moment on, with their delays."""
    rows = []
    for code, runs in network.line_runs.items():
        line = network.lines[code]
        if line.starts_in == stop:
            rows += [_board_row(network, delays, line, run) for run in runs]
    found = [row for row in rows if row.at + dt.timedelta(minutes=max(0, row.delay_minutes)) >= at]
    return tuple(sorted(found, key=lambda row: (row.at, row.to, row.run.code))[:BOARD_ROWS])


def _board_row(network: Network, delays: dict[str, Delay], line: Line, run: Run) -> BoardRow:
    delay = delays.get(run.code)
    return BoardRow(
        run=run,
        line=line,
        to=network.name_of(line.ends_in),
        at=run.departs_at,
        delay_minutes=delay.seconds // 60 if delay else 0,
        is_cancelled=bool(delay and delay.is_cancelled),
    )
