"""What writers type: a story with its words, what it is about, its video record."""

import re
from dataclasses import dataclass
from itertools import zip_longest

from django.http import QueryDict
from django.utils.translation import gettext as _

from sportsbrain.channel.actions import StoryDraft, VideoDraft, Words
from sportsbrain.vocabulary.statuses import StoryKind
from sportsbrain.world.queries import things_named

NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was typed: the story, or where it is wrong; ``read_at`` is what it was written over."""

    draft: StoryDraft
    read_at: int
    wrong: tuple[str, ...]


def typed_words(data: QueryDict, language: str) -> Words:
    """Return the words that were typed; lines end as everywhere."""
    own = {
        name: data.get(name, "").replace("\r\n", "\n").strip()
        for name in ("title", "text", "picture_words", "note")
    }
    return Words(language=language, **own)


def whole(text: str) -> int:
    """Return a number that was typed; nothing is nought."""
    return int(text) if NUMBER.fullmatch(text) else 0


def typed_story(data: QueryDict, *, games_id: int) -> Told:
    """Return the story that was typed; what it is about may be named by code or name."""
    wrong: list[str] = []
    kind = data.get("kind", "")
    if kind not in set(StoryKind):
        wrong.append(_("Choose whether it is a story, a live post or a video."))
        kind = StoryKind.STORY
    about = []
    for text in (part.strip() for part in data.get("about", "").split(",")):
        if not text:
            continue
        found = things_named(games_id=games_id, text=text[:120].replace("\x00", ""))
        if len(found) == 1:
            about.append(found[0][0])
        elif found:
            several = ", ".join(f"{key} ({name})" for key, name in found)
            wrong.append(_("%(text)s can be several, write which: %(several)s")
                         % {"text": text, "several": several})  # fmt: skip
        else:
            wrong.append(_("Nothing is called %(text)s.") % {"text": text})
    if any(not NUMBER.fullmatch(data.get(name) or "0") for name in ("seconds", "delay_s")):
        wrong.append(_("A length and a delay are whole seconds."))
    draft = StoryDraft(
        kind=StoryKind(kind), words=typed_words(data, data.get("language", "")),
        about=tuple(dict.fromkeys(about)), has_scores="has_scores" in data,
        picture=data.get("picture", "").strip(),
        video=_video(data) if kind == StoryKind.VIDEO else None,
    )  # fmt: skip
    return Told(draft=draft, read_at=whole(data.get("read_at", "")), wrong=tuple(wrong))


def _video(data: QueryDict) -> VideoDraft:
    captions = [
        (language.strip(), address.strip())
        for language, address in zip_longest(
            data.getlist("caption_language"), data.getlist("caption"), fillvalue=""
        )
        if address.strip()
    ]  # fmt: skip
    texts = {name: data.get(name, "").strip()
             for name in ("playlist", "poster", "sign_language", "transcript")}  # fmt: skip
    return VideoDraft(
        **texts, captions=tuple(captions), seconds=whole(data.get("seconds", "")),
        delay_s=whole(data.get("delay_s", "")), is_live="is_live" in data,
        territories=tuple(data.get("territories", "").upper().replace(",", " ").split()),
        has_described_audio="has_described_audio" in data,
    )  # fmt: skip
