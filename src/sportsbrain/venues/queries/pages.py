"""What the pages of queues show, drawn to scale."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import (
    Sources,
    load_slice_rules,
    version_items,
    version_of,
    version_row,
)
from sportsbrain.venues.queries.live import Expected
from sportsbrain.venues.queries.maps import MapRow, maps_of
from sportsbrain.vocabulary.series import QUARTER
from sportsbrain.world.queries import site_facts

PLANNER = "lanes"
HIGH = 100.0
LEVELS = "ABCDEF"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A venue on one day."""

    venue: str
    name: str
    sessions: tuple[tuple[dt.datetime, dt.datetime, int], ...]
    people: int
    queue_most: int
    peak_at: dt.datetime
    wait_minutes: int
    wait_minutes_guide: int
    lanes_most: int
    lane_hours: float
    constant_hours: float | None
    gates_open_at: dt.datetime | None
    broken: int
    expected: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuesPage:
    """All venues of one day."""

    version: int
    date: dt.date
    dates: tuple[dt.date, ...]
    rows: tuple[QueueRow, ...]
    statistics: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Queue over the day as a picture: points in percent, a band up to one day in ten."""

    walk_set: str
    line: str
    band: str
    queue_most: int
    peak_at: dt.datetime
    wait_median: int
    wait_p95: int
    share_kept: float
    share_seated: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Lanes of a quarter of an hour: a stair of the staircase, in percent."""

    x: float
    width: float
    lanes: int
    gates: int
    top: float
    high: float
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRow:
    """An entrance's lanes or gates."""

    entrance: str
    kind: str
    most: int
    hours: float
    constant_hours: float | None
    proved: int
    quarters: int
    broken: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayRow:
    """A way of the drawing with how full it gets, and where it is drawn."""

    code: str
    kind: str
    width: float
    level: str
    density: float
    x1: float
    y1: float
    x2: float
    y2: float
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """A venue on one day: queue, lanes, ways out."""

    version: int
    row: QueueRow
    date: dt.date
    dates: tuple[dt.date, ...]
    curves: tuple[Curve, ...]
    scale: int
    steps: tuple[Step, ...]
    hours: tuple[tuple[float, dt.datetime], ...]
    marks: tuple[tuple[float, str], ...]
    banks: tuple[BankRow, ...]
    ways: tuple[WayRow, ...]
    egress: tuple[dict[str, Any], ...]
    evacuation: tuple[dict[str, Any], ...]
    tills: dict[str, Any]
    map_number: int
    template: str
    starts_at: dt.datetime
    ends_before: dt.datetime
    promise_minutes: int
    promise_share: float


def epoch_of(games: GamesRow) -> dt.datetime:
    """Return the moment that seconds of plans count from."""
    return dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC)


def lanes_version(*, games: GamesRow) -> int | None:
    """Return the lanes plan to read: that in force, else the newest."""
    return version_of(games_id=games.id, planner=PLANNER, sources=Sources())


def site_rows(*, games: GamesRow, version: int) -> dict[str, Any]:
    """Return the rows of venue-days of a lanes plan, by code."""
    found: dict[str, Any] = version_items(games_id=games.id, planner=PLANNER, number=version)[
        "sites"
    ]
    return found


def queues_page(
    *,
    games: GamesRow,
    date: dt.date | None,
    today: dt.date,
    expected: dict[str, Expected] | None = None,
) -> QueuesPage | None:
    """Return the venues of a day, asked for, today or the fullest; None before a plan."""
    number = lanes_version(games=games)
    if number is None:
        return None
    items = site_rows(games=games, version=number)
    names = {site.code: site.name for site in site_facts(games_id=games.id)}
    by_date: dict[dt.date, list[dict[str, Any]]] = defaultdict(list)
    for row in items.values():
        by_date[dt.date.fromisoformat(row["date"])].append(row)
    shown = next((day for day in (date, today) if day in by_date), None)
    if shown is None:
        shown = max(by_date, key=lambda day: sum(r["curves"]["queue_most"] for r in by_date[day]))
    forecasts = (expected or {}) if shown == today else {}
    rows = [
        _row(games, row, names.get(row["venue"], row["venue"]), forecasts.get(row["venue"]))
        for row in by_date[shown]
    ]
    return QueuesPage(
        version=number,
        date=shown,
        dates=tuple(sorted(by_date)),
        rows=tuple(sorted(rows, key=lambda r: (-r.wait_minutes, -r.queue_most, r.name))),
        statistics=version_row(games_id=games.id, planner=PLANNER, number=number).statistics,
    )


