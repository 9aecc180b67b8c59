"""Pages of operators and writers; fans' pages are files."""

from .results import board, console, decide, keep_back
from .stories import preview, settle, stories, story, translate, translations

__all__ = ["board", "console", "decide", "keep_back", "preview", "settle", "stories", "story",
           "translate", "translations"]  # fmt: skip
