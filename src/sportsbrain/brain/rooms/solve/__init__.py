"""Solve the rooms problem: buildings, apartments, beds."""

from .search import greedy_plan, solve

__all__ = ["greedy_plan", "solve"]
