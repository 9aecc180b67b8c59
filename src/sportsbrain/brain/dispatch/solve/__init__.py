"""Solve the dispatch problem: large neighbourhoods on compiled routes."""

from .redispatch import redispatch
from .search import solve

__all__ = ["redispatch", "solve"]
