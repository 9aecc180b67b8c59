"""Feeds of what is told to fans, for readers of feeds: Atom, one a subject and language."""

import datetime as dt
from collections.abc import Callable, Sequence

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from sportsbrain.channel.exports.prose import prose
from sportsbrain.channel.updates import FanStory

NEWEST = 50


class _Feed(Atom1Feed):
    """A feed that is as old as its newest story, or as the Games: not as the moment it is made."""

    def latest_post_date(self) -> dt.datetime:
        """Return when anything in it changed last."""
        began: dt.datetime = self.feed["began"]
        return max((item["updateddate"] for item in self.items), default=began)


def atom(
    stories: Sequence[FanStory], *, title: str, tag: str, address: str, began: dt.date,
    mark: str, link: Callable[[str], str],
) -> bytes:  # fmt: skip
    """
    Return the newest stories in a language; ``link`` gives the page of a story.

    ``mark`` is the feed's own name for ever; those of its stories begin with it.

    What tells a result has no text in it: readers open the story when they want to know.
    """
    feed = _Feed(title=title, link=address, description="", language=tag, feed_url=address,
                 feed_guid=mark,
                 began=dt.datetime.combine(began, dt.time(), tzinfo=dt.UTC))  # fmt: skip
    for story in stories[:NEWEST]:
        _spoken, words = story.in_language(tag)
        feed.add_item(
            title=_("A result is told here") if story.has_scores else words.title,
            link=link(story.code),
            description="" if story.has_scores else str(prose(words.text)),
            pubdate=story.published_at, updateddate=story.corrected_at or story.published_at,
            unique_id=f"{mark}/{story.code}",
        )  # fmt: skip
    return feed.writeString("utf-8").encode()
