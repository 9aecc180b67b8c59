"""What writers tell fans: written, translated, published at a moment, corrected, withdrawn."""

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Any

from anyascii import anyascii
from django.db import connection, transaction
from django.utils.text import slugify

from sportsbrain.channel.errors import StoryError, UnknownStoryError
from sportsbrain.channel.models import Story, StoryText, Video
from sportsbrain.channel.queries import story_body, story_row
from sportsbrain.channel.updates import STORY
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.statuses import StoryKind, StoryState
from sportsbrain.world.queries import names_of_things

ADDRESS = re.compile(r"(https?://|/)[^\s\"'<>\\]{1,490}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # no XML holds these
YEARS = range(2000, 2200)
TEXT_MAX = 60_000
POST_MAX = 1_000
ABOUT_MAX = 12
RESERVED = {"write", "translations"}  # addresses of pages beside those of stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a story in a language; ``note`` says what a correction corrects."""

    language: str
    title: str
    text: str = ""
    picture_words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoDraft:
    """A video record as it was typed; captions are (language, address)."""

    playlist: str
    captions: tuple[tuple[str, str], ...]
    poster: str = ""
    seconds: int = 0
    is_live: bool = False
    delay_s: int = 0
    territories: tuple[str, ...] = ()
    has_described_audio: bool = False
    sign_language: str = ""
    transcript: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDraft:
    """A story as it was typed."""

    kind: StoryKind
    words: Words
    about: tuple[str, ...] = ()
    has_scores: bool = False
    picture: str = ""
    video: VideoDraft | None = None


@transaction.atomic
def write_story(
    *, games: GamesRow, draft: StoryDraft, actor: str, now: dt.datetime, code: str = "",
    read_at: int = 0,
) -> str:  # fmt: skip
    """
    Write a new story, or the one of a code anew, and return its code.

    ``read_at`` is the number of the words that the writer had before their eyes. What fans see
    already is a correction, and says what was corrected.

    Raises
    ------
    UnknownStoryError, StoryError
        Without the story; when somebody else wrote meanwhile, or a field does not hold.

    """
    _check(games, draft)
    if code:
        story = _locked(games, code)
        if story.state == StoryState.RETRACTED:
            message = "a retracted story is not written again: write a new one"
            raise StoryError(message)
        if story.language != draft.words.language or story.kind != draft.kind:
            message = "a story keeps its kind and the language it was written in"
            raise StoryError(message)
    else:
        story = Story(games_id=games.id, code=_new_code(games, draft.words.title), kind=draft.kind,
                      state=StoryState.DRAFT, language=draft.words.language, made_by=actor,
                      made_at=now)  # fmt: skip
    is_seen = story.state == StoryState.PUBLISHED
    if story.state == StoryState.SCHEDULED:  # these words nobody has approved
        story.state, story.publish_at = StoryState.DRAFT, None
    if is_seen and not draft.words.note:
        message = "fans see this story already: say what is corrected"
        raise StoryError(message)
    story.about, story.has_scores = list(draft.about), draft.has_scores
    story.picture = draft.picture
    story.corrected_at = now if is_seen else None
    story.save()
    _add_words(story, draft.words, read_at=read_at, source=0, actor=actor, now=now)
    if draft.video:
        Video.objects.update_or_create(story=story, defaults=_video_fields(draft.video))
    _done(games, story, "corrected" if is_seen else "wrote", actor, now,
          {"note": draft.words.note} if is_seen else {})  # fmt: skip
    return story.code


@transaction.atomic
def translate_story(
    *, games: GamesRow, code: str, words: Words, source_number: int, actor: str, now: dt.datetime,
    read_at: int = 0,
) -> None:  # fmt: skip
    """
    Write a story in another language, from the original of a number.

    Raises
    ------
    UnknownStoryError, StoryError
        As `write_story`.

    """
    story = _locked(games, code)
    _check_words(words, story.kind)
    if story.picture and not words.picture_words:
        message = "say in words what the picture shows: who can't see it reads that"
        raise StoryError(message)
    newest = StoryText.objects.filter(story=story, language=story.language).count()
    if story.state == StoryState.RETRACTED or words.language == story.language:
        message = "a retracted story, or the language it was written in, is not translated"
        raise StoryError(message)
    if not 0 < source_number <= newest:
        message = f"the original has no number {source_number}: it goes to {newest}"
        raise StoryError(message)
    _add_words(story, words, read_at=read_at, source=source_number, actor=actor, now=now)
    _done(games, story, "translated", actor, now, {"language": words.language})


@transaction.atomic
def publish_story(
    *, games: GamesRow, code: str, actor: str, now: dt.datetime, at: dt.datetime | None = None
) -> StoryState:
    """
    Let fans see a story now, or from a moment on; return which.

    Raises
    ------
    UnknownStoryError, StoryError
        Without the story; when it is out or withdrawn already.

    """
    story = _locked(games, code)
    if at is not None and at.year not in YEARS:
        message = f"from {at:%Y}: a moment lies between {YEARS[0]} and {YEARS[-1]}"
        raise StoryError(message)
    if story.state not in {StoryState.DRAFT, StoryState.SCHEDULED}:
        message = f"this story is {story.state} already"
        raise StoryError(message)
    story.publish_at = at
    story.state = StoryState.SCHEDULED
    if at is None or at <= now:
        _out(story, now)
    story.save()
    state = StoryState(story.state)
    verb = "published" if state == StoryState.PUBLISHED else "scheduled"
    _done(games, story, verb, actor, now, {"at": at.isoformat() if at else None})
    return state


@transaction.atomic
def take_back(*, games: GamesRow, code: str, actor: str, now: dt.datetime) -> None:
    """
    Make a scheduled story a draft again.

    Raises
    ------
    UnknownStoryError, StoryError
        Without the story; when it is not scheduled.

    """
    story = _locked(games, code)
    if story.state != StoryState.SCHEDULED:
        message = f"only a scheduled story is taken back; this one is {story.state}"
        raise StoryError(message)
    story.state, story.publish_at = StoryState.DRAFT, None
    story.save()
    _done(games, story, "took back", actor, now, {})


@transaction.atomic
def retract_story(*, games: GamesRow, code: str, reason: str, actor: str, now: dt.datetime) -> None:
    """
    Withdraw a story that fans see: its words go, the reason stands where it stood.

    Raises
    ------
    UnknownStoryError, StoryError
        Without the story; without a reason; when fans do not see it.

    """
    story = _locked(games, code)
    _check_letters("reason", reason)
    if not reason.strip():
        message = "say why it is withdrawn: fans read it where the story stood"
        raise StoryError(message)
    if story.state != StoryState.PUBLISHED:
        message = f"only a published story is withdrawn; this one is {story.state}"
        raise StoryError(message)
    story.state, story.retraction = StoryState.RETRACTED, reason.strip()[:300]
    story.save()
    _done(games, story, "retracted", actor, now, {"reason": story.retraction})


@transaction.atomic
def publish_due(*, games: GamesRow, now: dt.datetime) -> int:
    """Let fans see the stories whose moment has come, and return how many."""
    due = Story.objects.select_for_update(skip_locked=True).filter(
        games_id=games.id, state=StoryState.SCHEDULED, publish_at__lte=now
    )
    stories = list(due.order_by("publish_at", "pk"))
    for story in stories:
        _out(story, now)
        story.save()
        _done(games, story, "published", "the clock", now, {})
    return len(stories)


def _out(story: Story, now: dt.datetime) -> None:
    story.state, story.published_at = StoryState.PUBLISHED, now


def _locked(games: GamesRow, code: str) -> Story:
    story = Story.objects.select_for_update().filter(games_id=games.id, code=code).first()
    if story is None:
        raise UnknownStoryError(code)
    return story


def _add_words(
    story: Story, words: Words, *, read_at: int, source: int, actor: str, now: dt.datetime
) -> None:
    newest = StoryText.objects.filter(story=story, language=words.language)
    known = newest.order_by("-number").values_list("number", "written_by").first() or (0, "")
    if known[0] != read_at:
        message = (f"{known[1] or 'nobody'} wrote version {known[0]} while you wrote over"
                   f" {read_at}: yours is below, load the page to see the other")  # fmt: skip
        raise StoryError(message)
    StoryText.objects.create(story=story, number=known[0] + 1, source_number=source,
                             written_by=actor, written_at=now, **asdict(words))  # fmt: skip


def _done(
    games: GamesRow, story: Story, verb: str, actor: str, now: dt.datetime, details: dict[str, Any]
) -> None:
    """Write down who did what; tell fans' pages of what they see."""
    record_audit(games_id=games.id, actor=actor, verb=verb, thing=f"story {story.code}",
                 details=details)  # fmt: skip
    if story.state in {StoryState.PUBLISHED, StoryState.RETRACTED}:
        story.version += 1
        story.save(update_fields=["version"])
        row = story_row(games_id=games.id, code=story.code)
        assert row is not None  # noqa: S101  # it was just saved
        append_update(games_id=games.id, topic=STORY, key=story.code, body=story_body(row),
                      recorded_at=now)  # fmt: skip


def _new_code(games: GamesRow, title: str) -> str:
    with connection.cursor() as cursor:  # two of one title, one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"stories:{games.id}"])
    begins = slugify(anyascii(title))[:50].strip("-") or "story"
    same = RESERVED | set(Story.objects.filter(games_id=games.id, code__startswith=begins)
               .values_list("code", flat=True))  # fmt: skip
    return next(code for n in range(1, len(same) + 2)
                if (code := begins if n == 1 else f"{begins}-{n}") not in same)  # fmt: skip


def _check(games: GamesRow, draft: StoryDraft) -> None:
    _check_words(draft.words, draft.kind)
    if len(draft.about) > ABOUT_MAX:
        message = f"a story is about {ABOUT_MAX} things at most"
        raise StoryError(message)
    known = names_of_things(games_id=games.id, keys=draft.about)
    for key in draft.about:
        if key not in known:
            message = f"about: there is no {key!r}; write such as event-CODE or athlete-CODE"
            raise StoryError(message)
    _check_address("picture", draft.picture)
    if draft.picture and not draft.words.picture_words:
        message = "say in words what the picture shows: who can't see it reads that"
        raise StoryError(message)
    if (draft.kind == StoryKind.VIDEO) != (draft.video is not None):
        message = "a video has a video record, and nothing else has one"
        raise StoryError(message)
    if draft.video:
        _check_video(draft.video)


def _check_letters(name: str, text: str) -> None:
    if found := ODD.search(text):
        message = f"{name}: there is a character that can't be shown (U+{ord(found[0]):04X})"
        raise StoryError(message)


def _check_words(words: Words, kind: str) -> None:
    most = POST_MAX if kind == StoryKind.POST else TEXT_MAX
    for name, value, longest in (
        ("language", words.language, 12), ("title", words.title, 200), ("text", words.text, most),
        ("words of the picture", words.picture_words, 300), ("note", words.note, 300),
    ):  # fmt: skip
        if len(value) > longest:
            message = f"{name}: at most {longest:,} characters"
            raise StoryError(message)
        _check_letters(name, value)
    if not words.title.strip() or not LANGUAGE.fullmatch(words.language):
        message = "a story has a title, and a language such as en or zh-Hans"
        raise StoryError(message)
    if kind == StoryKind.STORY and not words.text.strip():
        message = "a story has a text; what is one line is a post"
        raise StoryError(message)


def _check_video(video: VideoDraft) -> None:
    if not video.captions:
        message = "a video has captions in at least one language: who can't hear reads them"
        raise StoryError(message)
    if not video.playlist:
        message = "a video has the address of its playlist"
        raise StoryError(message)
    addresses = {
        "playlist": video.playlist,
        "poster": video.poster,
        "sign language": video.sign_language,
        "transcript": video.transcript,
        **{f"captions {language}": address for language, address in video.captions},
    }
    for name, address in addresses.items():
        _check_address(name, address)
    if any(not re.fullmatch("[A-Z]{2}", one) for one in video.territories):
        message = "territories are codes of two letters, such as FR"
        raise StoryError(message)
    if not (0 <= video.delay_s <= 600 and 0 <= video.seconds <= 10**6):
        message = "a delay is 0 to 600 seconds, a length 0 to a million"
        raise StoryError(message)


def _check_address(name: str, address: str) -> None:
    if address and not ADDRESS.fullmatch(address):
        message = f"{name}: an address begins with https:// or with / and has no spaces"
        raise StoryError(message)


def _video_fields(video: VideoDraft) -> dict[str, Any]:
    captions = [{"language": language, "address": address} for language, address in video.captions]
    return {**asdict(video), "captions": captions, "territories": list(video.territories)}
