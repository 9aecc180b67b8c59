"""What operators, writers and fans tell the channel."""

from .push import keep_subscription, push_refused, push_taken, vapid_key
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
    "publish_due",
    "publish_story",
    "push_refused",
    "push_taken",
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
