"""Solve the roster problem: posts, then teams."""

from .search import solve
from .teams import Effort, solve_team

__all__ = ["Effort", "solve", "solve_team"]
