"""Read meters and the weather by the hour, from the sums of five minutes."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

Hours = dict[tuple[dt.date, int], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterHours:
    """
    Mean kW of each hour by building, installed kW of lights, and the mean outdoor temperature.

    Hours are (day, hour) of a time zone.
    """

    power: dict[str, Hours]
    lighting: dict[str, float]
    outdoor: Hours


def meter_hours(
    *, games_id: int, since: dt.datetime, until: dt.datetime, zone: str
) -> MeterHours:  # fmt: skip
    """Return what meters and the weather said between two moments, by the hour."""
    power: dict[str, Hours] = {}
    outdoor: Hours = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.kind = 'weather', d.building, (u.bucket AT TIME ZONE %s)::date,"
            " extract(hour FROM (u.bucket AT TIME ZONE %s))::int,"
            " CASE WHEN d.kind = 'weather' THEN avg(s.mean) ELSE sum(s.mean) END"
            " FROM (SELECT point_id, date_bin('1 hour', bucket, 'epoch') AS hour, avg(mean) AS mean"
            "  FROM village_rollup WHERE bucket >= %s AND bucket < %s GROUP BY 1, 2) s"
            " CROSS JOIN LATERAL (SELECT s.hour AS bucket) u"
            " JOIN village_devicepoint p ON p.id = s.point_id"
            " JOIN village_device d ON d.id = p.device_id"
            " JOIN village_principal r ON r.id = d.principal_id"
            " WHERE r.games_id = %s AND ((p.key = 'power' AND d.kind = 'meter')"
            " OR (p.key = 'outdoor' AND d.kind = 'weather')) GROUP BY 1, 2, 3, 4",
            [zone, zone, since, until, games_id],
        )
        for is_weather, building, day, hour, value in cursor.fetchall():
            if is_weather:
                outdoor[day, hour] = float(value)
            else:
                power.setdefault(building, {})[day, hour] = float(value)
        cursor.execute(
            "SELECT d.building, sum(n.number) FROM village_newest n"
            " JOIN village_devicepoint p ON p.id = n.point_id"
            " JOIN village_device d ON d.id = p.device_id"
            " JOIN village_principal r ON r.id = d.principal_id"
            " WHERE r.games_id = %s AND p.key = 'lighting' AND d.kind = 'meter' GROUP BY 1",
            [games_id],
        )
        lighting = {building: float(kw or 0) for building, kw in cursor.fetchall()}
    return MeterHours(power=power, lighting=lighting, outdoor=outdoor)
