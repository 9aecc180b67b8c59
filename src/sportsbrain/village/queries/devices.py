"""Read who speaks on the bus, what their points said last, what was refused."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from sportsbrain.village.models import (
    Device,
    DeviceCommand,
    DevicePoint,
    Principal,
    RefusedMessage,
)
from sportsbrain.vocabulary.devices import (
    QUALITIES,
    PointKind,
    PointRow,
    PrincipalRow,
    ValueKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestRow:
    """
    What a point said last.

    ``standing``: good, uncertain, bad, ``stale`` when older than its point allows, ``unknown``
    when its principal is offline or it never spoke.
    """

    device: str
    key: str
    building: str
    number: float | None
    words: str | None
    unit: str
    at: dt.datetime | None
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A message that was refused."""

    topic: str
    reason: str
    received_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeRow:
    """A point that a house's own automation may hear, and tell what it may be told."""

    principal: str
    device: str
    device_kind: str
    key: str
    value_kind: str
    unit: str
    may_be_told: bool
    building: str
    place: str


def home_rows(*, games_id: int) -> tuple[HomeRow, ...]:
    """Return the points that a house's own automation may hear."""
    rows = DevicePoint.objects.filter(device__principal__games_id=games_id, is_home=True,
                                      kind=PointKind.STATE.value)  # fmt: skip
    rows = rows.filter(device__principal__revoked_at__isnull=True).select_related(
        "device__principal"
    )
    return tuple(
        HomeRow(principal=row.device.principal.name, device=row.device.code,
                device_kind=row.device.kind, key=row.key, value_kind=row.value_kind,
                unit=row.unit, may_be_told=row.may_be_told, building=row.device.building,
                place=row.device.place)
        for row in rows.order_by("device__principal__name", "device__code", "key")
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTold:
    """A command as it stands."""

    id: str
    device: str
    key: str
    value: object
    asked_by: str
    asked_at: dt.datetime
    command_state: str
    answer: str


def commands_told(*, games_id: int, limit: int = 50) -> tuple[CommandTold, ...]:
    """Return commands, the newest first."""
    rows = DeviceCommand.objects.filter(games_id=games_id).select_related("point__device")
    return tuple(
        CommandTold(id=str(row.pk), device=row.point.device.code, key=row.point.key,
                    value=row.value, asked_by=row.asked_by, asked_at=row.asked_at,
                    command_state=row.command_state, answer=row.answer)
        for row in rows.order_by("-asked_at")[:limit]
    )  # fmt: skip


def directory() -> dict[str, PrincipalRow]:
    """Return every principal with its points, by name: what the ingest judges messages by."""
    points: dict[int, dict[tuple[str, str], PointRow]] = defaultdict(dict)
    rows = DevicePoint.objects.values_list(
        "device__principal_id", "device__code", "key", "pk", "kind", "value_kind"
    )
    for principal, device, key, number, kind, value_kind in rows.iterator():
        points[principal][device, key] = PointRow(
            id=number, kind=PointKind(kind), value_kind=ValueKind(value_kind)
        )
    return {
        row.name: PrincipalRow(
            id=row.pk, games_id=row.games_id, epoch=row.epoch,
            is_revoked=row.revoked_at is not None, points=points[row.pk],
        )
        for row in Principal.objects.all()
    }  # fmt: skip


def newest_rows(*, games_id: int, now: dt.datetime, kind: str = "") -> tuple[NewestRow, ...]:
    """Return what the state points of a Games said last, of one kind of device or all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.code, p.key, d.building, n.number, n.words, p.unit, n.at, n.quality,"
            " least(n.at, n.received) < %s - make_interval(secs => p.stale_after), r.is_online"
            " FROM village_devicepoint p JOIN village_device d ON d.id = p.device_id"
            " JOIN village_principal r ON r.id = d.principal_id"
            " LEFT JOIN village_newest n ON n.point_id = p.id"
            " WHERE r.games_id = %s AND p.kind = 'state' AND (%s = '' OR d.kind = %s)"
            " ORDER BY d.code, p.key",
            [now, games_id, kind, kind],
        )
        return tuple(
            NewestRow(
                device=device, key=key, building=building, number=number, words=words, unit=unit,
                at=at, standing=_standing(quality, is_old=is_old, is_online=is_online),
            )
            for device, key, building, number, words, unit, at, quality, is_old, is_online
            in cursor.fetchall()
        )  # fmt: skip


def _standing(quality: int | None, *, is_old: bool | None, is_online: bool) -> str:
    if quality is None or not is_online:
        return "unknown"
    return "stale" if is_old else QUALITIES[quality]


def refused_rows(*, games_id: int | None = None, limit: int = 100) -> tuple[RefusedRow, ...]:
    """Return refused messages, the newest first."""
    rows = RefusedMessage.objects.order_by("-pk")
    if games_id is not None:
        rows = rows.filter(games_id=games_id)
    return tuple(
        RefusedRow(topic=row.topic, reason=row.reason, received_at=row.received_at)
        for row in rows[:limit]
    )


def counts_stored(*, games_id: int) -> tuple[int, int]:
    """Return how many states and events of a Games are stored."""
    found = []
    with connection.cursor() as cursor:
        for table in ("village_history", "village_event"):
            cursor.execute(
                f"SELECT count(*) FROM {table} h JOIN village_devicepoint p ON p.id = h.point_id"  # noqa: S608  # one of two names
                " JOIN village_device d ON d.id = p.device_id"
                " JOIN village_principal r ON r.id = d.principal_id WHERE r.games_id = %s",
                [games_id],
            )
            found.append(int(cursor.fetchone()[0]))
    return found[0], found[1]


def device_kinds(*, games_id: int) -> tuple[str, ...]:
    """Return the kinds of devices that are registered."""
    rows = Device.objects.filter(principal__games_id=games_id).exclude(kind="")
    return tuple(rows.order_by("kind").values_list("kind", flat=True).distinct())


def newest_reading(*, games_id: int) -> tuple[dt.datetime, dt.datetime] | None:
    """Return when the newest stored state was said and when it came in, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.at, n.received FROM village_newest n"
            " JOIN village_devicepoint p ON p.id = n.point_id"
            " JOIN village_device d ON d.id = p.device_id"
            " JOIN village_principal r ON r.id = d.principal_id WHERE r.games_id = %s"
            " ORDER BY n.received DESC LIMIT 1",
            [games_id],
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None
