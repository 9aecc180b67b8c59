"""Results and decisions come in; pages go out as files, not here."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from sportsbrain.channel.actions import (
    StoryDraft,
    VideoDraft,
    Words,
    publish_story,
    retract_story,
    tell_medals,
    tell_results,
    translate_story,
    write_story,
)
from sportsbrain.channel.errors import StoryError
from sportsbrain.channel.queries import story_rows
from sportsbrain.committee.guards import seat_by_token
from sportsbrain.committee.queries import games_clock
from sportsbrain.ui.pages import answer_json
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus, Role, StoryKind

router = Router(tags=["channel"])


class ResultLine(Schema, extra="forbid"):
    """What one competitor did."""

    competitor: str
    start_order: str = ""
    rank: int | None = None
    value: str = ""
    value_kind: str = ""
    win_loss: str = ""
    irregularity: str = ""
    qualified: str = ""


class ResultOrder(Schema, extra="forbid"):
    """Results of a unit, whole."""

    status: ResultStatus
    results: list[ResultLine]
    version: int | None = None
    reason: str = ""
    finished_at: dt.datetime | None = None


class MedalLine(Schema, extra="forbid"):
    """Who has which medal."""

    kind: str
    competitor: str


class MedalOrder(Schema, extra="forbid"):
    """A decision on the medals of an event."""

    medals: list[MedalLine]
    reason: str


@router.post("/{code}/units/{key}/results")
def results(request: HttpRequest, code: str, key: str, body: ResultOrder) -> HttpResponse:
    """Take the results of a unit, whole or not at all."""
    seat = seat_by_token(request, code, needed=Role.PLANNER)
    kept = tell_results(
        games=seat.games, unit=key, status=body.status, version=body.version, reason=body.reason,
        results=[ResultFact(**line.dict()) for line in body.results],
        finished_at=body.finished_at,
        actor=request.user.get_username(),
        now=games_clock(games_id=seat.games.id, now=dt.datetime.now(dt.UTC)),
    )  # fmt: skip
    return answer_json(request, kept, status=201)


@router.post("/{code}/events/{key}/medals")
def medals(request: HttpRequest, code: str, key: str, body: MedalOrder) -> HttpResponse:
    """Take an official decision on the medals of an event."""
    seat = seat_by_token(request, code, needed=Role.APPROVER)
    changed = tell_medals(
        games=seat.games, event=key, reason=body.reason, actor=request.user.get_username(),
        medals=[(line.kind, line.competitor) for line in body.medals],
        now=games_clock(games_id=seat.games.id, now=dt.datetime.now(dt.UTC)),
    )  # fmt: skip
    return answer_json(request, {"changed": changed}, status=201)


class WordsOrder(Schema, extra="forbid"):
    """Words of a story in a language."""

    language: str
    title: str
    text: str = ""
    picture_words: str = ""
    note: str = ""


class VideoOrder(Schema, extra="forbid"):
    """A video record; captions by language."""

    playlist: str
    captions: dict[str, str]
    poster: str = ""
    seconds: int = 0
    is_live: bool = False
    delay_s: int = 0
    territories: tuple[str, ...] = ()
    has_described_audio: bool = False
    sign_language: str = ""
    transcript: str = ""


class StoryOrder(Schema, extra="forbid"):
    """A story; ``read_at`` is the number of the words it is written over."""

    kind: StoryKind
    words: WordsOrder
    about: tuple[str, ...] = ()
    has_scores: bool = False
    picture: str = ""
    video: VideoOrder | None = None
    read_at: int = 0


class TranslationOrder(Schema, extra="forbid"):
    """Words in another language, and the number of the original they follow."""

    words: WordsOrder
    source_number: int
    read_at: int = 0


class PublishOrder(Schema, extra="forbid"):
    """From when on fans see it; nothing: now."""

    at: dt.datetime | None = None


class RetractOrder(Schema, extra="forbid"):
    """Why it is withdrawn."""

    reason: str


def _who(request: HttpRequest, code: str, needed: Role) -> dict[str, Any]:
    seat = seat_by_token(request, code, needed=needed)
    return {
        "games": seat.games,
        "actor": request.user.get_username(),
        "now": games_clock(games_id=seat.games.id, now=dt.datetime.now(dt.UTC)),
    }


def _draft(body: StoryOrder) -> StoryDraft:
    video = body.video.dict() if body.video else None
    if video:
        video["captions"] = tuple(video["captions"].items())
    return StoryDraft(
        kind=body.kind, words=Words(**body.words.dict()), about=body.about,
        has_scores=body.has_scores, picture=body.picture,
        video=VideoDraft(**video) if video else None,
    )  # fmt: skip


@router.get("/{code}/stories")
def stories(request: HttpRequest, code: str) -> HttpResponse:
    """Return all stories, drafts too, newest first."""
    seat = seat_by_token(request, code)
    return answer_json(request, story_rows(games_id=seat.games.id))


@router.post("/{code}/stories")
def new_story(request: HttpRequest, code: str, body: StoryOrder) -> HttpResponse:
    """Take a new story: a draft until it is published."""
    who = _who(request, code, Role.PLANNER)
    key = write_story(draft=_draft(body), **who)
    return answer_json(request, {"story": key}, status=201)


@router.put("/{code}/stories/{key}")
def story_again(request: HttpRequest, code: str, key: str, body: StoryOrder) -> HttpResponse:
    """Take a story anew; one that fans see is corrected, and says what."""
    who = _who(request, code, Role.PLANNER)
    write_story(draft=_draft(body), code=key, read_at=body.read_at, **who)
    return answer_json(request, {"story": key})


@router.post("/{code}/stories/{key}/texts")
def translation(request: HttpRequest, code: str, key: str, body: TranslationOrder) -> HttpResponse:
    """Take a story's words in another language."""
    translate_story(
        code=key, words=Words(**body.words.dict()), source_number=body.source_number,
        read_at=body.read_at, **_who(request, code, Role.PLANNER),
    )  # fmt: skip
    return answer_json(request, {"story": key}, status=201)


@router.post("/{code}/stories/{key}/publish")
def publish(request: HttpRequest, code: str, key: str, body: PublishOrder) -> HttpResponse:
    """Let fans see a story, now or from a moment on."""
    if body.at is not None and body.at.tzinfo is None:
        message = "a moment has a time zone, such as 2030-07-06T18:00:00+02:00"
        raise StoryError(message)
    state = publish_story(code=key, at=body.at, **_who(request, code, Role.APPROVER))
    return answer_json(request, {"story": key, "state": state.value})


@router.post("/{code}/stories/{key}/retract")
def retract(request: HttpRequest, code: str, key: str, body: RetractOrder) -> HttpResponse:
    """Withdraw a story: fans read why where it stood."""
    retract_story(code=key, reason=body.reason, **_who(request, code, Role.PLANNER))
    return answer_json(request, {"story": key, "state": "retracted"})
