"""Read all that fans may know, afresh; and what operators and writers need."""

from .fans import BoardPage, ConsolePage, board_of, console_of, fan_state, place_of, preview_state
from .push import PushRow, is_quiet, still_wanted, subscribers_of, subscriptions_count
from .stories import StoryRow, TextRow, story_body, story_row, story_rows, text_at

__all__ = [
    "BoardPage",
    "ConsolePage",
    "PushRow",
    "StoryRow",
    "TextRow",
    "board_of",
    "console_of",
    "fan_state",
    "is_quiet",
    "place_of",
    "preview_state",
    "still_wanted",
    "story_body",
    "story_row",
    "story_rows",
    "subscribers_of",
    "subscriptions_count",
    "text_at",
]
