"""What operators, writers and fans tell the channel."""

from .push import keep_subscription, note_told, push_failed, push_held, vapid_key
from .results import (
    hold_results,
    release_results,
    retract_results,
    tell_medals,
    tell_results,
    withdraw_medals,
)
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
    "hold_results",
    "keep_subscription",
    "note_told",
    "publish_due",
    "publish_story",
    "push_failed",
    "push_held",
    "release_results",
    "retract_results",
    "retract_story",
    "take_back",
    "tell_medals",
    "tell_results",
    "translate_story",
    "vapid_key",
    "withdraw_medals",
    "write_story",
]
