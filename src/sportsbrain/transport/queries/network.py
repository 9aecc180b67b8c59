"""The bus network of a version as its pages, exports and boards read it."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import Sources, version_items, version_of, version_row
from sportsbrain.world.queries import site_facts

PLANNER = "fleet"
DAY = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place where people board or leave; the village and the hotels are no venues."""

    code: str
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A direct line of a client group, one way."""

    code: str
    client_group: str
    starts_in: str
    ends_in: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A loaded run; moments are aware, ``day`` is the day of operations."""

    code: str
    line: str
    day: dt.date
    departs_at: dt.datetime
    arrives_at: dt.datetime
    riders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What a driver does with one vehicle: its runs in order."""

    block: str
    depot: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """The work of one driver on one day."""

    code: str
    day: dt.date
    pieces: tuple[Piece, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """Return all runs in order."""
        return tuple(run for piece in self.pieces for run in piece.runs)


@dataclass(frozen=True, kw_only=True)
class Network:
    """
    A whole network.

    ``blocks`` are (block, depot, codes of its runs) in order.
    """

    games: GamesRow
    version: int
    statistics: dict[str, Any] = field(repr=False)
    stops: dict[str, Stop]
    lines: dict[str, Line]
    runs: dict[str, Run] = field(repr=False)
    blocks: tuple[tuple[str, str, tuple[str, ...]], ...] = field(repr=False)
    duty_pieces: tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...] = field(repr=False)

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """Return the days of operations."""
        return tuple(sorted({run.day for run in self.runs.values()}))

    @cached_property
    def block_of(self) -> dict[str, str]:
        """Return the block of each run."""
        return {run: block for block, _, runs in self.blocks for run in runs}

    @cached_property
    def duties(self) -> dict[str, Duty]:
        """Return the duties by code."""
        blocks = {code: (depot, runs) for code, depot, runs in self.blocks}
        found = {}
        for code, pieces in self.duty_pieces:
            own = tuple(
                Piece(
                    block=block,
                    depot=blocks[block][0],
                    runs=tuple(self.runs[r] for r in blocks[block][1][first : last + 1]),
                )
                for block, first, last in pieces
            )
            found[code] = Duty(code=code, day=own[0].runs[0].day, pieces=own)
        return found

    @cached_property
    def line_runs(self) -> dict[str, tuple[Run, ...]]:
        """Return the runs of each line in order of time."""
        found: dict[str, list[Run]] = defaultdict(list)
        for run in self.runs.values():
            found[run.line].append(run)
        return {
            line: tuple(sorted(some, key=lambda r: (r.departs_at, r.code)))
            for line, some in found.items()
        }

    @cached_property
    def out_by_hour(self) -> dict[dt.date, tuple[int, ...]]:
        """Return the most vehicles out at once in each hour from 4 o'clock on, by day."""
        zone = ZoneInfo(self.games.time_zone)
        found: dict[dt.date, Counter[int]] = defaultdict(Counter)
        for _, _, runs in self.blocks:
            own = [self.runs[code] for code in runs]
            first, last = own[0].departs_at, own[-1].arrives_at
            start = dt.datetime.combine(own[0].day, dt.time(4), tzinfo=zone)
            hours = range(
                int((first - start).total_seconds() // 3600),
                int((last - start).total_seconds() // 3600) + 1,
            )
            found[own[0].day].update(hour for hour in hours if 0 <= hour < 24)
        return {day: tuple(count[hour] for hour in range(24)) for day, count in found.items()}

    def name_of(self, stop: str) -> str:
        """Return the name of a stop."""
        return self.stops[stop].name


def network_of(*, games: GamesRow, version: int | None = None) -> Network:
    """
    Return the network of a version; without one the one in force, else the newest.

    Raises
    ------
    NothingToPlanError
        When there is none.
    UnknownVersionError
        When there is no such version.

    """
    found = version or version_of(games_id=games.id, planner=PLANNER, sources=Sources())
    if found is None:
        message = f"no buses are planned yet: sportsbrain plan fleet --games {games.code}"
        raise NothingToPlanError(message)
    return _network(games, found)


@lru_cache(maxsize=4)
def _network(games: GamesRow, number: int) -> Network:
    """Read a version once: versions never change."""
    row = version_row(games_id=games.id, planner=PLANNER, number=number)
    if "dead_seconds" not in row.statistics:
        message = (
            f"fleet {number} is of an older program and does not hold what pages need; plan again:"
            f" sportsbrain plan fleet --games {games.code}"
        )
        raise NothingToPlanError(message)
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    names = {site.code: site.name for site in site_facts(games_id=games.id)}
    epoch = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC)
    cut = int(row.statistics["day_cut"])
    runs = {}
    for code, line, departs, arrives, riders in items["departures"]:
        day = (departs + games.utc_offset - cut) // DAY
        runs[code] = Run(
            code=code,
            line=line,
            day=games.starts_on + dt.timedelta(days=day),
            departs_at=epoch + dt.timedelta(seconds=departs),
            arrives_at=epoch + dt.timedelta(seconds=arrives),
            riders=sum(people for _, people in riders),
        )
    return Network(
        games=games,
        version=number,
        statistics=row.statistics,
        stops={
            code: Stop(code=code, name=_name(code, names), latitude=latitude, longitude=longitude)
            for code, latitude, longitude in row.statistics["places"]
        },
        lines={
            code: Line(
                code=code, client_group=group, starts_in=starts, ends_in=ends, seats=int(seats)
            )
            for code, group, starts, ends, seats in row.statistics["lines"]
        },
        runs=runs,
        blocks=tuple((code, depot, tuple(own)) for code, depot, own in items["blocks"]),
        duty_pieces=tuple(
            (code, tuple((b, int(f), int(n)) for b, f, n in pieces))
            for code, pieces in items["duties"]
        ),
    )


def _name(code: str, names: dict[str, str]) -> str:
    if code.startswith("hotel at "):
        return f"Hotel at {names.get(code.removeprefix('hotel at '), code)}"
    return names.get(code, code.capitalize())
