"""Tell devices: ask, send once, keep the answer, let it expire."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sportsbrain.committee.actions import record_audit
from sportsbrain.live.actions import append_update
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import DeviceCommand, DevicePoint
from sportsbrain.vocabulary.devices import CommandState, PointKind, ValueKind

SECONDS = 20.0  # how long a command may be on its way
TOLD = "village.command"
AT_ONCE = 200
TEXT_MAX, NUMBER_MAX = 200, 1e12
UNDER_WAY = (CommandState.QUEUED.value, CommandState.SENT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """A command to send: its topic's words, and until when it holds."""

    id: uuid.UUID
    principal: str
    device: str
    key: str
    value: Any
    expires_at: dt.datetime


@transaction.atomic
def ask_command(
    *, games_id: int, principal: str, device: str, key: str, value: Any, by: str,
    now: dt.datetime, reason: str = "", is_from_home: bool = False, seconds: float = SECONDS,
) -> uuid.UUID:  # fmt: skip
    """
    Ask for something to be told to a device; ``is_from_home``: by a house's own automation.

    Raises
    ------
    VillageError
        When there is no such point, it can't be told, or not by whom, or the value is another kind.

    """
    point = (
        DevicePoint.objects.select_for_update(of=("self",))
        .filter(device__principal__games_id=games_id, key=key,
                                   device__principal__name=principal, device__code=device)
        .select_related("device__principal").first()
    )  # fmt: skip
    where = f"{principal}/{device}/{key}"
    if point is None or point.device.principal.revoked_at is not None:
        message = f"there is no point {where}"
        raise VillageError(message)
    if not (point.may_be_told or point.kind == PointKind.COMMAND.value):
        message = f"{where} can't be told anything: it only says"
        raise VillageError(message)
    if is_from_home and not point.is_home:
        message = f"{where} is not told by a house's automation"
        raise VillageError(message)
    kinds: dict[str, tuple[type, ...]] = {
        ValueKind.FLAG.value: (bool,), ValueKind.TEXT.value: (str,),
        ValueKind.NUMBER.value: (int, float),
    }  # fmt: skip
    if not isinstance(value, kinds[point.value_kind]) or (
        point.value_kind == ValueKind.NUMBER.value and isinstance(value, bool)
    ):
        message = f"{where} is told a {point.value_kind}, not {value!r}"
        raise VillageError(message)
    if isinstance(value, str) and (len(value) > TEXT_MAX or not value.isprintable()):
        message = f"{where} is told a text of {TEXT_MAX} letters at most"
        raise VillageError(message)
    if isinstance(value, int | float) and not abs(value) <= NUMBER_MAX:
        message = f"{where} is told a number, {NUMBER_MAX:g} at most"
        raise VillageError(message)
    same = DeviceCommand.objects.filter(
        point=point, value=value, asked_by=by[:150], command_state__in=UNDER_WAY, expires_at__gt=now
    )
    if (known := same.first()) is not None:  # said twice: it is under way
        return known.id
    made = DeviceCommand.objects.create(
        id=uuid.uuid4(), games_id=games_id, point=point, value=value, reason=reason[:200],
        asked_by=by[:150], asked_at=now, expires_at=now + dt.timedelta(seconds=seconds),
    )  # fmt: skip
    record_audit(games_id=games_id, actor=by, verb="told a device", thing=where,
                 details={"value": value, "reason": reason[:200]})  # fmt: skip
    return made.id


@transaction.atomic
def next_commands(*, games_id: int, now: dt.datetime) -> tuple[CommandRow, ...]:
    """Return commands of a Games to send, each once; those whose time is over expire."""
    mine = DeviceCommand.objects.filter(games_id=games_id)
    late = mine.filter(command_state__in=UNDER_WAY, expires_at__lte=now)
    for row in late.select_for_update(skip_locked=True)[:AT_ONCE]:
        _end(row, CommandState.EXPIRED, "nobody answered in time", now)
    rows = mine.filter(command_state=CommandState.QUEUED.value, expires_at__gt=now)
    found = list(
        rows.select_for_update(skip_locked=True, of=("self",))
        .select_related("point__device__principal").order_by("asked_at")[:AT_ONCE]
    )  # fmt: skip
    DeviceCommand.objects.filter(pk__in=[row.pk for row in found]).update(
        command_state=CommandState.SENT.value
    )
    return tuple(
        CommandRow(id=row.id, principal=row.point.device.principal.name,
                   device=row.point.device.code, key=row.point.key, value=row.value,
                   expires_at=row.expires_at)
        for row in found
    )  # fmt: skip


@transaction.atomic
def answer_command(
    *, principal: int, number: uuid.UUID, is_done: bool, text: str, now: dt.datetime
) -> bool:
    """Keep what a device answered, the first time; False: it was not asked, or answered before."""
    row = (
        DeviceCommand.objects.select_for_update()
        .filter(pk=number, point__device__principal=principal, command_state__in=UNDER_WAY).first()
    )  # fmt: skip
    if row is None:
        return False
    _end(row, CommandState.APPLIED if is_done else CommandState.FAILED, text, now)
    return True


def _end(row: DeviceCommand, state: CommandState, text: str, now: dt.datetime) -> None:
    row.command_state, row.answer, row.answered_at = state.value, text[:200], now
    row.save(update_fields=["command_state", "answer", "answered_at"])
    append_update(
        games_id=row.games_id, topic=TOLD, key=str(row.pk), recorded_at=now,
        body={"command": str(row.pk), "state": state.value, "value": row.value,
              "answer": text[:200]},
    )  # fmt: skip
