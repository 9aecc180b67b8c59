"""Stories by the pages they stand on, and as programs read them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from sportsbrain.channel.updates import FanState, FanStory
from sportsbrain.vocabulary.statuses import StoryKind

TABS = {"": set(StoryKind), "posts": {StoryKind.POST}, "videos": {StoryKind.VIDEO}}
WITH_STORIES = ("now", "stories", "unit", "event", "discipline", "venue", "organisation", "athlete")
FED = ("stories", "discipline", "organisation", "event")  # each has a feed, also an empty one
NEWEST = 60
TYPES = {StoryKind.STORY: "NewsArticle", StoryKind.POST: "BlogPosting",
         StoryKind.VIDEO: "VideoObject"}  # fmt: skip


class Told:
    """
    What is told in a state: newest first, by (kind, code) of the pages that show it.

    ``of_unit``: the stories on whose own pages a unit stands.
    """

    def __init__(self, state: FanState) -> None:
        out = [story for story in state.stories.values() if story.is_out]
        out.sort(key=lambda story: (-story.published_at.timestamp(), story.code))
        self._on: dict[tuple[str, str], list[FanStory]] = defaultdict(list)
        self.of_unit: dict[str, list[str]] = defaultdict(list)
        for story in out:
            for key in story.about:
                if key.startswith("unit-"):
                    self.of_unit[key.removeprefix("unit-")].append(story.code)
            for place in places_of(story, state):
                self._on[place].append(story)

    def on(self, kind: str, code: str = "") -> list[FanStory]:
        """Return what a page shows."""
        return self._on.get((kind, code), [])[:NEWEST]

    def mark(self, kind: str, code: str = "") -> tuple[tuple[str, int], ...]:
        """Return what the feed of a page is known by."""
        return tuple((story.code, story.version) for story in self.on(kind, code))


def places_of(story: FanStory, state: FanState) -> Iterator[tuple[str, str]]:
    """Yield the (kind, code) of the pages that show a story, without its own."""
    yield "now", ""
    for tab, kinds in TABS.items():
        if story.kind in kinds:
            yield "stories", tab
    found = {key.partition("-")[::2] for key in story.about}
    found |= {("event", state.units[code].event) for kind, code in found
              if kind == "unit" and code in state.units}  # fmt: skip
    yield from sorted(place for place in found if place[0] in WITH_STORIES)


def story_data(story: FanStory) -> dict[str, Any]:
    """Return a story as programs read it, in all its languages."""
    found = asdict(story)
    if story.video:
        found["video"]["captions"] = dict(story.video.captions)
    corrected = story.corrected_at.isoformat() if story.corrected_at else None
    return found | {"published_at": story.published_at.isoformat(), "corrected_at": corrected}


def linked_story(story: FanStory, tag: str, address: str) -> dict[str, Any]:
    """Return a story as schema.org has it; what tells a result gives no text away."""
    spoken, words = story.in_language(tag)
    title = _("A result is told here") if story.has_scores else words.title
    found: dict[str, Any] = {
        "@context": "https://schema.org", "@type": TYPES[StoryKind(story.kind)],
        "headline": title, "name": title, "inLanguage": spoken, "url": address,
        "datePublished": story.published_at.isoformat(),
        "uploadDate": story.published_at.isoformat(),
        "dateModified": (story.corrected_at or story.published_at).isoformat(),
    }  # fmt: skip
    if story.video:
        video = story.video
        found |= {
            "contentUrl": video.playlist,
            "thumbnailUrl": "" if story.has_scores else video.poster,
            "duration": f"PT{video.seconds}S", "caption": [t for t, _ in video.captions],
            "isLiveBroadcast": video.is_live, "regionsAllowed": list(video.territories),
        }  # fmt: skip
    return found


def live_blog(
    posts: list[FanStory], tag: str, name: str, link: Callable[[str], str]
) -> dict[str, Any]:
    """Return live posts as one LiveBlogPosting."""
    return {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "headline": name,
        "liveBlogUpdate": [linked_story(post, tag, link(post.code)) for post in posts],
    }
