"""Rows of the channel: what is told to fans beside facts, and who asked to be told."""

from .holds import ResultHold
from .push import PushSubscription
from .stories import Story, StoryText, Video

__all__ = ["PushSubscription", "ResultHold", "Story", "StoryText", "Video"]
