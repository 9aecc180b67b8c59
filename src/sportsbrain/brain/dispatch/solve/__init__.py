"""Solve the dispatch problem: large neighbourhoods on compiled routes."""

from .search import solve

__all__ = ["solve"]
