"""Register who speaks on the bus, and revoke them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from sportsbrain.live.actions import append_update
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import Device, DevicePoint, Principal
from sportsbrain.vocabulary.devices import PointKind, ValueKind

NAME_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
RESERVED = {"ingest", "server", "trust", "speaker", "home"}
STALE_MAX, BATCH = 10**8, 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PointValues:
    """A point with its device, as it is registered."""

    principal: str
    device: str
    key: str
    kind: PointKind = PointKind.STATE
    value_kind: ValueKind = ValueKind.NUMBER
    unit: str = ""
    stale_after: int = 900
    device_kind: str = ""
    building: str = ""
    place: str = ""
    may_be_told: bool = False
    is_home: bool = False


def is_name(word: str) -> bool:
    """Tell whether a word may be a part of a topic: 1 to 40 letters, digits, hyphens, dots."""
    return 0 < len(word) <= 40 and set(word) <= NAME_LETTERS


@transaction.atomic
def register_points(*, games_id: int, points: Sequence[PointValues]) -> int:
    """
    Make or change principals, devices and points; return how many points.

    Raises
    ------
    VillageError
        When a name can't be a part of a topic, or a principal is of another Games.

    """
    for row in points:
        for word in (row.principal, row.device, row.key):
            if not is_name(word):
                message = f"{word!r} is no name: 1 to 40 letters, digits, hyphens, dots"
                raise VillageError(message)
    _refuse_odd(points)
    names = {row.principal for row in points}
    Principal.objects.bulk_create(
        [Principal(games_id=games_id, name=name) for name in sorted(names)], ignore_conflicts=True
    )
    principals = {row.name: row for row in Principal.objects.filter(name__in=names)}
    foreign = sorted(name for name, row in principals.items() if row.games_id != games_id)
    if foreign:
        message = f"{', '.join(foreign)}: of another Games; a name on the bus is one principal's"
        raise VillageError(message)
    gone = sorted(name for name, row in principals.items() if row.revoked_at)
    if gone:
        message = f"{', '.join(gone)}: revoked; give it a new name and certificate"
        raise VillageError(message)
    wanted = {(row.principal, row.device): row for row in points}
    made = Device.objects.bulk_create(
        [
            Device(principal=principals[row.principal], code=row.device, kind=row.device_kind,
                   building=row.building, place=row.place)
            for row in wanted.values()
        ],
        update_conflicts=True, unique_fields=["principal", "code"], batch_size=BATCH,
        update_fields=["kind", "building", "place"],
    )  # fmt: skip
    devices = {(row.principal.name, row.code): row.pk for row in made}
    DevicePoint.objects.bulk_create(
        [
            DevicePoint(device_id=devices[row.principal, row.device], key=row.key,
                        kind=row.kind.value, value_kind=row.value_kind.value, unit=row.unit,
                        stale_after=row.stale_after, may_be_told=row.may_be_told,
                        is_home=row.is_home)
            for row in points
        ],
        update_conflicts=True, unique_fields=["device", "key"], batch_size=BATCH,
        update_fields=["kind", "value_kind", "unit", "stale_after", "may_be_told", "is_home"],
    )  # fmt: skip
    return len(points)


def _refuse_odd(points: Sequence[PointValues]) -> None:
    """Refuse names of the broker's own, points that stand twice, times that are none."""
    seen: set[tuple[str, str, str]] = set()
    for row in points:
        where = (row.principal, row.device, row.key)
        if row.principal in RESERVED:
            message = f"{row.principal} is a name of the broker's own"
        elif where in seen:
            message = f"{'/'.join(where)} stands in the list twice"
        elif not 0 < row.stale_after <= STALE_MAX:
            message = f"{'/'.join(where)}: stale_after is 1 to {STALE_MAX} seconds"
        else:
            seen.add(where)
            continue
        raise VillageError(message)


@transaction.atomic
def revoke_principal(*, games_id: int, name: str, by: str, now: dt.datetime) -> None:
    """
    Let nothing that a principal says be stored from now on.

    Raises
    ------
    VillageError
        When there is none.

    """
    rows = Principal.objects.filter(games_id=games_id, name=name)
    if not rows.update(revoked_at=now, is_online=False):
        message = f"there is no principal {name}"
        raise VillageError(message)
    append_update(games_id=games_id, topic="village.revoked", key=name, recorded_at=now,
                  body={"principal": name, "by": by})  # fmt: skip
