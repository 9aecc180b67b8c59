"""Read requests and their clocks, lost property, announcements, assets."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from rapidfuzz.fuzz import token_set_ratio

from sportsbrain.village.models import Announcement, Asset, FoundThing, ServiceKind, ServiceRequest
from sportsbrain.vocabulary.services import RequestState, minutes_between, percentile

WAITING = (RequestState.OPEN.value, RequestState.TAKEN.value)
ALIKE = 55  # of 100: words in common


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request; ``minutes_left`` until it should be taken or done, below 0 when it is late."""

    id: int
    kind: str
    title: str
    team: str
    asset: str
    place: str
    delegation: str
    text: str
    request_state: str
    reports: int
    opened_at: dt.datetime
    due_at: dt.datetime
    minutes_left: int
    taken_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """How long requests of a kind take: minutes, of those that are done."""

    kind: str
    title: str
    team: str
    waiting: int
    late: int
    done: int
    median: float | None
    p95: float | None
    close_minutes: int
    on_time: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """A kind of request."""

    code: str
    title: str
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """A found thing, and open requests that may be about it."""

    id: int
    text: str
    place: str
    shelf: str
    found_at: dt.datetime
    alike: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementRow:
    """What residents are told."""

    id: int
    text: str
    is_urgent: bool
    delegation: str
    building: str
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRow:
    """A thing with a code on it."""

    code: str
    title: str
    building: str
    place: str


def request_rows(
    *, games_id: int, now: dt.datetime, team: str = "", delegation: str = "", limit: int = 300
) -> tuple[RequestRow, ...]:
    """Return open requests, what is due first first; of a team, of a delegation, or all."""
    rows = ServiceRequest.objects.filter(games_id=games_id, request_state__in=WAITING)
    rows = rows.filter(kind__team=team) if team else rows
    rows = rows.filter(delegation=delegation) if delegation else rows
    found = []
    for row in rows.select_related("kind").order_by("close_by", "pk")[:limit]:
        due = row.take_by if row.request_state == RequestState.OPEN.value else row.close_by
        found.append(
            RequestRow(
                id=row.pk, kind=row.kind.code, title=row.kind.title, team=row.kind.team,
                asset=row.asset, place=row.place, delegation=row.delegation, text=row.text,
                request_state=row.request_state, reports=row.reports, opened_at=row.opened_at,
                due_at=due, minutes_left=round(minutes_between(now, due)), taken_by=row.taken_by,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda row: (row.due_at, row.id)))


def clock_rows(
    *, games_id: int, now: dt.datetime, since: dt.datetime | None = None
) -> tuple[ClockRow, ...]:
    """Return how long requests take, by kind."""
    spent: dict[int, list[float]] = defaultdict(list)
    waiting: dict[int, list[bool]] = defaultdict(list)
    rows = ServiceRequest.objects.filter(games_id=games_id)
    done = rows.filter(request_state=RequestState.DONE.value)
    done = done.filter(closed_at__gte=since) if since else done
    for kind, first, last in done.values_list("kind", "opened_at", "closed_at"):
        spent[kind].append(minutes_between(first, last or now))
    for kind, close_by in rows.filter(request_state__in=WAITING).values_list("kind", "close_by"):
        waiting[kind].append(close_by < now)
    kinds = ServiceKind.objects.filter(games_id=games_id).order_by("team", "title")
    return tuple(
        ClockRow(
            kind=row.code, title=row.title, team=row.team, waiting=len(waiting[row.pk]),
            late=sum(waiting[row.pk]), done=len(spent[row.pk]),
            median=percentile(spent[row.pk], 0.5), p95=percentile(spent[row.pk], 0.95),
            close_minutes=row.close_minutes,
            on_time=sum(n <= row.close_minutes for n in spent[row.pk]) / len(spent[row.pk])
            if spent[row.pk] else None,
        )
        for row in kinds
    )  # fmt: skip


def service_kinds(*, games_id: int) -> tuple[KindRow, ...]:
    """Return what can be asked for."""
    rows = ServiceKind.objects.filter(games_id=games_id).order_by("team", "title")
    return tuple(KindRow(code=row.code, title=row.title, team=row.team) for row in rows)


def found_rows(*, games_id: int, limit: int = 200) -> tuple[FoundRow, ...]:
    """Return found things that are here, newest first, with requests whose words are alike."""
    lost = [
        (row.pk, f"{row.text} · {row.place}", row.text)
        for row in ServiceRequest.objects.filter(
            games_id=games_id, kind__code="lost", request_state__in=WAITING
        ).order_by("pk")
    ]  # fmt: skip
    rows = FoundThing.objects.filter(games_id=games_id, found_state="kept").order_by("-found_at")
    return tuple(
        FoundRow(
            id=row.pk, text=row.text, place=row.place, shelf=row.shelf, found_at=row.found_at,
            alike=tuple(
                (number, words) for number, words, text in lost
                if token_set_ratio(text.lower(), row.text.lower()) >= ALIKE
            )[:3],
        )
        for row in rows[:limit]
    )  # fmt: skip


def announcement_rows(
    *, games_id: int, now: dt.datetime, language: str, delegation: str | None = None,
    building: str | None = None,
) -> tuple[AnnouncementRow, ...]:  # fmt: skip
    """
    Return what is told now, urgent first, in a language or what there is.

    ``delegation`` and ``building``: what is meant for them and for all; None: everything.
    """
    rows = Announcement.objects.filter(games_id=games_id, starts_at__lte=now, ends_at__gt=now)
    if delegation is not None:
        rows = rows.filter(delegation__in=["", delegation])
    if building is not None:
        rows = rows.filter(building__in=["", building])
    return tuple(
        AnnouncementRow(
            id=row.pk, text=_text(row.texts, language), is_urgent=row.is_urgent,
            delegation=row.delegation, building=row.building, ends_at=row.ends_at,
        )
        for row in rows.order_by("-is_urgent", "-starts_at")
    )  # fmt: skip


def _text(texts: dict[str, str], language: str) -> str:
    """Return the text of a language, of its base, of English, or the first there is."""
    for name in (language, language.partition("-")[0], "en"):
        if name in texts:
            return texts[name]
    return str(next(iter(texts.values())))


def asset_rows(*, games_id: int, code: str = "") -> tuple[AssetRow, ...]:
    """Return assets by code, or one of them."""
    rows = Asset.objects.filter(games_id=games_id).order_by("code")
    rows = rows.filter(code=code) if code else rows
    return tuple(
        AssetRow(code=row.code, title=row.title, building=row.building, place=row.place)
        for row in rows
    )