def _row(games: GamesRow, row: dict[str, Any], name: str, expected: Expected | None) -> QueueRow:
    epoch = epoch_of(games)
    guide, seen = row["curves"]["sets"]
    screening = [bank for bank in row["banks"] if bank["kind"] == "screening"]
    constant = [bank["constant_hours"] for bank in screening]
    opens = row["curves"]["gates_open_at"]
    return QueueRow(
        venue=row["venue"],
        name=name,
        sessions=tuple(
            (epoch + dt.timedelta(seconds=a), epoch + dt.timedelta(seconds=b), people)
            for a, b, people in row["sessions"]
        ),
        people=sum(people for *_, people in row["sessions"]),
        queue_most=seen["queue_most"],
        peak_at=epoch + dt.timedelta(seconds=seen["peak_at"]),
        wait_minutes=-(-seen["wait_p95"] // 60),
        wait_minutes_guide=-(-guide["wait_p95"] // 60),
        lanes_most=row["curves"]["lanes_most"],
        lane_hours=sum(bank["hours"] for bank in screening),
        constant_hours=None if None in constant else sum(constant),
        gates_open_at=None if opens is None else epoch + dt.timedelta(seconds=opens),
        broken=sum(bank["broken"] for bank in row["banks"]),
        expected=expected,
    )


def site_page(*, games: GamesRow, venue: str, date: dt.date) -> SitePage | None:
    """Return a venue on one day; None when nobody comes to it then."""
    number = lanes_version(games=games)
    if number is None:
        return None
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    row = items["sites"].get(f"{venue}/{date.isoformat()}")
    if row is None:
        return None
    sites = site_facts(games_id=games.id)
    site = next(site for site in sites if site.code == venue)
    rules = load_slice_rules("venues", games.rules_name)
    drawn = maps_of(games=games, sites=[site], rules=rules)[venue]
    picture = _Picture(games, row)
    answer = items["venues"].get(venue, {"sets": [], "evacuation": []})
    dates = [r["date"] for r in items["sites"].values() if r["venue"] == venue]
    return SitePage(
        version=number,
        row=_row(games, row, site.name, None),
        date=date,
        dates=tuple(sorted(dt.date.fromisoformat(text) for text in dates)),
        curves=tuple(picture.curve(own) for own in row["curves"]["sets"]),
        scale=picture.scale,
        steps=picture.steps(),
        hours=picture.hours(),
        marks=picture.marks(),
        banks=tuple(_bank(bank) for bank in row["banks"]),
        ways=_ways(drawn, answer["sets"]),
        egress=tuple(answer["sets"]),
        evacuation=tuple(answer["evacuation"]),
        tills=row["tills"],
        map_number=drawn.number,
        template=drawn.drawing.template,
        starts_at=picture.moment(picture.first),
        ends_before=picture.moment(picture.last),
        promise_minutes=int(rules["promise_minutes"]),
        promise_share=float(rules["promise_share"]),
    )


class _Picture:
    """One day of a venue on an axis from 0 to 100."""

    def __init__(self, games: GamesRow, row: dict[str, Any]) -> None:
        self.epoch, self.row = epoch_of(games), row
        self.first = int(row["curves"]["starts_at"])
        ends = [int(last) for _, last, _ in row["sessions"]]
        self.last = max(self.first + QUARTER * len(row["curves"]["lanes"]), *ends)
        self.scale = max(10, *(int(own["queue_most"]) for own in row["curves"]["sets"]))

    def moment(self, seconds: float) -> dt.datetime:
        """Return the moment of seconds of the plan."""
        return self.epoch + dt.timedelta(seconds=seconds)

    def x(self, seconds: float) -> float:
        """Return where a moment is, in percent."""
        return round(100 * (seconds - self.first) / (self.last - self.first), 2)

    def y(self, people: float) -> float:
        """Return how high so many people are, in percent from the top."""
        return round(HIGH - 96 * people / self.scale, 2)

    def curve(self, own: dict[str, Any]) -> Curve:
        """Return the queue by minute of one walk set."""
        start = own["starts_at"]
        times = [self.x(start + 60 * (n + 1)) for n in range(len(own["queue"]))]
        shown = [n for n, x in enumerate(times) if 0 <= x <= 100]
        middle = [f"{times[n]},{self.y(own['queue'][n])}" for n in shown]
        high = [f"{times[n]},{self.y(own['queue_p90'][n])}" for n in shown]
        return Curve(
            walk_set=own["walk_set"],
            line=" ".join(middle),
            band=" ".join([*high, *reversed(middle)]),
            queue_most=own["queue_most"],
            peak_at=self.moment(own["peak_at"]),
            wait_median=-(-own["wait_median"] // 60),
            wait_p95=-(-own["wait_p95"] // 60),
            share_kept=100 * own["share_kept"],
            share_seated=100 * own["share_seated"],
        )

    def steps(self) -> tuple[Step, ...]:
        """Return the stairs of the lanes."""
        curves = self.row["curves"]
        most = max(1, *curves["lanes"], *curves["gates"])
        width = self.x(self.first + QUARTER)
        return tuple(
            Step(
                x=round(n * width, 2),
                width=width,
                lanes=lanes,
                gates=gates,
                top=round(100 - 100 * lanes / most, 1),
                high=round(100 * lanes / most, 1),
                at=self.moment(self.first + QUARTER * n),
            )
            for n, (lanes, gates) in enumerate(zip(curves["lanes"], curves["gates"], strict=True))
        )

    def hours(self) -> tuple[tuple[float, dt.datetime], ...]:
        """Return every hour, or every second one of a long day."""
        every = 3600 if self.last - self.first <= 8 * 3600 else 7200
        marks = range(-(-self.first // every) * every, int(self.last), every)
        return tuple((self.x(at), self.moment(at)) for at in marks)

    def marks(self) -> tuple[tuple[float, str], ...]:
        """Return where sessions begin and end."""
        return tuple(
            (self.x(at), kind)
            for starts, ends, _ in self.row["sessions"]
            for at, kind in ((starts, "start"), (ends, "end"))
            if 0 <= self.x(at) <= 100
        )


def _bank(bank: dict[str, Any]) -> BankRow:
    return BankRow(
        entrance=bank["entrance"],
        kind=bank["kind"],
        most=max(bank["open_lanes"], default=0),
        hours=bank["hours"],
        constant_hours=bank["constant_hours"],
        proved=bank["proved"],
        quarters=len(bank["open_lanes"]),
        broken=bank["broken"],
        reason=bank["reason"],
    )


def _ways(drawn: MapRow, sets: list[dict[str, Any]]) -> tuple[WayRow, ...]:
    """Return the ways, drawn in percent, with the level of service of observed crowds."""
    known = {way["code"]: way for way in sets[-1]["ways"]} if sets else {}
    xs = [place.x for place in drawn.drawing.places]
    ys = [place.y for place in drawn.drawing.places]
    span = max(1.0, max(xs) - min(xs), max(ys) - min(ys))
    middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    at = {
        place.code: (
            round(50 + 92 * (place.x - middle[0]) / span, 2),
            round(50 - 92 * (place.y - middle[1]) / span, 2),
        )
        for place in drawn.drawing.places
    }
    return tuple(
        WayRow(
            code=way.code,
            kind=way.kind,
            width=way.width,
            level=known.get(way.code, {}).get("level", "A"),
            density=known.get(way.code, {}).get("density", 0.0),
            x1=at[way.start][0],
            y1=at[way.start][1],
            x2=at[way.end][0],
            y2=at[way.end][1],
            is_closed=way.is_closed,
        )
        for way in drawn.drawing.passages
    )
