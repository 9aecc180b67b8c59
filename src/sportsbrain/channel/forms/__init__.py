"""What operators and writers type, read whole or refused with its place."""

from .results import Typed, typed_results
from .stories import Told, typed_story, typed_words, whole

__all__ = ["Told", "Typed", "typed_results", "typed_story", "typed_words", "whole"]
