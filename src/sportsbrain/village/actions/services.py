"""Requests: opened once for a thing, taken, done; lost property; announcements; assets."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from sportsbrain.live.actions import append_update
from sportsbrain.village.actions.once import By
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import Announcement, Asset, FoundThing, ServiceKind, ServiceRequest
from sportsbrain.vocabulary.services import KINDS, FoundState, RequestState, ServiceKindValues

SERVED = "village.service"
WAITING = (RequestState.OPEN.value, RequestState.TAKEN.value)
MOST_OPEN = 20  # open requests of one place: more is somebody's game


@transaction.atomic
def save_service_kinds(*, games_id: int, kinds: Sequence[ServiceKindValues] = KINDS) -> int:
    """Make or change kinds of requests; open ones keep the clocks they began with."""
    ServiceKind.objects.bulk_create(
        [
            ServiceKind(games_id=games_id, code=kind.code, title=kind.title, team=kind.team.value,
                        take_minutes=kind.take_minutes, close_minutes=kind.close_minutes)
            for kind in kinds
        ],
        update_conflicts=True, unique_fields=["games", "code"],
        update_fields=["title", "team", "take_minutes", "close_minutes"],
    )  # fmt: skip
    return len(kinds)


@transaction.atomic
def save_assets(*, games_id: int, assets: Sequence[tuple[str, str, str, str]]) -> int:
    """Make or change assets: (code, title, building, place)."""
    Asset.objects.bulk_create(
        [
            Asset(games_id=games_id, code=code, title=title, building=building, place=place)
            for code, title, building, place in assets
        ],
        update_conflicts=True, unique_fields=["games", "code"],
        update_fields=["title", "building", "place"],
    )  # fmt: skip
    return len(assets)


@transaction.atomic
def open_request(
    *, games_id: int, kind: str, by: By, asset: str = "", place: str = "", text: str = "",
    delegation: str = "",
) -> tuple[int, bool]:  # fmt: skip
    """
    Open a request and return its number, and whether it is new; one that is open is counted.

    Raises
    ------
    VillageError
        When nobody does such a thing, or there is no such asset, or the place has too many.

    """
    row = ServiceKind.objects.select_for_update().filter(games_id=games_id, code=kind).first()
    if row is None:
        message = f"nobody does {kind!r} here: choose one of the list"
        raise VillageError(message)
    if asset:
        thing = Asset.objects.filter(games_id=games_id, code=asset).first()
        if thing is None:
            message = f"there is no asset {asset}"
            raise VillageError(message)
        place = place or thing.place or thing.building
    if not place:
        message = "say where it is"
        raise VillageError(message)
    waiting = ServiceRequest.objects.filter(games_id=games_id, request_state__in=WAITING)
    same = waiting.filter(kind=row, asset=asset) if asset else waiting.none()
    known = same.first()
    if known is not None:
        same.update(reports=F("reports") + 1)
        return known.pk, False
    if waiting.filter(place=place).count() >= MOST_OPEN:
        message = f"{place} has {MOST_OPEN} open requests already: call the front desk"
        raise VillageError(message)
    made = ServiceRequest.objects.create(
        games_id=games_id, kind=row, asset=asset, place=place[:80], text=text[:400],
        delegation=delegation, opened_at=by.now,
        take_by=by.now + dt.timedelta(minutes=row.take_minutes),
        close_by=by.now + dt.timedelta(minutes=row.close_minutes),
    )  # fmt: skip
    _tell(made, "opened", by)
    return made.pk, True


@transaction.atomic
def take_request(*, games_id: int, number: int, by: By) -> None:
    """
    Let somebody be on a request.

    Raises
    ------
    VillageError
        When it is somebody's already, or over.

    """
    row = _waiting(games_id, number)
    if row.request_state != RequestState.OPEN.value:
        message = f"{row.taken_by} is on it"
        raise VillageError(message)
    row.request_state, row.taken_at, row.taken_by = RequestState.TAKEN.value, by.now, by.name[:150]
    row.save(update_fields=["request_state", "taken_at", "taken_by"])
    _tell(row, "taken", by)


@transaction.atomic
def close_request(
    *, games_id: int, number: int, by: By, answer: str = "", is_cancelled: bool = False
) -> None:
    """
    Keep that a request is done, or not wanted any more.

    Raises
    ------
    VillageError
        When it is over already.

    """
    row = _waiting(games_id, number)
    row.request_state = (RequestState.CANCELLED if is_cancelled else RequestState.DONE).value
    row.closed_at, row.answer = by.now, answer[:400]
    row.taken_at, row.taken_by = row.taken_at or by.now, row.taken_by or by.name[:150]
    row.save(update_fields=["request_state", "closed_at", "answer", "taken_at", "taken_by"])
    _tell(row, row.request_state, by)


def _waiting(games_id: int, number: int) -> ServiceRequest:
    row = ServiceRequest.objects.select_for_update().filter(games_id=games_id, pk=number).first()
    if row is None or row.request_state not in WAITING:
        message = "this request is over, or there is none"
        raise VillageError(message)
    return row


def _tell(row: ServiceRequest, step: str, by: By) -> None:
    body: dict[str, Any] = {"request": row.pk, "kind": row.kind.code, "place": row.place,
                            "step": step}  # fmt: skip
    append_update(games_id=row.games_id, topic=SERVED, key=str(row.pk), recorded_at=by.now,
                  body=body)  # fmt: skip


def keep_found(
    *, games_id: int, text: str, place: str, found_at: dt.datetime, shelf: str = ""
) -> int:
    """
    Keep something that was found, and return its number.

    Raises
    ------
    VillageError
        When nobody says what it is and where it was.

    """
    if not text.strip() or not place.strip():
        message = "say what was found, and where"
        raise VillageError(message)
    row = FoundThing.objects.create(games_id=games_id, text=text[:200], place=place[:80],
                                    shelf=shelf[:40], found_at=found_at)  # fmt: skip
    return row.pk


@transaction.atomic
def hand_over(*, games_id: int, thing: int, by: By, number: int | None = None) -> None:
    """
    Give a found thing to who asked for it, once; the request is done then.

    Raises
    ------
    VillageError
        When it is not here any more, or the request is over.

    """
    row = FoundThing.objects.select_for_update().filter(games_id=games_id, pk=thing).first()
    if row is None or row.found_state != FoundState.KEPT.value:
        message = "this is not here any more"
        raise VillageError(message)
    if number is not None:
        close_request(games_id=games_id, number=number, by=by, answer=f"found: {row.text}")
    row.found_state, row.given_by, row.given_at = (
        FoundState.HANDED_OVER.value, by.name[:150], by.now
    )  # fmt: skip
    row.request_id = number
    row.save(update_fields=["found_state", "given_by", "given_at", "request"])


def announce(
    *, games_id: int, texts: dict[str, str], starts_at: dt.datetime, ends_at: dt.datetime, by: By,
    delegation: str = "", building: str = "", is_urgent: bool = False,
) -> int:  # fmt: skip
    """
    Tell residents something for a while, by language; return its number.

    Raises
    ------
    VillageError
        Without a text, or when it ends before it begins.

    """
    said = {lang: text.strip()[:600] for lang, text in texts.items() if text.strip()}
    if not said or starts_at >= ends_at:
        message = "an announcement has a text, and ends after it begins"
        raise VillageError(message)
    row = Announcement.objects.create(
        games_id=games_id, texts=said, starts_at=starts_at, ends_at=ends_at, told_by=by.name[:150],
        delegation=delegation, building=building, is_urgent=is_urgent,
    )  # fmt: skip
    append_update(games_id=games_id, topic="village.announcement", key=str(row.pk),
                  recorded_at=by.now, body={"texts": said, "urgent": is_urgent})  # fmt: skip
    return row.pk


def end_announcement(*, games_id: int, number: int, now: dt.datetime) -> None:
    """Let an announcement be over now."""
    Announcement.objects.filter(games_id=games_id, pk=number, starts_at__lt=now,
                                ends_at__gt=now).update(ends_at=now)  # fmt: skip
