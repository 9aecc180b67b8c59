"""Stories as writers see them, and as the log and fans' pages carry them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sportsbrain.channel.models import Story, StoryText, Video
from sportsbrain.vocabulary.statuses import StoryState

SHOWN = (StoryState.PUBLISHED.value, StoryState.RETRACTED.value)
VIDEO_FIELDS = ("playlist", "poster", "seconds", "is_live", "delay_s", "territories", "captions",
                "has_described_audio", "sign_language", "transcript")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """The words of a story in a language, with the number of the original they follow."""

    language: str
    number: int
    title: str
    text: str
    picture_words: str
    note: str
    source_number: int
    written_by: str
    written_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """A story with its newest words by language; ``video`` is the record of a video."""

    code: str
    kind: str
    state: str
    language: str
    about: tuple[str, ...]
    has_scores: bool
    picture: str
    version: int
    publish_at: dt.datetime | None
    published_at: dt.datetime | None
    corrected_at: dt.datetime | None
    retraction: str
    made_by: str
    made_at: dt.datetime
    texts: Mapping[str, TextRow]
    video: Mapping[str, Any] | None

    @property
    def original(self) -> TextRow:
        """Return the words it was written in."""
        return self.texts[self.language]

    def is_stale(self, language: str) -> bool:
        """Tell whether the original went on since a translation."""
        text = self.texts.get(language)
        if text is None or language == self.language:
            return False
        return text.source_number < self.original.number

    @property
    def is_shown(self) -> bool:
        """Tell whether fans see it, or that it was withdrawn."""
        return self.state in SHOWN


def story_rows(*, games_id: int, **where: Any) -> tuple[StoryRow, ...]:
    """Return stories of a Games, newest first."""
    return _rows(Story.objects.filter(games_id=games_id, **where).order_by("-made_at", "-pk"))


def story_row(*, games_id: int, code: str) -> StoryRow | None:
    """Return a story; None where the Games has none of that code."""
    return next(iter(_rows(Story.objects.filter(games_id=games_id, code=code))), None)


def _rows(stories: QuerySet[Story]) -> tuple[StoryRow, ...]:
    texts: dict[int, dict[str, TextRow]] = defaultdict(dict)
    names = tuple(TextRow.__dataclass_fields__)
    newest = StoryText.objects.filter(story__in=stories).order_by("language", "number")
    for pk, *values in newest.values_list("story_id", *names):
        row = TextRow(**dict(zip(names, values, strict=True)))
        texts[pk][row.language] = row
    videos = {
        pk: dict(zip(VIDEO_FIELDS, values, strict=True))
        for pk, *values in Video.objects.filter(story__in=stories).values_list(
            "story_id", *VIDEO_FIELDS
        )
    }
    other = {"texts", "video", "about"}
    own = [name for name in StoryRow.__dataclass_fields__ if name not in other]
    return tuple(
        StoryRow(**{name: getattr(story, name) for name in own}, about=tuple(story.about),
                 texts=texts[story.pk], video=videos.get(story.pk))
        for story in stories
    )  # fmt: skip


def text_at(*, games_id: int, code: str, language: str, number: int) -> TextRow | None:
    """Return the words of a story as they were at a number."""
    names = tuple(TextRow.__dataclass_fields__)
    rows = StoryText.objects.filter(
        story__games_id=games_id, story__code=code, language=language, number=number
    )
    values = rows.values_list(*names).first()
    return TextRow(**dict(zip(names, values, strict=True))) if values else None


def story_body(row: StoryRow) -> dict[str, Any]:
    """Return a story as the log carries it: what fans may read, nothing of who wrote it."""
    is_gone = row.state == StoryState.RETRACTED
    return {
        "code": row.code, "kind": row.kind, "state": row.state, "language": row.language,
        "about": list(row.about), "has_scores": row.has_scores, "version": row.version,
        "picture": "" if is_gone else row.picture, "retraction": row.retraction,
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "corrected_at": row.corrected_at.isoformat() if row.corrected_at else None,
        "texts": {} if is_gone else {
            text.language: {"title": text.title, "text": text.text, "note": text.note,
                            "picture_words": text.picture_words}
            for text in row.texts.values()
        },
        "video": None if is_gone else row.video,
    }  # fmt: skip


def shown_stories(*, games_id: int) -> tuple[dict[str, Any], ...]:
    """Return all stories that fans see, as the log carries them."""
    return tuple(story_body(row) for row in story_rows(games_id=games_id, state__in=SHOWN))
