"""What operators, writers and fans tell the channel."""

from .results import tell_medals, tell_results, withdraw_medals
from .stories import (
    StoryDraft,
    VideoDraft,
    Words,
    publish_due,
    publish_story,
    retract_story,
    take_back,
    translate_story,
    write_story,
)

__all__ = [
    "StoryDraft",
    "VideoDraft",
    "Words",
    "publish_due",
    "publish_story",
    "retract_story",
    "take_back",
    "tell_medals",
    "tell_results",
    "translate_story",
    "withdraw_medals",
    "write_story",
]
