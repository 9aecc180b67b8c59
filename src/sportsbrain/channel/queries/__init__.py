"""Read all that fans may know, afresh; and what operators and writers need."""

from .fans import BoardPage, ConsolePage, board_of, console_of, fan_state, preview_state
from .stories import StoryRow, TextRow, story_body, story_row, story_rows, text_at

__all__ = [
    "BoardPage",
    "ConsolePage",
    "StoryRow",
    "TextRow",
    "board_of",
    "console_of",
    "fan_state",
    "preview_state",
    "story_body",
    "story_row",
    "story_rows",
    "text_at",
]
