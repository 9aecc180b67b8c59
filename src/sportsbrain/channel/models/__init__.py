"""Rows of the channel: what is told to fans beside facts, and who asked to be told."""

from .stories import Story, StoryText, Video

__all__ = ["Story", "StoryText", "Video"]
