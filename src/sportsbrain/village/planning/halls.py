"""How full halls are and will be: past days and today so far, by the forecast of the brain."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sportsbrain.brain.occupancy.plan import Forecast
from sportsbrain.brain.occupancy.problem import QUIET, PastDay, Problem
from sportsbrain.brain.occupancy.solve import forecast
from sportsbrain.committee.queries import GamesRow
from sportsbrain.village.queries.halls import STEP_MINUTES, STEPS, HallSeries, hall_series

PAST_DAYS = 10
FRESH = 2  # steps that today may be behind


@dataclass(frozen=True, slots=True, kw_only=True)
class HallRow:
    """
    A hall now, and until when it is quiet or from when again.

    ``now`` is None without a count of the last half hour; ``points`` draws today and what is to
    come as (hour, people) with the band of the forecast.
    """

    code: str
    title: str
    kind: str
    places: int
    now: int | None
    is_quiet: bool
    turns_at: dt.datetime | None
    seen: tuple[tuple[float, float], ...] = ()
    ahead: tuple[tuple[float, float, float, float], ...] = ()
    error: float | None = None
    naive: float | None = None

    @property
    def share(self) -> int:
        """Return how full it is, in percent."""
        return min(100, round(100 * (self.now or 0) / self.places))


def halls_lately(*, games: GamesRow, now: dt.datetime) -> tuple[HallSeries, ...]:
    """Return what halls counted today and in the ten days before."""
    since = _midnight(games, now) - dt.timedelta(days=PAST_DAYS)
    return hall_series(games_id=games.id, since=since, until=now, zone=games.time_zone)


def hall_rows(*, games: GamesRow, now: dt.datetime) -> tuple[HallRow, ...]:
    """Return halls with what is to come of today."""
    rows = halls_lately(games=games, now=now)
    return tuple(hall_row(row, games=games, now=now) for row in rows)


def _midnight(games: GamesRow, now: dt.datetime) -> dt.datetime:
    zone = ZoneInfo(games.time_zone)
    return dt.datetime.combine(now.astimezone(zone).date(), dt.time(), tzinfo=zone)


def hall_row(row: HallSeries, *, games: GamesRow, now: dt.datetime) -> HallRow:
    """Return a hall with what is to come of today, from what it counted."""
    midnight = _midnight(games, now)
    today = midnight.date()
    seen = row.days.get(today, ())
    done = int((now - midnight).total_seconds() // (60 * STEP_MINUTES))
    is_fresh = bool(seen) and len(seen) >= done - FRESH
    here = round(seen[-1]) if is_fresh else None
    whole = [values for day, values in row.days.items() if day < today and len(values) == STEPS]
    plain = HallRow(
        code=row.code, title=row.title, kind=row.kind, places=row.places, now=here, turns_at=None,
        is_quiet=(here or 0) <= QUIET * row.places, seen=_hours(seen),
    )  # fmt: skip
    if not whole or here is None:
        return plain
    problem = Problem(
        place=row.code, step_minutes=STEP_MINUTES, places=row.places, today=seen, people=1.0,
        days=tuple(PastDay(values=values, people=1.0) for values in whole),
    )  # fmt: skip
    return _with(plain, forecast(problem), seen, midnight)


def _hours(values: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    return tuple((n * STEP_MINUTES / 60, value) for n, value in enumerate(values))


def _with(
    row: HallRow, found: Forecast, seen: tuple[float, ...], midnight: dt.datetime
) -> HallRow:  # fmt: skip
    turn = found.quiet_until if row.is_quiet else found.quiet_from
    step = STEP_MINUTES / 60
    return HallRow(
        code=row.code, title=row.title, kind=row.kind, places=row.places, now=row.now,
        is_quiet=row.is_quiet, error=found.error, naive=found.naive,
        turns_at=midnight + dt.timedelta(minutes=STEP_MINUTES * turn) if turn else None,
        seen=_hours(seen),
        ahead=tuple(
            ((found.first + n) * step, value, low, high)
            for n, (value, low, high)
            in enumerate(zip(found.values, found.low, found.high, strict=True))
        ),
    )  # fmt: skip
