"""A message to a reading or a birth, judged by who may speak for what. No database."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sportsbrain.feeds.mqtt.messages import (
    AHEAD,
    BYTES_MAX,
    KEPT,
    SKEW,
    TEXT_MAX,
    Message,
    RefusedError,
)
from sportsbrain.vocabulary.devices import (
    QUALITIES,
    Birth,
    PointKind,
    PointRow,
    PrincipalRow,
    Reading,
    Reply,
    ValueKind,
)

QUALITY = {name: number for number, name in enumerate(QUALITIES)}
SEQUENCE_MAX, EPOCH_MAX = 2**62, 2**40  # an epoch may be a count or seconds, no more
GOOD, UNCERTAIN = 0, 1
NUMBER_MAX = 1e12  # what a sum of many still can hold


def parse_message(
    message: Message, *, known: Mapping[str, PrincipalRow], received: int
) -> Reading | Birth | Reply:
    """
    Return what a message says; ``received`` is microseconds since 1970.

    A clock that is more than a minute wrong makes a value uncertain; the newest follows sequences.

    Raises
    ------
    RefusedError
        When it is not stored: the text says why.

    """
    parts = message.topic.split("/")
    principal = known.get(parts[2]) if len(parts) > 3 else None
    if principal is None:
        raise RefusedError("nobody of this name is registered")
    if principal.is_revoked:
        raise RefusedError("the principal is revoked")
    body = _body(message.payload)
    if len(parts) == 4:
        return _birth(principal, body)
    if parts[-1] == "reply":
        return _reply(message, parts, principal, body)
    point, is_event = _spoken(message, parts, principal)
    at = _whole(body, "ts") * 1_000
    sequence = _whole(body, "seq")
    epoch = _whole(body, "epoch")
    number, text = _value(body.get("v"), point.value_kind)
    word = body.get("q", "good")
    quality = QUALITY.get(word) if isinstance(word, str) else None
    if quality is None:
        raise RefusedError("q is good, uncertain or bad")
    is_history = body.get("hist", False) is True
    if not received - KEPT <= at <= received + AHEAD:
        raise RefusedError("older than what is kept, or of the future")
    if not is_history and not message.is_retained and abs(at - received) > SKEW:
        quality = max(quality, UNCERTAIN)  # its clock is wrong; what is newest follows sequences
    return Reading(point.id, is_event, is_history, at, epoch, sequence, number, text, quality,
                   received)  # fmt: skip


def _spoken(
    message: Message, parts: list[str], principal: PrincipalRow
) -> tuple[PointRow, bool]:  # fmt: skip
    """Return the point that speaks, and whether it says what happened."""
    point = principal.points.get((parts[3], parts[4])) if len(parts) == 6 else None
    if point is None:
        raise RefusedError("the principal has no such device or point")
    is_event = parts[-1] == "event"
    if point.kind is not (PointKind.EVENT if is_event else PointKind.STATE):
        raise RefusedError(f"the point is a {point.kind.value}")
    if is_event and message.is_retained:
        raise RefusedError("an event is never retained")
    return point, is_event


def _reply(
    message: Message, parts: list[str], principal: PrincipalRow, body: dict[str, Any]
) -> Reply:  # fmt: skip
    """Return an answer to a command."""
    if message.is_retained:
        raise RefusedError("an answer is never retained")
    if len(parts) != 6 or (parts[3], parts[4]) not in principal.points:
        raise RefusedError("the principal has no such device or point")
    number = body.get("id")
    if not isinstance(number, str) or len(number) > 40 or not isinstance(body.get("ok"), bool):
        raise RefusedError("an answer has the id of the command, and ok: true or false")
    word = body.get("text", "")
    text = word if isinstance(word, str) else ""
    return Reply(principal.id, number, body["ok"],
                 text.replace("\x00", "").encode("utf-8", "replace").decode())  # fmt: skip


def _body(payload: bytes) -> dict[str, Any]:
    if len(payload) > BYTES_MAX:
        raise RefusedError("more than 64 KiB")
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        raise RefusedError("no JSON") from None
    if not isinstance(body, dict):
        raise RefusedError("no JSON object")
    return body


def _whole(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    most = EPOCH_MAX if name == "epoch" else SEQUENCE_MAX
    if type(value) is not int or not 0 <= value < most:
        raise RefusedError(f"{name} is a whole number")
    return value


def _value(value: object, kind: ValueKind) -> tuple[float | None, str | None]:
    if kind is ValueKind.NUMBER:
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(OverflowError):  # a whole number of hundreds of digits
                if abs(found := float(value)) <= NUMBER_MAX:
                    return found, None
        raise RefusedError("v is a finite number, and no astronomical one")
    if kind is ValueKind.FLAG:
        if isinstance(value, bool):
            return float(value), None
        raise RefusedError("v is true or false")
    if isinstance(value, str) and len(value) <= TEXT_MAX and "\x00" not in value:
        return None, value.encode("utf-8", "replace").decode()
    raise RefusedError(f"v is a text of {TEXT_MAX} letters at most")


def _birth(principal: PrincipalRow, body: dict[str, Any]) -> Birth:
    if not isinstance(body.get("online"), bool):
        raise RefusedError("a status says whether it is online")
    epoch = _whole(body, "epoch") if "epoch" in body else principal.epoch
    return Birth(principal.id, body["online"], epoch)
