"""Read halls and what their counters said, in equal steps of days."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from sportsbrain.village.models import Hall

STEP_MINUTES = 15
STEPS = 24 * 60 // STEP_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class HallSeries:
    """A hall with the mean people of each quarter of an hour of some days; gaps carried on."""

    code: str
    title: str
    kind: str
    places: int
    days: dict[dt.date, tuple[float, ...]]


def hall_series(
    *, games_id: int, since: dt.datetime, until: dt.datetime, zone: str
) -> tuple[HallSeries, ...]:
    """Return halls with what was counted between two moments, by day of a time zone."""
    halls = list(Hall.objects.filter(games_id=games_id).order_by("kind", "title"))
    counted: dict[str, dict[dt.date, dict[int, float]]] = {row.code: {} for row in halls}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.code, (u.bucket AT TIME ZONE %s)::date,"
            " floor(extract(epoch FROM (u.bucket AT TIME ZONE %s)::time) / 900)::int, avg(u.mean)"
            " FROM village_rollup u JOIN village_devicepoint p ON p.id = u.point_id"
            " JOIN village_device d ON d.id = p.device_id"
            " JOIN village_principal r ON r.id = d.principal_id"
            " WHERE r.games_id = %s AND p.key = 'people' AND d.code = ANY(%s)"
            " AND u.bucket >= %s AND u.bucket < %s GROUP BY 1, 2, 3",
            [zone, zone, games_id, list(counted), since, until],
        )
        for code, day, step, people in cursor.fetchall():
            counted[code].setdefault(day, {})[step] = max(0.0, float(people))
    return tuple(
        HallSeries(
            code=row.code, title=row.title, kind=row.kind, places=row.places,
            days={day: _carried(steps) for day, steps in sorted(counted[row.code].items())},
        )
        for row in halls
    )  # fmt: skip


def _carried(steps: dict[int, float]) -> tuple[float, ...]:
    """Return values up to the last that was counted, those between carried on."""
    values, last = [], 0.0
    for step in range(max(steps) + 1):
        last = steps.get(step, last)
        values.append(last)
    return tuple(values)


def hall_codes(*, games_id: int) -> tuple[str, ...]:
    """Return the codes of halls."""
    rows = Hall.objects.filter(games_id=games_id).order_by("code")
    return tuple(rows.values_list("code", flat=True))
